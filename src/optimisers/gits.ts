import { numberField } from '../core/field.ts';
import { karras } from '../schedules/karras.ts';
import { cheapestPath } from './cheapestPath.ts';
import type { ScheduleOptimiser } from './types.ts';

/** Mean over samples of |a − b|². */
export function meanSquare(a: ArrayLike<number>, b: ArrayLike<number>, dim: number): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return (sum * dim) / a.length;
}

/**
 * GITS: of a fine grid, the levels between which straight steps stray least. Chen et al. 2024,
 * https://arxiv.org/abs/2405.11326: a teacher walks the grid, the cost of a step from level i to j is the mean squared
 * distance between x_i + (σ_j − σ_i)·e_i and x_j, and the path of least Σ γ^m·cost is found by dynamic programming. γ above
 * 1 minds later steps more; γ = 1 is the first stage of BOSS (Nguyen et al. 2023, https://arxiv.org/abs/2312.16812). Here the
 * teacher is Euler on the fine grid, the last step of the schedule is the one to 0, and data are in x̂.
 */
export const gits: ScheduleOptimiser<{ levels: number; gamma: number }> = {
  id: 'gits',
  title: 'GITS',
  paper: {
    title: 'On the Trajectory Regularity of ODE-based Diffusion Sampling',
    url: 'https://arxiv.org/abs/2405.11326',
  },
  summary:
    'Walks this model once in many steps and keeps the few levels between which its trajectories are straightest.',
  tunes: 'levels',
  needsEnds: false,
  forImages: { levels: 40 },
  evaluations: ({ steps }, { levels }) => (steps === 1 ? 0 : Math.max(levels, steps)),
  params: {
    levels: numberField({
      label: 'Teacher levels',
      help: 'Of the fine grid that levels are taken from.',
      default: 100,
      min: 10,
      max: 400,
      integer: true,
    }),
    gamma: numberField({
      label: 'γ',
      help: 'How much more each later step counts; 1.15 is published, 1 is BOSS.',
      default: 1.15,
      min: 0.8,
      max: 1.5,
    }),
  },
  async fit({ range, steps, dim, walk, progress }, { levels, gamma }) {
    const last = Math.max(levels, steps); // a schedule of n steps has n levels above 0
    const grid = karras.sigmas(last + 1, range, { rho: 7 }).slice(0, -1);
    if (steps === 1) return { sigmas: [range.max, 0], cost: 0 };
    const states = await walk(grid);
    const costs = new Float32Array((last + 1) ** 2).fill(NaN);
    const stray = (i: number, j: number) => {
      const [x, next, end] = [states[i]!, states[i + 1]!, states[j]!];
      const stride = (grid[j]! - grid[i]!) / (grid[i + 1]! - grid[i]!);
      let sum = 0;
      for (let k = 0; k < x.length; k++) sum += (x[k]! + stride * (next[k]! - x[k]!) - end[k]!) ** 2;
      return (costs[i * (last + 1) + j] = (sum * dim) / x.length);
    };
    const { path, cost } = cheapestPath(stray, last, steps - 1, gamma);
    progress({ fraction: 1 });
    const evidence = [{ kind: 'path', title: 'How far a straight step strays', levels: grid, costs, path }] as const;
    return { sigmas: [...path.map((i) => grid[i]!), 0], cost, evidence };
  },
};
