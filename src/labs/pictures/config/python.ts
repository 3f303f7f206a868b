// A contender as a Python script: the same pictures by diffusers, from the same noise.
import type { GuidanceId } from '../../../samplers/guidance/index.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { schedulerOf } from './schedulers.ts';

export interface ScriptContext {
  /** Class of the pipeline, from the model's own index. */
  readonly pipeline: string;
  /** The commit that was loaded, where it is known. */
  readonly revision: string | null;
  /** Of the pictures that were made. */
  readonly width: number;
  readonly height: number;
  /** Address of the experiment. */
  readonly link: string;
  /** What its files are called, before their numbers. */
  readonly picture?: string;
}
export type Written = { readonly text: string } | { readonly because: string };

/** A weight was distilled into the network of the last: it is told it, and takes neither negative prompt nor rescale. */
const TOLD = 'LatentConsistencyModelPipeline';
const PIPELINES: readonly string[] = ['StableDiffusionPipeline', 'StableDiffusionXLPipeline', TOLD];

/** JSON's strings are Python's, but for its own escapes of half characters, which text has none of. */
const quoted = (text: string): string => JSON.stringify(text.toWellFormed());
function literal(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? quoted(value) : String(value);
}
const named = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).map(([key, value]) => `${key}=${literal(value)}`);

/** Its pipelines have CFG with φ. Its guiders, of modular pipelines, take two of these another way. */
const notInDiffusers: Partial<Record<GuidanceId, string>> = {
  apg: 'Pipelines of diffusers have no APG; its AdaptiveProjectedGuidance projects what the network predicts, and this contender the denoised picture, as the paper does.',
  cfg_zero:
    'Pipelines of diffusers have no CFG-Zero*; its ClassifierFreeZeroStarGuidance scales what the network predicts, and this contender the velocity of the flow.',
};

/** Why diffusers would make another picture; null where it makes the same. */
function obstacle(e: PicturesExperiment, c: PictureContender, { pipeline }: ScriptContext): string | null {
  if (e.conventions !== 'diffusers')
    return 'Conventions are exact; a script makes the same picture once they are those of diffusers.';
  if (e.noise === 'ours') return 'The noise is this page’s own; a script makes the same picture once it is PyTorch’s.';
  if (e.start) return 'The pictures start from one of the reader’s, which a script does not have.';
  if (!PIPELINES.includes(pipeline))
    return `Scripts are written for ${PIPELINES.join(', ')}; this model is a ${pipeline}.`;
  if (e.model.from === 'hub' && e.model.file !== null)
    return 'The model is one file of a repository, not a folder in diffusers’ layout.';
  const method = c.guide && (notInDiffusers[c.guide.method] ?? 'Pipelines of diffusers know no such guidance.');
  if (method !== undefined) return method;
  if (pipeline === TOLD) return null;
  if (c.guideAbove > 0 || c.guideUpTo < Infinity)
    return 'Pipelines of diffusers guide at every level, and this contender does not.';
  return c.guidance < 1
    ? `Pipelines of diffusers take a guidance below 1 as 1, and this contender has ${c.guidance}.`
    : null;
}

/** What `from_pretrained` is told, and a remark. */
function sourceOf(
  e: PicturesExperiment,
  revision: string | null,
): readonly [args: readonly string[], remark: string | null] {
  switch (e.model.from) {
    case 'hub':
      return [[quoted(e.model.repo), `revision=${quoted(revision ?? e.model.revision)}`], null];
    case 'file':
      return [[quoted(e.model.name)], 'A folder in diffusers’ layout, beside this script.'];
    case 'bundled':
      return [
        [quoted(e.model.id)],
        'The folder of that name of this page’s source, public/models, beside this script.',
      ];
    default:
      return e.model satisfies never;
  }
}

function generator({ noise, perPicture, seed, count }: PicturesExperiment): string {
  const device = noise === 'torch-cpu' ? 'cpu' : 'cuda';
  const one = (number: string) => `torch.Generator("${device}").manual_seed(${number})`;
  if (!perPicture) return one(String(seed));
  const number = seed + count > 2 ** 32 ? `(${seed} + i) % 2**32` : `${seed} + i`;
  return `[${one(number)} for i in range(${count})]`;
}

/** The script, or a sentence that says why there is none. */
export function pythonScript(e: PicturesExperiment, c: PictureContender, context: ScriptContext): Written {
  const because = obstacle(e, c, context);
  if (because !== null) return { because };
  const choice = schedulerOf(c);
  if (typeof choice === 'string') return { because: `There is no script: ${choice}.` };
  const { pipeline, revision, width, height, link, picture = 'picture' } = context;
  const [source, remark] = sourceOf(e, revision);
  const guided = c.guidance > 1 && pipeline !== TOLD;
  const eta = c.sampler === 'ddim' ? Number(c.params['eta']) : 0;
  const call = named({
    prompt: e.prompt,
    // An empty one is left to the pipeline: some read zeros then.
    ...(guided && e.negative !== '' && { negative_prompt: e.negative }),
    width,
    height,
    num_images_per_prompt: e.count,
    num_inference_steps: c.steps,
    guidance_scale: c.guidance,
    ...(guided && c.rescale > 0 && { guidance_rescale: c.rescale }),
    ...(eta > 0 && pipeline !== TOLD && { eta }),
    ...(e.clipSkip > 0 && { clip_skip: e.clipSkip }),
  });
  const options = [
    'torch_dtype=torch.float32',
    ...(pipeline !== 'StableDiffusionXLPipeline' ? ['safety_checker=None', 'requires_safety_checker=False'] : []),
  ];
  const classes = [choice.scheduler, pipeline].sort();
  const device = e.noise === 'torch-cuda' ? '"cuda"' : '"cuda" if torch.cuda.is_available() else "cpu"';
  const lines = [
    `# Written by Stepscope for ${quoted(link)}`,
    '# Needs: pip install torch diffusers transformers accelerate',
    ...(e.format === 'f32' ? [] : ['# The weights are read as 32-bit numbers here, whatever the page kept them as.']),
    ...(e.clipSkip > 0
      ? ['# clip_skip: diffusers 0.42 reads the layers of transformers 4 there, not those of 5.']
      : []),
    'import torch',
    `from diffusers import ${classes.join(', ')}`,
    '',
    ...(remark === null ? [] : [`# ${remark}`]),
    `pipe = ${pipeline}.from_pretrained(`,
    ...[...source, ...options].map((arg) => `    ${arg},`),
    ')',
    `pipe.scheduler = ${choice.scheduler}.from_config(`,
    ...['pipe.scheduler.config', ...named(choice.config)].map((arg) => `    ${arg},`),
    ')',
    `pipe.to(${device})`,
    '',
    'images = pipe(',
    ...[...call, `generator=${generator(e)}`].map((arg) => `    ${arg},`),
    ').images',
    'for number, image in enumerate(images, start=1):',
    `    image.save(f"${picture}-{number}.png")`,
  ];
  return { text: lines.join('\n') + '\n' };
}
