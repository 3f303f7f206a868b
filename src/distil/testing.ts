// Drives a distillation in float64 with a denoiser that answers at once.
import type { Asked } from '../core/role.ts';
import { normals } from '../math/normal.ts';
import { componentsOf, mixture, mixtureDenoiser, type Mixture } from '../models/mixture.ts';
import { distil, type DistilMove, type DistilTask } from './distil.ts';
import type { DistilMethod } from './types.ts';

export const start = (n: number, seed = 0, width = 1): Float64Array => normals(seed, 0, n, 2).map((v) => width * v);
export const task = (over: Partial<DistilTask> = {}): DistilTask => ({
  start: start(64),
  dim: 2,
  steps: 2000,
  seed: 0,
  low: 0.1,
  high: 3,
  reference: -1,
  ...over,
});
export const move = (over: Partial<DistilMove> = {}): DistilMove => ({
  optimiser: 'sgd',
  rate: 0.02,
  weight: 'one',
  window: 1,
  threshold: 0,
  keep: 1,
  ...over,
});

/** Four Gaussians of the note: (±1, ±1), sd .2. The last is at (1, 1). */
export const toy4: Mixture = mixture(
  2,
  [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ].map((mean) => ({ weight: 1, mean, std: 0.2 })),
);
export const single: Mixture = mixture(2, [{ weight: 1, mean: [0.5, -0.3], std: 0.6 }]);

export interface Outcome {
  readonly theta: Float64Array;
  readonly marks: readonly { readonly step: number; readonly theta: Float64Array }[];
  readonly passes: number;
  readonly evaluations: number;
}
export function outcome<P>(
  t: DistilTask,
  m: DistilMove,
  method: DistilMethod<P>,
  params: NoInfer<P>,
  of: Mixture,
): Outcome {
  const whole = mixtureDenoiser(of);
  const answer = ({ role, label = -1 }: Asked) =>
    role === 'target' ? mixtureDenoiser(componentsOf(of, [label])) : whole;
  const marks: { step: number; theta: Float64Array }[] = [];
  let [passes, evaluations] = [0, 0];
  const running = distil(t, m, method, params);
  for (let next = running.next(); !next.done;) {
    const op = next.value;
    if (op.op === 'mark') {
      marks.push({ step: op.step, theta: op.theta });
      next = running.next([]);
      continue;
    }
    passes++;
    evaluations += op.of.length;
    next = running.next(op.of.map(({ x, sigma, asked }) => answer(asked)(x, sigma)));
  }
  return { theta: marks.at(-1)!.theta, marks, passes, evaluations };
}
