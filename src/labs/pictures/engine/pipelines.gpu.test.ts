// Whole runs of diffusers' schedulers on tiny checkpoints, as a reader asks for them: contender → plan → GPU. The same
// runs in float64 are engine/diffusion/pipelines.test.ts's.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { reduced } from '../../../core/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { parseSchedulerConfig, type SchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { parameterisationOf } from '../../../models/diffusers/conventions.ts';
import { goldenUNet, nmse, numbers } from '../../../models/diffusers/golden.ts';
import { unetModel } from '../../../models/diffusers/pipeline.ts';
import { unetEmbedding } from '../../../models/diffusers/unetEmbedding.ts';
import type { GraphUse } from '../../../models/diffusers/types.ts';
import { loadDenoiserWeights } from '../../../networks/graph/denoiser.ts';
import { storedTensors } from '../../../models/diffusers/fileWeights.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender } from '../config/experiment.ts';
import { levelsOfPlaces, placedScheduler } from './places.ts';
import { levelRange, picturePlan } from './plan.ts';
import { PictureProblem } from './problem.ts';

type Stored = Parameters<typeof numbers>[0];
interface Run {
  readonly network: string;
  readonly scheduler: Readonly<Record<string, unknown>>;
  readonly guidance: number;
  readonly guidance_rescale?: number;
  readonly timesteps?: readonly number[];
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly tables: Readonly<Record<string, Stored>>;
  readonly outputs: Readonly<Record<'after-1' | 'final', Stored>>;
}
const file = JSON.parse(
  readFileSync(new URL('../../../../training/golden-diffusers/pipelines.json', import.meta.url), 'utf8'),
) as {
  readonly inputs: Readonly<Record<string, Readonly<Record<string, Stored>>>>;
  readonly runs: Readonly<Record<string, Run>>;
};
const ctx = await nodeContext();
const { signal } = new AbortController();
afterAll(() => ctx.buffers.destroyOwner('golden weights'));

const bytesOf = (json: Run['scheduler']) => new TextEncoder().encode(JSON.stringify(json));

/** The contender that asks for a run, in the words of the page. */
function contenderOf({
  scheduler: json,
  guidance,
  guidance_rescale: rescale = 0,
  timesteps,
  tables,
}: Run): PictureContender {
  const steps = tables['timesteps']!.shape[0]!;
  const name = json['_class_name'] as string;
  const make = (...[sampler, usual, params = {}]: [Parameters<typeof newPictureContender>[0], string, object?]) =>
    json['use_karras_sigmas'] === true
      ? newPictureContender(sampler, steps, guidance, 'karras', params as never)
      : newPictureContender(sampler, steps, guidance, 'uniform', params as never, {
          spacing: (json['timestep_spacing'] as string | undefined) ?? usual,
        });
  const made: Readonly<Record<string, () => PictureContender>> = {
    DDIMScheduler: () => make('ddim', 'leading'),
    EulerDiscreteScheduler: () => make('euler', 'linspace'),
    DPMSolverMultistepScheduler: () => make('dpmpp_2m', 'linspace'),
    UniPCMultistepScheduler: () => make('unipc', 'linspace', { order: (json['solver_order'] as number) ?? 2 }),
    LCMScheduler: () => newPictureContender('lcm', steps, guidance, 'uniform'),
    CMStochasticIterativeScheduler: () => {
      const made = newPictureContender('consistency', steps, guidance);
      const sigmas = timesteps && levelsOfPlaces(timesteps.join(), placedScheduler(bytesOf(json))!);
      return sigmas ? { ...made, schedule: 'explicit', scheduleParams: {}, sigmas: sigmas as number[] } : made;
    },
  };
  return { ...made[name]!(), rescale };
}

/** Networks by what their problem depends on. */
const problems = new Map<string, ReturnType<typeof make>>();
const weights = new Map<string, ReturnType<typeof loadDenoiserWeights>>();

