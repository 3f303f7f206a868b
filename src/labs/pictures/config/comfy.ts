// An experiment as a workflow of ComfyUI in its API format: one checkpoint, one pair of texts, and every contender behind
// them. There is always one; what it does not compute as this page does is said.
import { Graph, type Link } from '../../../samplers/contenders/comfy/graph.ts';
import { addSteps } from '../../../samplers/contenders/comfy/comfySteps.ts';
import { contenderTitles } from './naming.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';

export interface ComfyContext {
  /** Class of the pipeline, from the model's own index; empty before it is known. */
  readonly pipeline: string;
  /** The levels of each contender; empty where it has none on this model. */
  readonly levels: readonly (readonly number[])[];
  /** Of the pictures. */
  readonly width: number;
  readonly height: number;
  readonly link: string;
}
export interface ComfyFile {
  readonly text: string;
  /** What differs from what this page computes, and what the reader must supply: sentences. */
  readonly notes: readonly string[];
}

const XL = 'StableDiffusionXLPipeline';
const LOADED: readonly string[] = ['StableDiffusionPipeline', XL];

/** Brackets weigh words there, and are read as they stand here. */
const escaped = (text: string): string => text.toWellFormed().replaceAll(/[()]/g, '\\$&');

/** A checkpoint's file, and what the reader has to know of it. */
function checkpointOf({ model }: PicturesExperiment, pipeline: string): readonly [file: string, note: string] {
  const kind = LOADED.includes(pipeline) || pipeline === '' ? '' : ` ComfyUI loads no ${pipeline}: take another model.`;
  switch (model.from) {
    case 'hub': {
      const file = (model.file ?? `${model.repo}.safetensors`).split('/').at(-1)!;
      return [
        file,
        `Put the checkpoint of ${model.repo} into models/checkpoints as ${file}, or choose yours there.${kind}`,
      ];
    }
    case 'file': {
      const file = model.name.endsWith('.safetensors') ? model.name : `${model.name}.safetensors`;
      return [file, `Put your model into models/checkpoints as ${file}, or choose another there.${kind}`];
    }
    case 'bundled':
      return [
        `${model.id}.safetensors`,
        'The bundled model is no checkpoint that ComfyUI can load: choose one of yours, and a size that it was made for.',
      ];
    default:
      return model satisfies never;
  }
}

/** Where the pictures begin: an empty latent, or a picture that the reader puts into ComfyUI's input folder. */
function addLatent(graph: Graph, e: PicturesExperiment, { width, height }: ComfyContext, vae: Link): Link {
  if (!e.start) return graph.add({ class_type: 'EmptyLatentImage', inputs: { width, height, batch_size: e.count } })();
  const image = graph.add({ class_type: 'LoadImage', inputs: { image: e.start.name } })();
  const scaling = { image, upscale_method: 'lanczos', width, height, crop: 'center' };
  const pixels = graph.add({ class_type: 'ImageScale', inputs: scaling })();
  const samples = graph.add({ class_type: 'VAEEncode', inputs: { pixels, vae } })();
  return e.count === 1
    ? samples
    : graph.add({ class_type: 'RepeatLatentBatch', inputs: { samples, amount: e.count } })();
}

/** What holds for all contenders. */
function sharedNotes(e: PicturesExperiment): readonly string[] {
  return [
    e.noise === 'torch-cpu'
      ? 'ComfyUI begins with the same numbers: PyTorch’s on a CPU.'
      : 'ComfyUI begins with numbers of PyTorch on a CPU; choose that noise here to begin with the same.',
    ...(e.count > 1 && e.perPicture
      ? ['ComfyUI draws all pictures of a batch from one seed: only the first begins as here.']
      : []),
    'From the highest level it begins with √(1 + σ²) times the noise where this page has σ times, it tells the network the nearest whole time of training, and noise on the way is its own.',
    ...(e.start
      ? [`Put the start picture “${e.start.name}” into ComfyUI’s input folder; it is scaled there by its own rule.`]
      : []),
    ...(e.label >= 0 ? ['A class has no node in ComfyUI: say it in words.'] : []),
  ];
}

function guidanceNotes(c: PictureContender): readonly string[] {
  return [
    ...(c.guideAbove > 0 || c.guideUpTo < Infinity
      ? ['ComfyUI’s samplers guide at every level, and this contender does not.']
      : []),
    ...(c.guide
      ? ['Its method of guidance has no node of ComfyUI’s own: plain guidance of that weight is there instead.']
      : []),
    ...(c.rescale > 0 ? ['RescaleCFG looks at the deviation of v, whatever the model predicts.'] : []),
  ];
}

/** Pure. */
export function comfyWorkflow(e: PicturesExperiment, context: ComfyContext): ComfyFile {
  const { pipeline, levels, link } = context;
  const graph = new Graph();
  const [file, supply] = checkpointOf(e, pipeline);
  const checkpoint = graph.add({ class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: file } });
  const [model, vae] = [checkpoint(0), checkpoint(2)];
  // SDXL's encoders stop one layer before their last as they come.
  const stop = -1 - e.clipSkip - (pipeline === XL ? 1 : 0);
  const clip =
    e.clipSkip === 0
      ? checkpoint(1)
      : graph.add({ class_type: 'CLIPSetLastLayer', inputs: { clip: checkpoint(1), stop_at_clip_layer: stop } })();
  const encode = (text: string, title: string) =>
    graph.add({ class_type: 'CLIPTextEncode', inputs: { text: escaped(text), clip } }, title)();
  const positive = encode(e.prompt, 'Prompt');
  const written = encode(e.negative, 'Negative prompt');
  // Where there is none, SDXL's pipelines read zeros.
  const negative =
    pipeline === XL && e.negative === ''
      ? graph.add({ class_type: 'ConditioningZeroOut', inputs: { conditioning: written } })()
      : written;
  const latent = addLatent(graph, e, context, vae);
  const titles = contenderTitles(e.contenders);
  const own = e.contenders.flatMap((c, i): readonly string[] => {
    const sigmas = levels[i]!;
    const title = titles[i]!;
    if (sigmas.length < 2) return [`${title}: it has no levels on this model, and is left out.`];
    const guided =
      c.rescale > 0 && c.guidance !== 1
        ? graph.add({ class_type: 'RescaleCFG', inputs: { model, multiplier: c.rescale } })()
        : model;
    const byRule = e.conventions === 'exact' && !e.start;
    const from = { model: guided, positive, negative, latent };
    const steps = addSteps(graph, from, { contender: c, title, sigmas, byRule, seed: e.seed, cfg: c.guidance });
    const images = graph.add({ class_type: 'VAEDecode', inputs: { samples: steps.latent, vae } })();
    const filename_prefix = `stepscope-${i + 1}-${c.sampler}`;
    graph.add({ class_type: 'SaveImage', inputs: { images, filename_prefix } }, `Save ${title}`);
    return [...steps.notes, ...guidanceNotes(c)].map((note) => `${title}: ${note}`);
  });
  const notes = [supply, ...sharedNotes(e), ...own];
  return { text: graph.text({ format: 'stepscope-workflow', link, notes }), notes };
}
