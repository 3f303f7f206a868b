// Wrappers that ask more than a plan does: where an evaluation stands in its run, and what is asked beside it.
import type { Place } from '../samplers/contenders/wrapping.ts';
import type { Op, Reg } from '../samplers/diffusion/types.ts';

type Eval = Extract<Op, { op: 'eval' }>;

/** Registers of what is asked beside: no sampler's, no guidance's and no other wrapper's begins so. */
export const beside = (name: string): Reg => `more.${name}`;

/** Draws of wrappers that draw noise of their own: none of a sampler's has such a number. */
export const WRAPPER_DRAW = 0x20000000;

/** One evaluation of `main`. */
export interface Spot {
  readonly op: Eval;
  /** Where D is put down while the state is still wanted. */
  readonly d: Reg;
  /** The step of its run in which it lies, from 0. */
  readonly step: number;
  /** The level at which that step ends. */
  readonly next: number;
  /** Whether it is the first of its step. */
  readonly begins: boolean;
  /** Its number among the evaluations of the run. */
  readonly number: number;
}

/**
 * Every evaluation of `main` for which `at` has instructions is replaced by them; null leaves it. They must write
 * `op.out` in the end. A batch is opened, as guidance does. `place`: where the plan is a piece of a run.
 */
export function askMore(
  ops: readonly Op[],
  at: (spot: Spot) => readonly Op[] | null,
  place: Pick<Place, 'before' | 'step'> = { before: 0, step: 0 },
): readonly Op[] {
  const levels = ops.flatMap((op) => (op.op === 'mark' ? [op.sigma] : []));
  let step = 0;
  let begins = true;
  let number = place.before;
  let touched = false;
  const put = (op: Eval, inBatch: boolean): readonly Op[] => {
    if ((op.role ?? 'main') !== 'main') return [op];
    // Of a batch, whose evaluations are of several steps, the level tells which.
    const own = inBatch
      ? Math.max(
          0,
          levels.findLastIndex((level) => level >= op.sigma * (1 - 1e-12)),
        )
      : step;
    const said = at({
      op,
      d: op.out === op.x ? beside('d') : op.out,
      step: own + place.step,
      next: levels[own + 1] ?? 0,
      begins: inBatch || begins,
      number: number++,
    });
    begins = false;
    touched ||= said !== null;
    return said ?? [op];
  };
  const out = ops.flatMap((op): readonly Op[] => {
    if (op.op === 'mark') {
      step = op.step;
      begins = true;
    }
    if (op.op === 'evalBatch') {
      const before = touched;
      touched = false;
      const opened = op.of.flatMap((e) => put({ op: 'eval', ...e }, true));
      const changed = touched;
      touched ||= before;
      return changed ? opened : [op];
    }
    return op.op === 'eval' ? put(op, false) : [op];
  });
  return touched ? out : ops;
}

/**
 * J·v by two evaluations more, J = ∂D/∂x̂ at the state, left in `beside('up')`. v should be of size 1 or so: then both
 * states lie a hundredth of the level away, where neither float32's rounding nor D's curvature shows.
 */
export function differenceOf({ op }: Spot, v: Reg): readonly Op[] {
  const delta = 0.01 * Math.max(op.sigma, 0.05);
  const [up, down] = [beside('up'), beside('down')];
  const asked = { sigma: op.sigma, ...(op.part && { part: op.part }) };
  return [
    {
      op: 'lincomb',
      out: up,
      terms: [
        [1, op.x],
        [delta, v],
      ],
    },
    {
      op: 'lincomb',
      out: down,
      terms: [
        [1, op.x],
        [-delta, v],
      ],
    },
    {
      op: 'evalBatch',
      of: [
        { x: up, out: up, ...asked },
        { x: down, out: down, ...asked },
      ],
    },
    {
      op: 'lincomb',
      out: up,
      terms: [
        [0.5 / delta, up],
        [-0.5 / delta, down],
      ],
    },
  ];
}
