// The log-likelihood of samples under the probability flow of a problem's model, on whatever the problem runs on.
import { throwIfCancelled } from '../../core/cancel.ts';
import { normals } from '../../math/normal.ts';
import { uniforms } from '../../math/uniform.ts';
import type { Op, Reg } from '../../samplers/diffusion/types.ts';
import { axisProbe, flowDensity, signProbe, type FlowDensity } from '../../samplers/likelihood/density.ts';
import {
  likelihoodPlan,
  probeReg,
  PROBES_A_PLAN,
  risingLevels,
  sumReg,
  type Difference,
} from '../../samplers/likelihood/plan.ts';
import { isExact, probesOf, sharesOf, type LikelihoodSettings } from '../../samplers/likelihood/cost.ts';
import type { Problem } from './problem.ts';

/** A flow: between which levels, and how its denoiser is guided. */
export interface Flow {
  readonly min: number;
  readonly max: number;
  readonly guide: (ops: readonly Op[]) => readonly Op[];
}

/** Draws of random signs, and of the noise of the least level: beside those of target.ts, under keys of their own seed. */
const PROBE_DRAW = 0x71000000;
const SMOOTHING_DRAW = 0x72000000;

/** No flow leads from these samples to a density. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Refuses what no density comes of. */
export function assertFlow({ min, max }: Pick<Flow, 'min' | 'max'>): void {
  if (!(min > 0) || !Number.isFinite(max))
    throw new FlowError(
      `its flow would run between the levels ${min} and ${max}, and a density needs two that are finite and above 0`,
      'Take a model that names its range of noise levels.',
    );
  if (!(max >= 2 * min))
    throw new FlowError(
      `it starts at σ = ${max}, and the least level of the model is ${min}: between them there is no flow to follow`,
      `Let its levels start at ${2 * min} or above.`,
    );
}

/** Samples blurred by the least level, as real images are: the density that is asked is that of blurred ones. */
export function smoothed(x: Float32Array, n: number, sigma: number, seed: number): Float32Array<ArrayBuffer> {
  const noise = normals(seed, SMOOTHING_DRAW, n, x.length / n);
  return Float32Array.from(x, (v, i) => v + sigma * noise[i]!);
}

/**
 * log p of each row of `x`, as many rows as the problem has samples, by the change of variables along the flow up to
 * N(0, σ_max²). `told` hears of the share done.
 */
export async function flowLikelihood(
  problem: Problem,
  x: Float32Array,
  flow: Flow,
  settings: LikelihoodSettings,
  difference: Difference,
  { seed, signal, told }: { seed: number; signal: AbortSignal; told?: (share: number) => void },
): Promise<FlowDensity> {
  assertFlow(flow);
  const { samples: n, card } = problem.key;
  const { dim } = card.shape;
  if (x.length !== n * dim) throw new Error(`got ${x.length} numbers for ${n} samples of ${dim}`);
  const levels = risingLevels(flow.min, flow.max, settings.steps);
  const exact = isExact(dim);
  const probes: Float32Array[] = [];
  const sums: Float32Array[] = [];
  let end = x;
  const shares = sharesOf(probesOf(dim, settings));
  for (const [part, share] of shares.entries()) {
    throwIfCancelled(signal);
    const given: Record<Reg, Float32Array<ArrayBuffer>> = { x: Float32Array.from(x) };
    for (let k = 0; k < share; k++) {
      const which = part * PROBES_A_PLAN + k;
      const probe = exact ? axisProbe(which, n, dim) : signProbe(uniforms(seed, PROBE_DRAW + which, n * dim));
      given[probeReg(k)] = Float32Array.from(probe);
      given[sumReg(k)] = new Float32Array(n * dim);
    }
    const ops = flow.guide([...likelihoodPlan(levels, share, difference)]);
    const done = await problem.run(ops, {
      seed,
      signal,
      given,
      onFrame: ({ step }) => told?.((part + step / levels.length) / shares.length),
    });
    end = done.given!['x']!;
    for (let k = 0; k < share; k++) {
      probes.push(given[probeReg(k)]!);
      sums.push(done.given![sumReg(k)]!);
    }
  }
  return flowDensity({ x: end, probes, sums }, { min: flow.min, max: flow.max, n, dim, exact });
}
