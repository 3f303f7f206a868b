import { expect, test } from 'vitest';
import type { Workflow } from '../../../samplers/contenders/comfy/graph.ts';
import { faultsOf } from '../../../samplers/contenders/comfy/testing.ts';
import { restoredHash } from '../../../frame/config/restore.ts';
import { comfyWorkflow, type ComfyContext } from './comfy.ts';
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PicturesExperiment } from './experiment.ts';

const LINK = 'https://example.org/#lab=pictures&prompt=a+cat';
const LEVELS = [14.6146, 3, 0.5, 0];
const e: PicturesExperiment = {
  ...defaultPictures({ from: 'hub', repo: 'a/b', revision: 'main', file: null }),
  prompt: 'a (big:1.2) cat',
  negative: 'blurry',
  noise: 'torch-cpu',
  count: 2,
  seed: 5,
  contenders: [newPictureContender('dpmpp_2m', 3, 7.5), newPictureContender('rk4', 3, 4)],
};
function made(more: Partial<PicturesExperiment> = {}, at: Partial<ComfyContext> = {}) {
  const experiment = { ...e, ...more };
  const levels = experiment.contenders.map(() => LEVELS);
  const context = { pipeline: 'StableDiffusionPipeline', levels, width: 512, height: 768, link: LINK, ...at };
  const { text, notes } = comfyWorkflow(experiment, context);
  const workflow = JSON.parse(text) as Workflow;
  expect(faultsOf(workflow)).toEqual([]);
  return { text, notes: notes.join('\n'), workflow, nodes: Object.values(workflow) };
}
const inputs = ({ nodes }: ReturnType<typeof made>, type: string) =>
  nodes.filter((n) => n.class_type === type).map((n) => n.inputs);

test('all contenders behind one checkpoint, one pair of texts and one latent', () => {
  const w = made();
  expect(inputs(w, 'CheckpointLoaderSimple')).toEqual([{ ckpt_name: 'b.safetensors' }]);
  expect(inputs(w, 'CLIPTextEncode').map((i) => i['text'])).toEqual(['a \\(big:1.2\\) cat', 'blurry']);
  expect(inputs(w, 'EmptyLatentImage')).toEqual([{ width: 512, height: 768, batch_size: 2 }]);
  expect(inputs(w, 'KSampler')).toMatchObject([
    { seed: 5, steps: 3, cfg: 7.5, sampler_name: 'dpmpp_2m', scheduler: 'karras', denoise: 1 },
    // Runge-Kutta is not there: Heun over the same schedule.
    { seed: 5, steps: 3, cfg: 4, sampler_name: 'heun', scheduler: 'karras' },
  ]);
  expect(inputs(w, 'SaveImage').map((i) => i['filename_prefix'])).toEqual(['stepscope-1-dpmpp_2m', 'stepscope-2-rk4']);
  expect(w.notes).toMatch(/Runge-Kutta 4.*: ComfyUI has no Runge-Kutta 4/);
  expect(w.notes).toMatch(/begins with the same numbers/);
  expect(w.notes).toMatch(/checkpoint of a\/b into models\/checkpoints as b\.safetensors/);
});

test('clip skip, rescaling, zeros for an empty negative prompt', () => {
  const rescaled = { ...e.contenders[0]!, rescale: 0.7 };
  const w = made({ clipSkip: 1, contenders: [rescaled] });
  expect(inputs(w, 'CLIPSetLastLayer')).toMatchObject([{ stop_at_clip_layer: -2 }]);
  expect(inputs(w, 'RescaleCFG')).toMatchObject([{ multiplier: 0.7 }]);
  const xl = made({ clipSkip: 1, negative: '' }, { pipeline: 'StableDiffusionXLPipeline' });
  expect(inputs(xl, 'CLIPSetLastLayer')).toMatchObject([{ stop_at_clip_layer: -3 }]);
  expect(inputs(xl, 'ConditioningZeroOut')).toHaveLength(1);
  expect(inputs(made({ negative: '' }), 'ConditioningZeroOut')).toHaveLength(0);
  // Unguided there is nothing to rescale.
  expect(inputs(made({ contenders: [{ ...rescaled, guidance: 1 }] }), 'RescaleCFG')).toHaveLength(0);
});

test('from a picture: its latent, repeated, and the levels as they stand', () => {
  const w = made(
    { start: { name: 'cat.png', sha256: '01234567', sigma: 3 } },
    { levels: [LEVELS.slice(1), LEVELS.slice(1)] },
  );
  expect(inputs(w, 'LoadImage')).toEqual([{ image: 'cat.png' }]);
  expect(inputs(w, 'ImageScale')).toMatchObject([{ width: 512, height: 768 }]);
  expect(inputs(w, 'RepeatLatentBatch')).toMatchObject([{ amount: 2 }]);
  expect(inputs(w, 'KSampler')).toEqual([]);
  expect(inputs(w, 'KarrasScheduler')).toMatchObject([{ sigma_max: 3, sigma_min: 0.5, rho: 7, steps: 2 }, {}]);
  expect(w.notes).toMatch(/“cat\.png” into ComfyUI’s input folder/);
});

test('under diffusers’ conventions the levels are those of the run', () => {
  const w = made({ conventions: 'diffusers', contenders: [newPictureContender('ddim', 3, 3, 'uniform')] });
  expect(inputs(w, 'ManualSigmas')).toEqual([{ sigmas: '14.6146, 3.0, 0.5, 0.0' }]);
});

test('what ComfyUI does otherwise is said', () => {
  const odd = { ...e.contenders[0]!, guideUpTo: 5 };
  const w = made({ contenders: [odd], noise: 'ours', perPicture: true, label: 3 });
  for (const want of [/guide at every level/, /choose that noise here/, /only the first begins/, /A class has no node/])
    expect(w.notes).toMatch(want);
  expect(made({}, { pipeline: 'DiTPipeline' }).notes).toMatch(/ComfyUI loads no DiTPipeline/);
  expect(made({ model: defaultPictures().model }).notes).toMatch(/no checkpoint that ComfyUI can load/);
  const bare = made({}, { levels: [LEVELS, []] });
  expect(bare.notes).toMatch(/no levels on this model, and is left out/);
  expect(inputs(bare, 'SaveImage')).toHaveLength(1);
});

test('a workflow opens its experiment again, and nothing but nodes is on its top level', () => {
  const { text, nodes } = made();
  expect(restoredHash('w.json', new TextEncoder().encode(text))).toBe('lab=pictures&prompt=a+cat');
  for (const node of nodes) expect(Object.keys(node).sort()).toEqual(['_meta', 'class_type', 'inputs']);
  expect(() => restoredHash('w.json', new TextEncoder().encode('{"1":{"class_type":"KSampler","inputs":{}}}'))).toThrow(
    /neither/,
  );
});
