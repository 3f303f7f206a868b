import { plainCourse } from './plain.ts';
import { baseField, distanceField, PAPER, type Learned } from './parts.ts';
import { forward, kernelOf, priorOf } from './step.ts';
import type { DiscreteMethod, Kernel, Problem, Rule } from './types.ts';

/** Rates out of every state, and the sum of their squares: of both tokens together. */
function totals({ a, b }: Kernel, states: number): { readonly rate: Float64Array; readonly square: Float64Array } {
  const rate = new Float64Array(states * states);
  const square = new Float64Array(states * states);
  for (let i = 0; i < a.length; i++) {
    const x = Math.floor(i / states);
    rate[x]! += a[i]! + b[i]!;
    square[x]! += a[i]! ** 2 + b[i]! ** 2;
  }
  return { rate, square };
}
const dot = (p: Float64Array, f: Float64Array): number => p.reduce((sum, v, i) => sum + v * f[i]!, 0);
const ratio = (over: number, under: number): number => (under > 0 ? over / under : 1);

/** The mean of all rows. */
function meanRow(rows: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  rows.forEach((v, i) => (out[i % n]! += v));
  return out.map((v) => (v * n) / rows.length);
}
/** Mean scores of each row, over destinations of both tokens: [rows, 2·states]. */
function meanScores(rows: Float64Array, { a, b }: Kernel, states: number): Float64Array {
  const n = states * states;
  const out = new Float64Array((rows.length / n) * 2 * states);
  rows.forEach((v, i) => {
    if (v === 0) return;
    const [row, x] = [Math.floor(i / n), i % n];
    const at = row * 2 * states;
    for (let y = 0; y < states; y++) {
      out[at + y]! += v * a[x * states + y]!;
      out[at + states + y]! += v * b[x * states + y]!;
    }
  });
  return out;
}

/**
 * The scales of the scores at each time that minimise eq. 6 for a teacher of ever more steps, in closed form: E d(s*, Φs), s*
 * of the teacher's state and s of the student's, whose earlier scales are in force already. Scores at one time differ from
 * rates by a factor that both have. By score entropy Φ = E Σs* / E Σs, whatever the two runs have in common; by squares, of
 * two runs from one start that are drawn apart, Φ = E⟨E s*, E s⟩ / E‖s‖².
 */
export function* scalesOf(
  problem: Problem,
  times: readonly number[],
  rule: Rule,
  distance: Learned['distance'],
): Generator<number, number[]> {
  const { p, values, process } = problem;
  const states = process.states(values);
  const n = states * states;
  const starts = process.starts(values);
  const byStart = distance === 'squared';
  let rows = byStart ? new Float64Array(starts.length * n) : priorOf(problem);
  if (byStart) starts.forEach((x, i) => (rows[i * n + x] = 1));
  const steps = times.length - 1;
  const scales: number[] = [];
  for (let k = 0; k < steps; k++) {
    const t = times[k]!;
    const rates = process.rates(p, values, t);
    const { rate, square } = totals(rates, states);
    const teacher = process.teacher(p, values, t);
    scales[k] = byStart
      ? ratio(
          dot(meanScores(teacher, rates, states), meanScores(rows, rates, states)) / starts.length,
          dot(meanRow(rows, n), square),
        )
      : ratio(dot(meanRow(teacher, n), rate), dot(rows, rate));
    rows = forward(rows, kernelOf(problem, rule, t, times[k + 1]!, scales[k]!), states);
    yield (k + 1) / steps;
  }
  return scales;
}

/**
 * Learnable sampler distillation: at each of its few steps the scores are multiplied by a learned number, with which they
 * match those of a teacher of many steps at the same time. Fu et al. 2025, https://arxiv.org/abs/2509.19962, eqs. 5 and 6;
 * the teacher is the exact reverse process, and eq. 6 is solved, not descended. The relaxed objective (eqs. 9 and 10) changes
 * a twentieth of the tokens of a start, which of two tokens is none.
 */
export const lsd: DiscreteMethod<Learned> = {
  id: 'lsd',
  title: 'LSD',
  paper: PAPER,
  summary:
    'Multiplies the scores at each step by the number with which they match those of an exact teacher at that time.',
  params: { base: baseField, distance: distanceField },
  rule: ({ base }) => base,
  *learn(problem, steps, { base, distance }) {
    const { times } = plainCourse(problem, steps);
    return { times, scales: yield* scalesOf(problem, times, base, distance) };
  },
};
