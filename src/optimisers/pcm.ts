import { choiceField, numberField } from '../core/field.ts';
import { solve } from '../math/solve.ts';
import { planOps } from '../samplers/diffusion/index.ts';
import { formatPcm, pcm as sampler, PCM_NUMBERS, shareOf, type PcmParams } from '../samplers/diffusion/pcm.ts';
import type { Evaluate, Op } from '../samplers/diffusion/types.ts';
import { bestOf } from './bestOf.ts';
import type { Candidate, ScheduleOptimiser } from './types.ts';

/** The plan with a frame of each state that a sweep asks about, and of its D, in the order of the batches. */
function watched(ops: readonly Op[]): {
  readonly ops: readonly Op[];
  readonly batches: readonly (readonly Evaluate[])[];
} {
  const batches: (readonly Evaluate[])[] = [];
  let step = 0;
  // A run begins at the level of its first frame.
  const frame = (x: string, sigma: number): Op => ({ op: 'mark', step: step++, sigma, x });
  const out = ops.flatMap((op): readonly Op[] => {
    if (op.op === 'mark') return step === 0 ? [frame('x', op.sigma)] : [];
    if (op.op !== 'evalBatch') return [op];
    batches.push(op.of);
    return [op, ...op.of.flatMap(({ x, sigma, out: d }) => [frame(x, sigma), frame(d, sigma)])];
  });
  return { ops: out, batches };
}

/**
 * PCM's correction: of each step two numbers, [D, ε] → D̃, by least squares, so that one sweep from any iterate leads to
 * the sequential solution. So et al. 2025, https://arxiv.org/abs/2503.19731, after second-hand accounts: the paper fine-tunes its network on
 * stored Picard trajectories, an iterate weighed by 1/√Var of what it misses; here a trajectory is of the training starts, and the
 * target of a step is D̃ by which its own change in y = x̂/√(1 + σ²) becomes the solution's. The first round is on trajectories
 * of the plain iteration, as published; later ones add those of the corrected one, which are what it will meet.
 */
export const pcm: ScheduleOptimiser<{ rounds: number; weights: 'equal' | 'published' }> = {
  id: 'pcm',
  title: 'PCM correction',
  paper: sampler.paper,
  summary: 'Fits two numbers a step by which few sweeps of Picard iteration end nearer to where all of them end.',
  tunes: 'coefficients',
  sampler: 'pcm',
  needsEnds: true,
  evaluations: ({ steps, nfe: each }, { rounds }) => (steps < 3 ? 0 : steps + each * (6 + 3 * rounds)),
  params: {
    rounds: numberField({
      label: 'Rounds',
      help: 'The first on trajectories of the plain iteration, as published; each later one adds those that its corrections make.',
      default: 1,
      min: 1,
      max: 20,
      integer: true,
    }),
    weights: choiceField({
      label: 'Iterates weigh',
      help: 'Late iterates miss less: as published they weigh more, by one over the root of the variance of what is missing.',
      default: 'equal',
      options: [
        ['equal', 'alike'],
        ['published', '1/√Var'],
      ],
    }),
  },
  async fit(context, { rounds, weights }) {
    const { start, walk, states, dim } = context;
    const { sigmas } = start;
    const n = sigmas.length - 1;
    if (n < 3) return start;
    const params = start.params as unknown as PcmParams;
    const candidate = (numbers: string): Candidate => ({ ...start, params: { ...start.params, numbers } });
    const keeper = bestOf(context);
    await keeper.hear(start, 0);
    const solution = await walk(sigmas);
    /** Normal equations of each step: three products of its two features, two with the target. */
    const sums = Array.from({ length: n }, () => new Float64Array(5));
    let numbers = '';
    for (let round = 1; round <= rounds; round++) {
      const { ops, batches } = watched(planOps(sampler, sigmas, { ...params, numbers }));
      const frames = await states(ops);
      let at = 1;
      for (const batch of batches)
        for (const [place, { sigma }] of batch.entries()) {
          const [x, d] = [frames[at++]!, frames[at++]!];
          const i = sigmas.indexOf(sigma);
          const t = sigmas[i + 1]!;
          if (place === 0) continue; // where nothing is corrected
          const ratio = t === 0 ? 0 : Math.sqrt((1 + t * t) / (1 + sigma * sigma));
          const [from, to] = [solution[i]!, solution[i + 1]!];
          const missing = x.reduce((sum, v, k) => sum + (v - from[k]!) ** 2, 0) / x.length;
          const weight = weights === 'equal' ? 1 : 1 / Math.sqrt(missing + 1e-12);
          const own = sums[i]!;
          for (let k = 0; k < x.length; k++) {
            // (t/s)x + (1 − t/s)D̃ − ratio·x is to be what the solution does.
            const wanted = to[k]! - ratio * (from[k]! - x[k]!) - (t / sigma) * x[k]!; // at 0 the end
            const off = wanted / (1 - t / sigma) - d[k]!;
            const noise = (x[k]! - d[k]!) / sigma;
            own[0]! += weight * d[k]! * d[k]!;
            own[1]! += weight * d[k]! * noise;
            own[2]! += weight * noise * noise;
            own[3]! += weight * d[k]! * off;
            own[4]! += weight * noise * off;
          }
        }
      numbers = formatPcm(sums.flatMap(numbersOf));
      await keeper.hear(candidate(numbers), round / rounds);
    }
    const found = keeper.best() ?? start;
    /** Mean distance over steps and samples, at the start and after each sweep; of one variance, so that every level weighs. */
    async function away(of: string): Promise<readonly number[]> {
      const plan = planOps(sampler, sigmas, { ...params, numbers: of });
      const { ops, batches } = watched(plan);
      const frames = await states(ops);
      const off = (x: Float32Array, i: number) => {
        const squared = new Float64Array(x.length / dim);
        x.forEach((v, k) => (squared[Math.floor(k / dim)]! += (v - solution[i]![k]!) ** 2));
        return squared.reduce((sum, v) => sum + Math.sqrt(v), 0) / squared.length / Math.hypot(1, sigmas[i]!);
      };
      let at = 1;
      const course = batches.map((batch) => {
        const sum = batch.reduce((s, { sigma }, k) => s + off(frames[at + 2 * k]!, sigmas.indexOf(sigma)), 0);
        at += 2 * batch.length;
        return sum / n;
      });
      // The plan's own frames are what the last sweep leaves.
      const left = (await states(plan)).slice(1);
      return [...course, left.reduce((sum, x, j) => sum + off(x, j + 1), 0) / n];
    }
    const count = Math.min(params.sweeps, params.window, n);
    const evidence = {
      kind: 'sweeps',
      title: 'How far all states are from where all sweeps lead',
      shares: Array.from({ length: count }, (_, k) => shareOf(k, count, params.fade)),
      before: await away(''),
      after: await away(String(found.params?.['numbers'] ?? '')),
    } as const;
    // Of several windows, which follow one another, there is no such one course.
    return params.window < n ? found : { ...found, evidence: [evidence] };
  },
};

/** Nothing where a step was never corrected. The penalty is next to none: it decides where D and the state say the same. */
function numbersOf([dd, de, ee, dr, er]: Float64Array): readonly number[] {
  if (!(dd! > 0 && ee! > 0)) return Array.from({ length: PCM_NUMBERS }, () => 0);
  const [a, b] = [Math.sqrt(dd!), Math.sqrt(ee!)];
  const off = de! / (a * b);
  const [u, v] = solve(
    [
      [1 + 1e-9, off],
      [off, 1 + 1e-9],
    ],
    [dr! / a, er! / b],
  );
  return [u! / a, v! / b];
}
