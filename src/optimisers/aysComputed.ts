import { numberField } from '../core/field.ts';
import { cheapestPath } from './cheapestPath.ts';
import type { ScheduleOptimiser } from './types.ts';

/**
 * The bound's integral for steps that keep D between two levels: ∫ E‖D(x_u; u) − D(x_s; s)‖² u⁻³ du from t to s, by the
 * trapezoidal rule in log u. `denoised`: D on one path of noise a sample, a list a level, levels falling. Row-major, NaN where
 * j ≤ i.
 */
export function klubTable(levels: readonly number[], denoised: readonly Float32Array[], dim: number): Float64Array {
  const count = levels.length;
  const table = new Float64Array(count * count).fill(NaN);
  for (let i = 0; i < count; i++) {
    const kept = denoised[i]!;
    let [sum, before] = [0, 0];
    for (let j = i + 1; j < count; j++) {
      const d = denoised[j]!;
      let squared = 0;
      for (let k = 0; k < d.length; k++) squared += (d[k]! - kept[k]!) ** 2;
      const here = (squared * dim) / d.length / levels[j]! ** 2;
      sum += ((before + here) / 2) * Math.log(levels[j - 1]! / levels[j]!);
      before = here;
      table[i * count + j] = sum;
    }
  }
  return table;
}

/** What each interval of a list adds, its levels being the nearest of the table's. */
function termsOf(list: readonly number[], levels: readonly number[], table: Float64Array): number[] {
  const nearest = (sigma: number) =>
    levels.reduce(
      (best, s, i) => (Math.abs(Math.log(s / sigma)) < Math.abs(Math.log(levels[best]! / sigma)) ? i : best),
      0,
    );
  const at = list.filter((s) => s > 0).map(nearest);
  return at.slice(1).map((j, k) => (j > at[k]! ? table[at[k]! * levels.length + j]! : 0));
}

/**
 * Align Your Steps, computed: levels that make the bound on the KL divergence between the reverse SDE and its steps with D kept
 * as small as it gets. Sabour et al. 2024, https://arxiv.org/abs/2404.14507, their KLUB, estimated along paths of noise that
 * start at the model's own samples. The bound is a sum over steps, so dynamic programming on a fine grid replaces the paper's
 * descent level by level and its early stopping: this is the minimum itself, which that stops before. The last step of the
 * schedule is the one to 0.
 */
export const aysComputed: ScheduleOptimiser<{ levels: number }> = {
  id: 'ays_computed',
  title: 'Align Your Steps',
  paper: {
    title: 'Align Your Steps: Optimizing Sampling Schedules in Diffusion Models',
    url: 'https://arxiv.org/abs/2404.14507',
  },
  summary:
    'Makes a bound on how far an SDE’s steps lead from the true law as small as it gets. The bound is loose: look at the error too.',
  tunes: 'levels',
  needsEnds: false,
  forImages: { levels: 60 },
  evaluations: ({ steps }, { levels }) => (steps === 1 ? 0 : Math.max(levels, steps) + 1),
  params: {
    levels: numberField({
      label: 'Levels',
      help: 'Of the grid, even in log σ, on which the bound is integrated and from which levels are taken.',
      default: 120,
      min: 10,
      max: 400,
      integer: true,
    }),
  },
  async fit({ range, steps, dim, start, noised, progress }, { levels }) {
    if (steps === 1) return { sigmas: [range.max, 0], cost: 0 };
    const last = Math.max(levels, steps);
    const grid = Array.from({ length: last + 1 }, (_, i) =>
      i === last ? range.min : range.max * (range.min / range.max) ** (i / last),
    );
    const table = klubTable(grid, await noised(grid), dim);
    progress({ fraction: 0.9 });
    const { path, cost } = cheapestPath((i, j) => table[i * (last + 1) + j]!, last, steps - 1);
    const sigmas = path.map((i) => grid[i]!);
    const costs = Float32Array.from(table);
    progress({ fraction: 1 });
    return {
      sigmas: [...sigmas, 0],
      cost,
      evidence: [
        {
          kind: 'terms',
          title: 'The bound, by step',
          before: { sigmas: start.sigmas, terms: termsOf(start.sigmas, grid, table) },
          after: { sigmas: [...sigmas, 0], terms: termsOf(sigmas, grid, table) },
        },
        { kind: 'path', title: 'The bound of a step', levels: grid, costs, path },
      ],
    };
  },
};
