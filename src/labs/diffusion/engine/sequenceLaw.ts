// How far a rollout's law is from the true one, without sampling: a plan is linear in what it starts from, in what it draws
// and in the mean that its denoiser is told, so one run over indicators tells all of it.
import { CpuMachine } from '../../../engine/diffusion/cpu.ts';
import { contenderPlan } from '../../../samplers/contenders/contender.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import type { SigmaRange } from '../../../models/types.ts';
import { forgotten, klByFrame, nextFrame, rolloutFactor, type Response } from '../../../sequences/scene.ts';
import { contenderOf } from '../config/sequenceKind.ts';
import type { RowedRow } from '../config/rowed.ts';

/**
 * What a plan makes of N(mean, variance): x holds its answer to a mean of 1, to its start and to each of its draws, one number
 * each.
 */
export function responseOf(ops: readonly Op[], variance: number): Response {
  const draws = [...new Set(ops.flatMap((op) => (op.op === 'noise' ? op.draws.map(([, draw]) => draw) : [])))];
  const first = ops.find((op) => op.op === 'mark');
  const x0 = new Float64Array(2 + draws.length);
  x0[1] = first?.sigma ?? 1;
  const machine = new CpuMachine(
    x0,
    (x, sigma) => x.map((v, j) => (variance * v + (j === 0 ? sigma ** 2 : 0)) / (variance + sigma ** 2)),
    (draw, out) => void out.fill(0).fill(1, 2 + draws.indexOf(draw), 3 + draws.indexOf(draw)),
  );
  for (const op of ops) machine.execute(op);
  const x = machine.read('x');
  return { gain: x[0]!, deviation: Math.hypot(...x.subarray(1)) };
}

/** The steps and the window of a rollout. */
export interface Rollout {
  readonly noise: number;
  readonly frames: number;
  readonly window: number;
  readonly steps: number;
}
/** KL until each frame, in nats by number; null of a sampler that chooses its own steps, whose plan is not linear. */
export function exactKl(row: RowedRow, { noise, frames, window, steps }: Rollout, range: SigmaRange): number[] | null {
  const { ops, adaptive } = contenderPlan(contenderOf(row, steps), range);
  if (adaptive) return null;
  const known = Array.from({ length: Math.min(window, frames - 1) + 1 }, (_, m) =>
    responseOf(ops, nextFrame(noise, m).variance),
  );
  const responses = Array.from({ length: frames }, (_, k) => known[Math.min(k, window)]!);
  return klByFrame(noise, rolloutFactor(noise, window, responses), frames);
}

/** A choice of window and steps, with what each of the two costs in law. */
export interface Trade {
  readonly window: number;
  readonly steps: number;
  readonly forgotten: number;
  readonly degraded: number;
}
const MOST_STEPS = 64;
/**
 * What a row's own budget buys: a network that attends to w given frames reads 1 + w frames an evaluation, so that with
 * steps·(1 + w) frames a new one may see far in few steps, or little in many. Those that no other beats in both.
 */
export function front(row: RowedRow, { noise, frames, window, steps }: Rollout, range: SigmaRange): readonly Trade[] {
  const budget = steps * (1 + window);
  const all: Trade[] = [];
  for (let w = 0; w < frames; w++) {
    const n = Math.min(MOST_STEPS, Math.floor(budget / (1 + w)));
    const kl = n > 0 ? exactKl(row, { noise, frames, window: w, steps: n }, range) : null;
    const lost = forgotten(noise, w, frames).at(-1)!;
    if (kl) all.push({ window: w, steps: n, forgotten: lost, degraded: Math.max(0, kl.at(-1)! - lost) });
  }
  return pareto(all);
}
/** Those that no other is at least as good as in both, and better in one. */
export const pareto = (all: readonly Trade[]): readonly Trade[] =>
  all.filter(
    (a) =>
      !all.some(
        (b) =>
          b.forgotten <= a.forgotten &&
          b.degraded <= a.degraded &&
          (b.forgotten < a.forgotten || b.degraded < a.degraded),
      ),
  );

const STEPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/** What a row's sampler loses by its steps where all frames before are given. */
export const degrading = (row: RowedRow, noise: number, frames: number, range: SigmaRange) =>
  STEPS.flatMap((steps) => {
    const kl = exactKl(row, { noise, frames, window: frames, steps }, range);
    return kl ? [{ steps, degraded: kl.at(-1)! }] : [];
  });
