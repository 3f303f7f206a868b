/** Plans in float64, for the cases of this folder. */
import { defaults } from '../../core/field.ts';
import { mixture, mixtureDenoiser } from '../../models/mixture.ts';
import golden from '../../samplers/diffusion/golden.json' with { type: 'json' };
import { planOps, samplers, type SamplerId } from '../../samplers/diffusion/index.ts';
import type { AdaptivePlan, Op, Sampler } from '../../samplers/diffusion/types.ts';
import { follow } from '../../engine/diffusion/follow.ts';
import { CpuMachine, type Denoise, type Normal } from '../../engine/diffusion/cpu.ts';

export { golden };
export const grids: Readonly<Record<string, readonly number[]>> = golden.grids;
/** The mixture whose exact denoiser the golden runs used. */
export const goldenMixture = mixture(
  2,
  golden.mixture.centres.map((mean, k) => ({
    weight: golden.mixture.weights[k]!,
    mean,
    std: golden.mixture.deviation,
  })),
);
export const goldenDenoiser: Denoise = mixtureDenoiser(goldenMixture);

export function planOf(id: SamplerId, sigmas: readonly number[], params: object = {}): Op[] {
  const sampler: Sampler = samplers[id];
  const all = { ...(defaults(sampler.params) as object), ...params };
  return sampler.adaptive ? decided(() => sampler.plan(sigmas, all), sigmas[0]!) : planOps(sampler, sigmas, all);
}

/**
 * What an adaptive plan decides on the golden problem, points of two numbers: a list that can be followed anywhere. Its k-th noise is
 * the libraries' k-th.
 */
function decided(begin: () => AdaptivePlan, top: number): Op[] {
  const plan = follow(begin);
  const machine = new CpuMachine(goldenStart(top), goldenDenoiser, libraryVector, 2);
  let drawn = 0;
  for (let op = plan.next(); op !== null;)
    op = plan.next(machine.execute(op.op === 'noise' ? { ...op, draws: [[1, drawn++]] } : op));
  return [...plan.ops];
}

/** The end of a plan in float64. */
export function endOf(ops: readonly Op[], x0: Float64Array, denoise: Denoise, normal: Normal): Float64Array {
  const machine = new CpuMachine(x0, denoise, normal);
  for (const op of ops) machine.execute(op);
  return machine.read('x');
}
/** The k-th noise of a golden run. */
export const libraryVector = (k: number, out: Float64Array): void =>
  out.forEach((_, e) => {
    out[e] = 1.5 * Math.sin(12.9898 * (k + 1) + 4.1414 * e);
  });
export const noNoise: Normal = (draw) => {
  throw new Error(`The plan draws noise ${draw}; for these parameters it must draw none.`);
};

/** The golden runs' start at σ = `top`. */
export const goldenStart = (top: number): Float64Array => Float64Array.from(golden.start, (v) => v * top);
