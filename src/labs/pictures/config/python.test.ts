import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { parseObject } from '../../../formats/json.ts';
import { conventionsOf } from '../../../models/diffusers/conventions.ts';
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PicturesExperiment } from './experiment.ts';
import { pythonScript, type ScriptContext } from './python.ts';
import { schedulerOf } from './schedulers.ts';

const context: ScriptContext = {
  pipeline: 'StableDiffusionPipeline',
  revision: 'abc123',
  width: 512,
  height: 768,
  link: 'https://example.org/#lab=pictures',
};
const e: PicturesExperiment = {
  ...defaultPictures({ from: 'hub', repo: 'a/b', revision: 'main', file: null }),
  prompt: 'a "cat"\nby the sea \\ 🎲',
  negative: 'blurry',
  conventions: 'diffusers',
  noise: 'torch-cpu',
  count: 4,
  seed: 5,
  clipSkip: 1,
  perPicture: true,
};
const c = { ...newPictureContender('dpmpp_2m', 20, 7.5), rescale: 0.7 };
const because = (more: Partial<PicturesExperiment>, contender = c, at: Partial<ScriptContext> = {}) => {
  const written = pythonScript({ ...e, ...more }, contender, { ...context, ...at });
  return 'because' in written ? written.because : `written: ${written.text}`;
};
const text = (more: Partial<PicturesExperiment> = {}, contender = c, at: Partial<ScriptContext> = {}) => {
  const written = pythonScript({ ...e, ...more }, contender, { ...context, ...at });
  if ('because' in written) throw new Error(written.because);
  return written.text;
};

test('a whole script, word for word', () => {
  expect(text()).toBe(`# Written by Stepscope for "https://example.org/#lab=pictures"
# Needs: pip install torch diffusers transformers accelerate
# The weights are read as 32-bit numbers here, whatever the page kept them as.
# clip_skip: diffusers 0.42 reads the layers of transformers 4 there, not those of 5.
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained(
    "a/b",
    revision="abc123",
    torch_dtype=torch.float32,
    safety_checker=None,
    requires_safety_checker=False,
)
pipe.scheduler = DPMSolverMultistepScheduler.from_config(
    pipe.scheduler.config,
    algorithm_type="dpmsolver++",
    solver_order=2,
    solver_type="midpoint",
    use_lu_lambdas=False,
    use_karras_sigmas=True,
    use_exponential_sigmas=False,
    use_beta_sigmas=False,
)
pipe.to("cuda" if torch.cuda.is_available() else "cpu")

images = pipe(
    prompt="a \\"cat\\"\\nby the sea \\\\ 🎲",
    negative_prompt="blurry",
    width=512,
    height=768,
    num_images_per_prompt=4,
    num_inference_steps=20,
    guidance_scale=7.5,
    guidance_rescale=0.7,
    clip_skip=1,
    generator=[torch.Generator("cpu").manual_seed(5 + i) for i in range(4)],
).images
for number, image in enumerate(images, start=1):
    image.save(f"picture-{number}.png")
`);
});

test('other pipelines, noises, sources and samplers', () => {
  const cuda = text({ noise: 'torch-cuda', perPicture: false, format: 'f32' });
  expect(cuda).toContain('pipe.to("cuda")\n');
  expect(cuda).toContain('    generator=torch.Generator("cuda").manual_seed(5),\n');
  expect(cuda).not.toContain('32-bit');
  expect(text({ seed: 2 ** 32 - 4 })).toContain('manual_seed(4294967292 + i) for');
  expect(text({ seed: 2 ** 32 - 3 })).toContain('manual_seed((4294967293 + i) % 2**32) for');
  const xl = text({ negative: '' }, c, { pipeline: 'StableDiffusionXLPipeline', revision: null });
  expect(xl).toContain('revision="main",\n    torch_dtype=torch.float32,\n)');
  expect(xl).not.toContain('negative_prompt');
  expect(text({}, { ...c, guidance: 1 })).not.toMatch(/negative_prompt|guidance_rescale/);
  const lcm = text({}, newPictureContender('lcm', 4, 8.5, 'uniform'), { pipeline: 'LatentConsistencyModelPipeline' });
  expect(lcm).toContain('LCMScheduler.from_config(\n    pipe.scheduler.config,\n)');
  expect(lcm).toContain('guidance_scale=8.5');
  expect(lcm).not.toContain('negative_prompt');
  expect(text({}, newPictureContender('ddim', 8, 3, 'uniform', { eta: 0.5 }))).toContain('    eta=0.5,\n');
  expect(text({}, newPictureContender('ddim', 8, 3, 'uniform'))).not.toContain('eta');
  expect(text({ model: { from: 'file', name: 'my "model"' } })).toContain('    "my \\"model\\"",\n');
  expect(text({ model: defaultPictures().model, prompt: 'a\ud83c' })).toContain('    "text-avatars",\n');
});

