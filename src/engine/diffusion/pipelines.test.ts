// Whole runs of diffusers' schedulers on tiny checkpoints, in float64 and from given noise (training/golden-diffusers/):
// ours are the sampler's plan over the levels that the scheduler's conventions name, and nothing else.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { parseSchedulerConfig, type SchedulerConfig } from '../../formats/diffusers/scheduler.ts';
import { conventionsOf, parameterisationOf, type Conventions } from '../../models/diffusers/conventions.ts';
import { goldenUNet, nmse, numbers } from '../../models/diffusers/golden.ts';
import { referenceDenoiser } from '../../models/diffusers/reference.ts';
import { runDenoiser, runScalars } from '../../models/diffusers/run.ts';
import type { GraphWeights } from '../../models/graph/interpret.ts';
import type { GraphModel } from '../../models/diffusers/types.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import type { Denoiser } from '../../models/types.ts';
import { samplers, type SamplerId } from '../../samplers/diffusion/index.ts';
import { stridesPlan } from '../../samplers/diffusion/strides.ts';
import type { Sampler } from '../../samplers/diffusion/types.ts';
import { CpuMachine } from './cpu.ts';

type Stored = Parameters<typeof numbers>[0];
interface Run {
  readonly network: string;
  readonly scheduler: Readonly<Record<string, unknown>>;
  readonly guidance: number;
  readonly guidance_rescale?: number;
  readonly timesteps?: readonly number[];
  readonly init_noise_sigma: number;
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly tables: Readonly<Record<string, Stored>>;
  readonly outputs: Readonly<Record<'after-1' | 'final', Stored>>;
}
const file = JSON.parse(
  readFileSync(new URL('../../../training/golden-diffusers/pipelines.json', import.meta.url), 'utf8'),
) as {
  readonly inputs: Readonly<Record<string, Readonly<Record<string, Stored>>>>;
  readonly runs: Readonly<Record<string, Run>>;
};
/** Read and laid out once a network, not once an evaluation. */
const networks = new Map<string, ReturnType<typeof readNetwork>>();
function readNetwork(name: string) {
  const { config, weights, sizes } = goldenUNet(name);
  const kept = new Map<string, Float32Array>();
  const once = (key: string, read: () => Float32Array) => kept.get(key) ?? kept.set(key, read()).get(key)!;
  const known: GraphWeights = {
    matrix: (key, ...shape) => once(key, () => weights.matrix(key, ...shape)),
    vector: (key, rows) => once(key, () => weights.vector(key, rows)),
  };
  return { unet: config, weights: known, sizes };
}
const networkOf = ({ network }: Run) =>
  networks.get(network) ?? networks.set(network, readNetwork(network)).get(network)!;
const inputsOf = (run: Run) => ({ ...file.inputs[run.network], ...run.inputs });
const stepsOf = (run: Run) => run.timesteps ?? run.tables['timesteps']!.shape[0]!;

/** The registry's sampler for a scheduler, with the settings that the scheduler states. */
function samplerOf(config: SchedulerConfig): readonly [SamplerId, object] {
  switch (config.scheduler) {
    case 'DDIMScheduler':
      return ['ddim', {}];
    case 'EulerDiscreteScheduler':
      return ['euler', {}];
    case 'DPMSolverMultistepScheduler':
      return ['dpmpp_2m', {}];
    case 'UniPCMultistepScheduler':
      return ['unipc', { order: config.solver.order, variant: config.solver.type }];
    case 'LCMScheduler':
      return ['lcm', {}];
    case 'CMStochasticIterativeScheduler':
      return ['consistency', { sigma_min: config.sigmaMin, s_noise: config.noise }];
    default:
      throw new Error(`no run of ${config.scheduler} is expected`);
  }
}

/** The network of a run as its denoiser, every sample with the text, the class and the guidance of its own. */
function denoiserOf(run: Run, config: SchedulerConfig, conventions: Conventions): Denoiser {
  const { unet, weights, sizes } = networkOf(run);
  const given = inputsOf(run);
  const embedding = unetEmbedding(unet, weights);
  const model: GraphModel = {
    graph: (samples, texts) => unetGraph(unet, { ...sizes, samples, texts }),
    scalars: runScalars(parameterisationOf(config), conventions),
    channels: unet.inChannels,
    height: sizes.height,
    width: sizes.width,
    embedding: { width: embedding.width, time: (t) => embedding.time(t, run.guidance) },
  };
  const part = (name: string, s: number) => {
    const all = numbers(given[name]!);
    return all.subarray((s * all.length) / sizes.samples, ((s + 1) * all.length) / sizes.samples);
  };
  const guides = unet.guidanceFeatures === null && run.guidance !== 1;
  const single = (s: number): Denoiser => {
    const row = embedding.condition(given['class_labels'] ? { label: part('class_labels', s)[0]! } : {});
    const prompt = given['encoder_hidden_states'] && part('encoder_hidden_states', s);
    return referenceDenoiser(model, weights, {
      rows: [row],
      row: () => 0,
      nullRow: () => 0,
      texts: prompt ? { prompt, negative: guides ? part('unconditional', s) : prompt } : null,
      guidance: guides ? run.guidance : 1,
      rescale: run.guidance_rescale ?? 0,
    });
  };
  const each = Array.from({ length: sizes.samples }, (_, s) => single(s));
  return runDenoiser((x, sigma) => {
    const dim = x.length / sizes.samples;
    return Float64Array.from(each.flatMap((d, s) => [...d(x.subarray(s * dim, (s + 1) * dim), sigma)]));
  }, conventions);
}

/** Schedulers whose state is x = x̂/√(1 + σ̂²). */
const keepsVariance = ['DDIMScheduler', 'DPMSolverMultistepScheduler', 'UniPCMultistepScheduler', 'LCMScheduler'];

/** NMSE after the first step and at the end. */
function errors(run: Run): { first: number; end: number } {
  const config = parseSchedulerConfig(run.scheduler);
  const conventions = conventionsOf(config, stepsOf(run));
  const given = inputsOf(run);
  const [id, params] = samplerOf(config);
  const sampler: Sampler = samplers[id];
  const noise = given['step_noise'] && numbers(given['step_noise']);
  const machine = new CpuMachine(
    numbers(given['noise']!).map((v) => conventions.startScale * v),
    denoiserOf(run, config, conventions),
    // The sampler's draw of step i is number 1 + 4·i.
    (draw, out) => out.set(noise!.subarray(((draw - 1) / 4) * out.length, ((draw - 1) / 4 + 1) * out.length)),
  );
  let first = NaN;
  for (const op of stridesPlan(sampler, conventions, { ...(defaults(sampler.params) as object), ...params })) {
    machine.execute(op);
    if (op.op !== 'mark' || op.step !== 1) continue;
    const scale = keepsVariance.includes(config.scheduler) ? 1 / Math.hypot(1, op.sigma) : 1;
    first = nmse(
      machine.read('x').map((v) => scale * v),
      numbers(run.outputs['after-1']),
    );
  }
  const x = machine.read('x').map((v) => conventions.endScale * v);
  return { first, end: nmse(x, numbers(run.outputs.final)) };
}

/**
 * Float64 in another order: 10⁻²⁷, but for the run that begins at α = 0, where DDIM's x₀ has 2⁻⁴⁰ of x̂ in it here:
 * 4·10⁻²⁵.
 */
const exact = 1e-24;

describe('whole runs of diffusers', () => {
  test.each(Object.keys(file.runs))('%s', (name) => {
    const { first, end } = errors(file.runs[name]!);
    expect(first).toBeLessThan(exact);
    expect(end).toBeLessThan(exact);
  });
});
