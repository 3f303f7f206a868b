// How a round trip closes, level by level: the way down passes through the levels of the way up.
import type { Mark } from '../../../engine/diffusion/problem.ts';
import { distances } from '../../../tasks/judge.ts';
import type { TaskMethodId } from '../config/taskSetup.ts';

export interface LevelError {
  readonly sigma: number;
  /** Mean distance of the two states there. */
  readonly error: number;
}

/**
 * From the turn at the top down to the bottom. Of a run of so many steps the first half goes up; null where not every
 * state was kept.
 */
export function byLevel(marks: readonly Mark[], steps: number, dim: number): readonly LevelError[] | null {
  if (marks.length !== steps + 1) return null;
  return Array.from({ length: steps / 2 + 1 }, (_, k) => {
    const [up, down] = [marks[steps / 2 - k]!, marks[steps / 2 + k]!];
    const all = distances(up.x, down.x, dim, null);
    return { sigma: down.sigma, error: all.reduce((a, b) => a + b, 0) / all.length };
  });
}

/** Share of a level's own noise that an exact inverse may miss it by: float32 rounds to far less. */
const CLOSED = 1e-2;

/** Where an exact inverse does not close; null where it does, or where none was promised. */
export function remarkOf(method: TaskMethodId, levels: readonly LevelError[] | null): string | null {
  if (method !== 'inversion_exact' || !levels) return null;
  const open = levels.findIndex(({ sigma, error }) => !(error <= CLOSED * Math.max(sigma, 1)));
  if (open < 0) return null;
  const [above, below] = [levels[Math.max(0, open - 1)]!, levels[open]!];
  return `The fixed point does not converge between σ = ${Number(below.sigma.toPrecision(3))} and ${Number(above.sigma.toPrecision(3))}: the steps are too large there. Take more steps.`;
}
