// Stochastic samplers on this GPU against targets whose end distribution is known exactly.
import { detectableBias, gTest } from '../../math/chiSquare.ts';
import { mixtures } from '../../models/definitions.ts';
import { modelCard } from '../../models/index.ts';
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import { schedules } from '../../schedules/index.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import { createGpuBackend } from '../../engine/diffusion/gpuBackend.ts';
import type { Problem, ProblemKey } from '../../engine/diffusion/problem.ts';
import { endOf, planOf } from '../samplers/plans.ts';
import type { Case, Env, Outcome } from '../types.ts';
import { short } from '../words.ts';
import { judgeNormals, LEVEL } from './tests.ts';

const END = 0.1;
const MAX = 20;
const STEPS = 14;
const SAMPLES = 8192;
const POINT = [0.7, -0.4] as const;

/** Every sampler that draws noise, in the settings in which its variance is exact for one fixed point. */
const stochastic: readonly (readonly [SamplerId, object])[] = [
  ['ddim', { eta: 1 }],
  ['ddpm', {}],
  ['euler_ancestral', {}],
  ['dpmpp_2s_ancestral', {}],
  ['dpmpp_sde', {}],
  ['dpmpp_2m_sde', {}],
  ['dpmpp_3m_sde', {}],
  ['edm_stochastic', { s_noise: 1 }],
  ['restart', {}],
  ['lcm', {}],
  ['consistency', { sigma_min: 0 }],
];

/** A problem on the GPU that cases share, freed at the end of the suite or when another one is asked for. */
function problems(env: Env) {
  let now: { readonly id: string; readonly made: Promise<Problem> } | null = null;
  env.defer(async () => void (await (await now?.made.catch(() => null))?.destroy()));
  return async (id: string, key: ProblemKey): Promise<Problem> => {
    if (now?.id !== id) {
      await (await now?.made.catch(() => null))?.destroy();
      now = { id, made: createGpuBackend(env.ctx, env.deps.load).prepare(key, env.signal) };
    }
    return now.made;
  };
}
const keyOf = (
  env: Env,
  id: 'drawn' | 'unbalanced',
  samples: number,
  points: ProblemKey['points'] = [],
): ProblemKey => ({
  card: modelCard(id),
  learned: false,
  points,
  samples,
  guidance: 1,
  label: -1,
  kernels: env.ctx.versions,
});

/** Data that is one point: the end is N(m, σ²) exactly, with m from the same plan without its noise. */
async function onePoint(env: Env, problem: Problem, id: SamplerId, params: object): Promise<Outcome> {
  const sigmas = schedules.karras.sigmas(STEPS + 1, { min: END, max: MAX }, { rho: 7 }).slice(0, -1);
  const ops = planOf(id, sigmas, params);
  const quiet = ops
    .filter((o): o is Exclude<Op, { op: 'noise' }> => o.op !== 'noise')
    .map((o) => (o.op === 'lincomb' ? { ...o, terms: o.terms.filter(([, reg]) => reg !== 'noise') } : o));
  const mean = endOf(
    quiet,
    new Float64Array(2),
    () => Float64Array.from(POINT),
    () => {},
  );
  const { x } = await problem.run(ops, { seed: 99, signal: env.signal });
  const z = Float64Array.from(x, (v, i) => (v - mean[i % 2]!) / END);
  return judgeNormals(
    z,
    {
      'other coordinate': [z.filter((_, i) => i % 2 === 0), z.filter((_, i) => i % 2 === 1)],
      'next sample': [z, z.subarray(2)],
    },
    32,
  );
}

/**
 * Shares of the five components of the unbalanced mixture: each sample belongs to the nearest centre, in its
 * deviations.
 */
async function shares(env: Env, problem: Problem, id: SamplerId, params: object, steps: number): Promise<Outcome> {
  const { weights, means, stds } = mixtures.unbalanced();
  const counts = new Float64Array(weights.length);
  const ops = planOf(id, schedules.karras.sigmas(steps, { min: 0.02, max: MAX }, { rho: 7 }), params);
  const { x } = await problem.run(ops, { seed: 4, signal: env.signal });
  let furthest = 0;
  for (let i = 0; i < x.length; i += 2) {
    const off = Array.from(stds, (s, k) => Math.hypot(x[i]! - means[2 * k]!, x[i + 1]! - means[2 * k + 1]!) / s);
    const best = off.indexOf(Math.min(...off));
    counts[best]!++;
    furthest = Math.max(furthest, off[best]!);
  }
  const n = x.length / 2;
  const { g, degrees, p } = gTest(counts, weights);
  return {
    pass: p >= LEVEL && furthest < 6,
    detail: `${n} samples of ${steps} steps: shares ${Array.from(counts, (c) => (c / n).toFixed(3)).join(', ')} where ${Array.from(weights, (w) => w.toFixed(2)).join(', ')} are exact; G = ${g.toFixed(1)} on ${degrees} degrees of freedom, p = ${p.toPrecision(2)}. Any bias of ${short(100 * detectableBias(n, degrees, LEVEL))} % of the mass would be found with probability 0.8. The furthest sample is ${furthest.toFixed(1)} deviations from its centre.`,
  };
}

export function sdeCases(env: Env): Case[] {
  const problem = problems(env);
  const mixed: readonly (readonly [SamplerId, object, number])[] = [
    ['heun', {}, 24],
    ['dpmpp_2m_sde', {}, 48],
    ['dpmpp_sde', {}, 32],
    ['restart', {}, 24],
  ];
  return [
    ...stochastic.map(([id, params]): Case => ({
      name: `${id} around one point`,
      sampler: id,
      run: async () => onePoint(env, await problem('point', keyOf(env, 'drawn', SAMPLES, [POINT])), id, params),
    })),
    ...mixed.map(([id, params, steps]): Case => ({
      name: `${id} shares among five components`,
      sampler: id,
      run: async () => shares(env, await problem('mixture', keyOf(env, 'unbalanced', 4096)), id, params, steps),
    })),
  ];
}