describe('where there is no script', () => {
  test.each<[Partial<PicturesExperiment>, object, Partial<ScriptContext>, RegExp]>([
    [{ conventions: 'exact' }, {}, {}, /^Conventions are exact/],
    [{ noise: 'ours' }, {}, {}, /^The noise is this page’s own/],
    [{ start: { name: 'x', sha256: '01234567', sigma: 1 } }, {}, {}, /^The pictures start from one/],
    [{}, {}, { pipeline: 'DDPMPipeline' }, /this model is a DDPMPipeline\.$/],
    [{ model: { from: 'hub', repo: 'a/b', revision: 'main', file: 'x.safetensors' } }, {}, {}, /one file/],
    [{}, { guideAbove: 0.1 }, {}, /guide at every level/],
    [{}, { guideUpTo: 5 }, {}, /guide at every level/],
    [{}, { guidance: 0.5 }, {}, /below 1 as 1, and this contender has 0\.5\.$/],
    [{}, { sampler: 'rk4', params: {} }, {}, /^There is no script: no scheduler of diffusers was compared with/],
  ])('%#', (more, contender, at, want) => expect(because(more, { ...c, ...contender }, at)).toMatch(want));
});

describe('schedulers', () => {
  const none = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false };
  test('levels by rules and by times', () => {
    expect(schedulerOf(newPictureContender('euler', 9, 3, 'exponential'))).toEqual({
      scheduler: 'EulerDiscreteScheduler',
      config: { ...none, use_exponential_sigmas: true },
    });
    expect(schedulerOf(newPictureContender('unipc', 9, 3, 'uniform', { order: 3, variant: 'bh1' }))).toEqual({
      scheduler: 'UniPCMultistepScheduler',
      config: { solver_order: 3, solver_type: 'bh1', timestep_spacing: 'trailing', ...none },
    });
    expect(schedulerOf(newPictureContender('ddim', 9, 3, 'uniform', {}, { spacing: 'leading' }))).toEqual({
      scheduler: 'DDIMScheduler',
      config: { timestep_spacing: 'leading' },
    });
    expect(schedulerOf(newPictureContender('consistency', 2, 1))).toEqual({
      scheduler: 'CMStochasticIterativeScheduler',
      config: {},
    });
  });
  test.each([
    [newPictureContender('heun', 9, 3), /was compared with Heun$/],
    [newPictureContender('unipc', 9, 3, 'karras', { corrector: false }), /corrects every step/],
    [newPictureContender('ddim', 9, 3), /DDIMScheduler walks whole times .* “Karras”$/],
    [newPictureContender('euler', 9, 3, 'karras', {}, { rho: 5 }), /“Karras” with rho 7 alone, not 5$/],
    [newPictureContender('euler', 9, 3, 'uniform', {}, { spacing: 'simple' }), /no spacing “simple”$/],
    [newPictureContender('euler', 9, 3, 'kl_optimal'), /no levels of the kind/],
    [newPictureContender('lcm', 4, 1, 'karras'), /LCMScheduler has levels of its own/],
    [newPictureContender('consistency', 4, 1, 'uniform'), /has levels of its own; choose the schedule “Karras”/],
    [{ ...c, schedule: 'explicit', scheduleParams: {}, sigmas: [1, 0], steps: 1 } as const, /has a list$/],
  ])('%# none', (contender, want) => expect(schedulerOf(contender)).toMatch(want));

  test('over the bundled model’s own configuration each is a run with the levels that were asked for', () => {
    const path = new URL('../../../../public/models/text-avatars/scheduler/scheduler_config.json', import.meta.url);
    const own = parseObject(readFileSync(path), { what: 'scheduler_config.json', depth: 8, hint: '', python: true });
    const run = (contender: typeof c) => {
      const choice = schedulerOf(contender);
      if (typeof choice === 'string') throw new Error(choice);
      const config = parseSchedulerConfig(
        { ...own, ...choice.config },
        { as: choice.scheduler, pipeline: context.pipeline },
      );
      return conventionsOf(config, contender.steps);
    };
    const begins = (contender: typeof c, want: readonly number[]) => {
      const { sigmas } = run(contender);
      // There in float32, printed to four decimals.
      for (const [i, sigma] of want.entries()) expect(Math.abs(sigmas[i]! / sigma - 1), `${i}`).toBeLessThan(5e-5);
    };
    // As diffusers 0.42 prints scheduler.sigmas for the same arguments.
    begins(newPictureContender('dpmpp_2m', 6, 3), [14.6146, 6.0822, 2.2322]);
    begins(newPictureContender('euler', 6, 3, 'exponential'), [14.6146, 7.4182, 3.7653]);
    begins(newPictureContender('unipc', 6, 3, 'beta_sigma'), [14.6146, 12.8218, 9.3245]);
    begins(newPictureContender('euler', 6, 3, 'uniform'), [14.6146, 5.9347, 2.9183]);
    begins(newPictureContender('euler', 6, 3, 'uniform', {}, { spacing: 'leading' }), [5.9065, 2.9071, 1.6129]);
    begins(newPictureContender('dpmpp_2m', 6, 3, 'uniform', {}, { spacing: 'linspace' }), [14.6146, 5.9347, 2.9183]);
    expect(run(newPictureContender('lcm', 4, 1, 'uniform')).times).toHaveLength(4);
    expect(run(newPictureContender('ddim', 6, 3, 'uniform')).sigmas).toHaveLength(6);
  });
});
