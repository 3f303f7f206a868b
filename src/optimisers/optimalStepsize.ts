import { numberField } from '../core/field.ts';
import { karras } from '../schedules/karras.ts';
import { meanSquare } from './gits.ts';
import type { ScheduleOptimiser } from './types.ts';

/**
 * Optimal stepsize: after m steps the student stands at level j as near as it can to where the teacher is there, whatever
 * way it came. Pei et al. 2025, https://arxiv.org/abs/2503.21774: the best state after m steps at level j comes from the
 * best state after m − 1 steps at some earlier level i, by one step of Euler with the slope found there; i is the one whose
 * step ends nearest to the teacher. Unlike GITS it sees what errors do to later slopes. The last step of the schedule is the
 * one to 0.
 */
export const optimalStepsize: ScheduleOptimiser<{ levels: number }> = {
  id: 'optimal_stepsize',
  title: 'Optimal stepsize',
  paper: { title: 'Optimal Stepsize for Diffusion Sampling', url: 'https://arxiv.org/abs/2503.21774' },
  summary: 'Walks this model in many steps, then in few, step by step, each time from wherever it came nearest.',
  tunes: 'levels',
  needsEnds: false,
  forImages: { levels: 16 },
  /** From every level that can be reached, a walk as long as the way to it. */
  evaluations({ steps }, { levels }) {
    const last = Math.max(levels, steps);
    return steps === 1 ? 0 : last + 1 + (last - steps + 2) * ((steps * (steps - 1)) / 2 - 1);
  },
  params: {
    levels: numberField({
      label: 'Teacher levels',
      help: 'Of the fine grid that levels are taken from; the search takes levels × steps walks.',
      default: 40,
      min: 10,
      max: 200,
      integer: true,
    }),
  },
  async fit({ range, steps, dim, walk, progress }, { levels }) {
    const last = Math.max(levels, steps);
    const grid = karras.sigmas(last + 1, range, { rho: 7 }).slice(0, -1);
    if (steps === 1) return { sigmas: [range.max, 0], cost: 0 };
    const teacher = await walk(grid);
    // ways[i]: levels by which the student comes to level i in the steps so far; none while it cannot.
    let ways: (readonly number[] | null)[] = grid.map((_, i) => (i === 0 ? [0] : null));
    let nearest = Infinity;
    /** By the last walk that made the step. */
    const costs = new Float32Array((last + 1) ** 2).fill(NaN);
    for (let step = 1; step < steps; step++) {
      const next: (readonly number[] | null)[] = grid.map(() => null);
      const errors = grid.map(() => Infinity);
      for (const [i, way] of ways.entries()) {
        if (!way || i === last) continue;
        // One step more than the way: its state and slope at level i, from which every later level is a lincomb.
        const states = await walk([...way.map((k) => grid[k]!), grid[i + 1]!]);
        const [x, y] = [states.at(-2)!, states.at(-1)!];
        // What is left must still fit between j and the end.
        for (let j = i + 1; j <= last - (steps - 1 - step); j++) {
          const stride = (grid[j]! - grid[i]!) / (grid[i + 1]! - grid[i]!);
          const error = meanSquare(
            x.map((v, k) => v + stride * (y[k]! - v)),
            teacher[j]!,
            dim,
          );
          costs[i * (last + 1) + j] = error;
          if (error < errors[j]!) {
            errors[j] = error;
            next[j] = [...way, j];
          }
        }
        progress({ fraction: (step - 1 + i / last) / (steps - 1) });
      }
      ways = next;
      nearest = errors[last]!;
    }
    progress({ fraction: 1 });
    const path = ways[last]!;
    const evidence = [
      { kind: 'path', title: 'How far the student is from the teacher after a step', levels: grid, costs, path },
    ] as const;
    return { sigmas: [...path.map((i) => grid[i]!), 0], cost: nearest, evidence };
  },
};
