import { combine } from '../../samplers/diffusion/parts/ops.ts';
import type { Op, Plan } from '../../samplers/diffusion/types.ts';
import type { Told } from '../types.ts';

/** Who answers in place of `main`. */
export type Asks = 'source' | 'target' | 'posterior';

/** One evaluation of whom is asked, guided where the wanted class is pushed. */
export function* ask(who: Asks, told: Told, sigma: number, x = 'x', out = 'd'): Generator<Op, void, void> {
  if (who === 'posterior') {
    yield { op: 'eval', x, sigma, out, role: who };
    return;
  }
  const label = told[who];
  yield { op: 'eval', x, sigma, out, role: who, label };
  const w = who === 'target' && label >= 0 ? told.guidance : 1;
  if (w === 1) return;
  yield { op: 'eval', x, sigma, out: 'free', role: 'null' };
  yield combine(out, [
    [w, out],
    [1 - w, 'free'],
  ]);
}

/** A sampler's plan with its evaluations asked of somebody else, its marks counted from `from`, without its first mark. */
export function* asking(who: Asks, told: Told, plan: Plan, from = 0): Generator<Op, void, void> {
  for (const op of plan) {
    if (op.op === 'eval') yield* ask(who, told, op.sigma, op.x, op.out);
    else if (op.op !== 'mark') yield op;
    else if (op.step > 0) yield { ...op, step: op.step + from };
  }
}
