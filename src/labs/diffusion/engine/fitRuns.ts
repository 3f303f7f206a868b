// What a fit asks of the model at hand, as runs: walks, samples under noise, and where candidates end.
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { assertSound } from '../../../engine/diffusion/attempts.ts';
import type { Finished, Problem } from '../../../engine/diffusion/problem.ts';
import { pairedDistances } from '../../../metrics/samples/paired.ts';
import type { FitContext } from '../../../optimisers/types.ts';
import { guidedOps } from '../../../samplers/contenders/contender.ts';
import { euler } from '../../../samplers/diffusion/euler.ts';
import { nfe, planOps } from '../../../samplers/diffusion/index.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { contenderPlan } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import type { ModelId } from '../../../models/index.ts';
import { onProcessor, PLANE_STARTS } from '../config/fitPlan.ts';
import { referencePlan } from './reference.ts';

/** A walk whose states were not all kept has nothing to choose levels from. */
export class WalkTooLongError extends Error {
  override readonly name = 'WalkTooLongError';
  readonly hint = 'Take fewer samples or fewer teacher levels.';
}
/** The reader wants what there is. */
export class FitStopped extends Error {
  override readonly name = 'FitStopped';
}

/** Three seeds that the reader's runs do not use: of training, of holding out, and of the verdict. */
export const fitSeeds = (seed: number) =>
  ({
    train: (seed ^ 0x9e3779b9) >>> 0,
    valid: (seed ^ 0x85ebca6b) >>> 0,
    fresh: (seed ^ 0xc2b2ae35) >>> 0,
  }) as const;

const none = () => Promise.reject(new Error('A closed form loads no weights.'));
/**
 * Where a fit runs. A closed form in the plane is answered by the processor before a GPU has begun: thousands of runs of 64
 * samples. What a network computes stays where it is.
 */
export async function fitProblem(problem: Problem, signal: AbortSignal): Promise<Problem> {
  const { key } = problem;
  if (!onProcessor({ model: key.card.id as ModelId, learned: key.learned })) return problem;
  return createCpuBackend(none).prepare({ ...key, samples: PLANE_STARTS, kernels: {} }, signal);
}

export interface Runs extends Pick<FitContext, 'walk' | 'states' | 'noised'> {
  /** Evaluations so far, of each sample. */
  readonly spent: () => number;
  /** Distances of a contender's ends from the fine solution of the same starts. */
  distances(c: Contender, seed: number): Promise<Float64Array>;
}

export function fitRuns(
  problem: Problem,
  like: Contender,
  seeds: ReturnType<typeof fitSeeds>,
  signal: AbortSignal,
  stopped: () => boolean,
): Runs {
  const { card, samples } = problem.key;
  const { dim } = card.shape;
  let spent = 0;
  let rested = performance.now();
  const solutions = new Map<number, Promise<Float32Array>>();
  async function run(ops: readonly Op[], seed: number, watched: boolean): Promise<Finished> {
    throwIfCancelled(signal);
    if (stopped()) throw new FitStopped();
    spent += nfe(ops);
    // Runs of a few milliseconds never let a message in by themselves.
    if (performance.now() - rested > 30) {
      await breathe();
      rested = performance.now();
    }
    return problem.run(ops, { seed, signal, ...(watched && { onFrame: () => {} }) });
  }
  /** The states that marks keep, all of them. */
  async function kept(ops: readonly Op[], seed: number): Promise<readonly Float32Array[]> {
    const marks = ops.filter((op) => op.op === 'mark').length;
    const done = await run(ops, seed, true);
    if (done.marks.length !== marks)
      throw new WalkTooLongError(`${marks} states of ${samples} samples are more than is kept of a run.`);
    return done.marks.map((mark) => mark.x);
  }
  const solution = (seed: number): Promise<Float32Array> => {
    const known = solutions.get(seed);
    if (known) return known;
    // A network's own solution: what it differs from the exact one by is nothing that levels should make good.
    const solving = run(referencePlan(card, like).ops, seed, false).then((done) => done.x);
    solutions.set(seed, solving);
    return solving;
  };
  return {
    spent: () => spent,
    walk: (sigmas) => kept(guidedOps(like, planOps(euler, sigmas, {})), seeds.train),
    states: (ops) => kept(guidedOps(like, ops), seeds.train),
    async noised(sigmas) {
      const [begin, ...solve] = referencePlan(card, like).ops;
      const ops: Op[] = [begin!, ...solve.filter((op) => op.op !== 'mark')];
      let below = 0;
      for (const [k, sigma] of sigmas.toReversed().entries()) {
        ops.push(
          { op: 'noise', out: 'noise', draws: [[1, k + 1]] },
          {
            op: 'lincomb',
            out: 'x',
            terms: [
              [1, 'x'],
              [Math.sqrt(sigma ** 2 - below ** 2), 'noise'],
            ],
          },
          ...guidedOps(like, [{ op: 'eval', x: 'x', sigma, out: 'd' }]),
          { op: 'mark', step: k + 1, sigma, x: 'd' },
        );
        below = sigma;
      }
      return (await kept(ops, seeds.train)).slice(1).toReversed();
    },
    async distances(c, seed) {
      const reference = await solution(seed);
      const { ops } = contenderPlan(c, card.id as ModelId);
      try {
        assertSound(ops, c.steps);
      } catch {
        return new Float64Array(samples).fill(Infinity);
      }
      const { x } = await run(ops, seed, false);
      return pairedDistances({ data: x, n: samples, dim }, { data: reference, n: samples, dim });
    },
  };
}
