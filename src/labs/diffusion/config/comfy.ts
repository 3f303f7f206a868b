// An experiment's samplers and levels as a workflow of ComfyUI in its API format. ComfyUI has neither exact denoisers nor
// this page's networks: the reader's own checkpoint stands in their place, and the file says so.
import { Graph } from '../../../samplers/contenders/comfy/graph.ts';
import { addSteps } from '../../../samplers/contenders/comfy/comfySteps.ts';
import { contenderTitles } from '../../../samplers/contenders/naming.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import { contenderSigmas } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';
import { modelCard } from './menus.ts';

export interface ComfyFile {
  readonly text: string;
  readonly notes: readonly string[];
}

const SIDE = 512;
/** Of a batch: no checkpoint of the reader's makes as many pictures at once as there are points here. */
const MOST = 4;

function guidanceNote({ guide }: Contender): readonly string[] {
  if (!guide || guide.method === 'cfg') return [];
  return [
    `${guidanceOf(guide.method).title} has no node of ComfyUI’s own here: plain guidance of its weight is there.`,
  ];
}

/** Pure. */
export function comfyWorkflow(e: Experiment, link: string): ComfyFile {
  const card = modelCard(e.model);
  const graph = new Graph();
  const checkpoint = graph.add({
    class_type: 'CheckpointLoaderSimple',
    inputs: { ckpt_name: 'your-checkpoint.safetensors' },
  });
  const encode = (text: string, title: string) =>
    graph.add({ class_type: 'CLIPTextEncode', inputs: { text, clip: checkpoint(1) } }, title)();
  const from = {
    model: checkpoint(0),
    positive: encode('', 'Your prompt'),
    negative: encode('', 'Negative prompt'),
    latent: graph.add({
      class_type: 'EmptyLatentImage',
      inputs: { width: SIDE, height: SIDE, batch_size: Math.min(MOST, e.samples) },
    })(),
  };
  const titles = contenderTitles(e.contenders);
  const own = e.contenders.flatMap((c, i): readonly string[] => {
    const title = titles[i]!;
    const sigmas = contenderSigmas(c, e.model);
    const cfg = c.guide ? Number(c.guide.params['w']) : e.guidance;
    const steps = addSteps(graph, from, { contender: c, title, sigmas, byRule: false, seed: e.seed, cfg });
    const images = graph.add({ class_type: 'VAEDecode', inputs: { samples: steps.latent, vae: checkpoint(2) } })();
    const filename_prefix = `stepscope-${i + 1}-${c.sampler}`;
    graph.add({ class_type: 'SaveImage', inputs: { images, filename_prefix } }, `Save ${title}`);
    return [...steps.notes, ...guidanceNote(c)].map((note) => `${title}: ${note}`);
  });
  const notes = [
    `ComfyUI has no ${card.title}: choose a checkpoint of yours in place of your-checkpoint.safetensors, with its size and a prompt. Samplers, levels, seed and weight of guidance are this experiment’s.`,
    `The levels are those of this model, σ ${card.range.min} to ${card.range.max}; Stable Diffusion’s go from 0.0292 to 14.6.`,
    'Pictures begin with numbers of PyTorch on a CPU there, and with this page’s own here.',
    ...own,
  ];
  return { text: graph.text({ format: 'stepscope-workflow', link, notes }), notes };
}