async function make(network: string, config: SchedulerConfig) {
  const { config: unet, weights: numbersOf, sizes, file: tensors } = goldenUNet(network);
  const embedding = unetEmbedding(unet, numbersOf);
  const { tokens, samples, ...size } = sizes;
  const model = unetModel(unet, embedding, parameterisationOf(config), size, tokens === undefined ? {} : { tokens });
  if (!weights.has(network))
    weights.set(
      network,
      loadDenoiserWeights(ctx, model, storedTensors(tensors), { format: 'f32', owner: 'golden weights' }),
    );
  const given = file.inputs[network]!;
  const part = (name: string, s: number) => {
    const all = numbers(given[name]!);
    return Float32Array.from(all.subarray((s * all.length) / samples, ((s + 1) * all.length) / samples));
  };
  /** What sample s is told. */
  const conditionOf = (s: number): GraphUse => ({
    rows: [embedding.condition(given['class_labels'] ? { label: part('class_labels', s)[0]! } : {})],
    row: () => 0,
    nullRow: () => 0,
    texts: given['encoder_hidden_states']
      ? {
          prompt: part('encoder_hidden_states', s),
          negative: given['unconditional'] ? part('unconditional', s) : part('encoder_hidden_states', s),
        }
      : null,
  });
  const told = unet.guidanceFeatures !== null;
  const problem = await PictureProblem.create(ctx, {
    model,
    weights: await weights.get(network)!,
    use: conditionOf(0),
    samples: 1,
    copies: 'both',
    givenRegisters: 16,
    format: 'f32',
    owner: `golden ${network} ${problems.size}`,
  });
  return { problem, conditionOf, told, samples };
}

/** NMSE of the latents after the first step and at the end. */
async function errors(run: Run): Promise<{ first: number; end: number }> {
  const config = parseSchedulerConfig(run.scheduler);
  const key = JSON.stringify([run.network, parameterisationOf(config)]);
  if (!problems.has(key)) problems.set(key, make(run.network, config));
  const { problem, conditionOf, told, samples } = await problems.get(key)!;
  const plan = picturePlan(
    contenderOf(run),
    {
      schedulerBytes: bytesOf(run.scheduler),
      range: levelRange(config),
      told,
      network: { title: run.network, told, unguided: null, readsText: true, classes: null, skip: () => 1 },
    },
    { conventions: 'diffusers' },
  );
  const noise = numbers(file.inputs[run.network]!['noise']!);
  const onTheWay = file.inputs[run.network]!['step_noise'] && numbers(file.inputs[run.network]!['step_noise']!);
  const { dim } = problem;
  const first: number[] = [];
  const end: number[] = [];
  for (let s = 0; s < samples; s++) {
    problem.retell(conditionOf(s));
    const own = (all: Float64Array, k: number) => Float32Array.from(all.subarray(k * dim, (k + 1) * dim));
    const { x } = await problem.run({
      plan,
      seed: 0,
      given: {
        noise: own(noise, s),
        onTheWay: onTheWay ? (k) => own(onTheWay, k * samples + s) : null,
        picture: null,
      },
      signal,
      onStep({ step, sigma, x }) {
        // The state there is x where the start is not of the size of σ, and x̂ elsewhere.
        const scale = /^(Euler|CMStochastic)/.test(config.scheduler) ? 1 : 1 / Math.hypot(1, sigma);
        if (step === 1) first.push(...x.map((v) => scale * v));
      },
    });
    end.push(...x);
  }
  return { first: nmse(first, numbers(run.outputs['after-1'])), end: nmse(end, numbers(run.outputs.final)) };
}

/**
 * Float32 leaves 10⁻¹² and less. Where DDIM clips D and keeps the network's noise, D' = (clip(D) − r·D)/(1 − r) takes what
 * it is made of apart again, with r near 1 in steps of a small ratio: 2·10⁻¹⁰.
 */
const boundOf = (name: string) => (name === 'ddim-pixels-clipped' ? 1e-9 : 1e-11);
const few = [
  'ddim-leading',
  'euler-v-zero-snr',
  'dpmpp-2m-few',
  'unipc-order-3',
  'lcm-4',
  'consistency-1',
  'consistency-3',
];
const all = Object.keys(file.runs);

describe('whole runs of diffusers, in float32', () => {
  test.each(reduced ? few : all)('%s', async (name) => {
    const { first, end } = await errors(file.runs[name]!);
    expect(first).toBeLessThan(boundOf(name));
    expect(end).toBeLessThan(boundOf(name));
  });
});
