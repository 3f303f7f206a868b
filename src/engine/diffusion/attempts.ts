// A contender that fails by itself is left out and named; the others go on.
import { guideScalars } from '../../math/guide.ts';
import type { AdaptivePlan, Op } from '../../samplers/diffusion/types.ts';

/** A plan that no device can follow. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly hint =
    'Spread its noise levels, or take another sampler: two levels that are nearly equal leave a multistep method nothing to extrapolate from.';
}

/** The numbers that an instruction holds. */
function scalarsOf(op: Op): readonly number[] {
  switch (op.op) {
    case 'eval':
    case 'mark':
      return [op.sigma];
    case 'evalBatch':
      return op.of.map(({ sigma }) => sigma);
    case 'measure':
      return op.of.flatMap(({ terms, scale }) => [
        ...terms.map(([coefficient]) => coefficient),
        ...(scale ? [scale.absolute, scale.relative] : []),
      ]);
    case 'send':
      return [];
    case 'lincomb':
      return [...op.terms.map(([coefficient]) => coefficient), op.plus ?? 0];
    case 'noise':
      return op.draws.map(([weight]) => weight);
    case 'guide':
      return guideScalars(op.by);
    case 'blend':
    case 'pool':
      return [];
    default:
      return op satisfies never;
  }
}

/** As devices compute in float32, a coefficient must fit into that. */
const LARGEST = 3.4e38;

/** Throws PlanError where a plan of `steps` steps holds a number that no device can use. */
export const assertSound = (ops: readonly Op[], steps: number): void =>
  ops.forEach(watch(`its plan of ${count(steps)}`));

/** The same of a plan that is not yet known, each instruction as it comes. */
export function* soundly(plan: AdaptivePlan): AdaptivePlan {
  const look = watch('its plan');
  for (let next = plan.next(new Float64Array()); !next.done;) {
    look(next.value);
    next = plan.next(yield next.value);
  }
}

const count = (steps: number): string => `${steps} ${steps === 1 ? 'step' : 'steps'}`;

function watch(what: string): (op: Op) => void {
  let step = 1;
  return (op) => {
    const bad = scalarsOf(op).find((v) => !(Math.abs(v) <= LARGEST));
    if (bad !== undefined) throw new PlanError(`${what} holds the coefficient ${bad} at step ${step}`);
    if (op.op === 'mark') step = op.step + 1;
  };
}

/** What is nobody's own fault: it ends the whole task. */
const OF_ALL = ['Cancelled', 'DeviceLostError', 'OutOfMemoryError'];

/** Who failed, and why. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly contender: number;
  readonly because: string;
  readonly hint: string;
}

export interface Attempts {
  /** Contender i's work, or null where it failed by itself, now or before. */
  of<T>(contender: number, work: () => Promise<T>): Promise<T | null>;
  /** Whether it has failed. */
  failed(contender: number): boolean;
}

/**
 * Lets contenders fail one by one: `emit` hears of each once. `alive`: whether the device still works; a failure on a
 * lost one is not the contender's.
 */
export function attempts(emit: (dropped: Dropped) => void, alive: () => boolean): Attempts {
  const out = new Set<number>();
  return {
    async of(contender, work) {
      if (out.has(contender)) return null;
      try {
        return await work();
      } catch (thrown) {
        const error = thrown as Error & { readonly hint?: string };
        if (OF_ALL.includes(error.name) || !alive()) throw error;
        out.add(contender);
        emit({ kind: 'dropped', contender, because: error.message, hint: error.hint ?? '' });
        return null;
      }
    },
    failed: (contender) => out.has(contender),
  };
}
