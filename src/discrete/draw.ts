// Pairs of tokens drawn as a sampler draws them: both at each step, each for itself.
import { uniforms } from '../math/uniform.ts';
import { kernelOf } from './step.ts';
import type { Course, Problem, Rule } from './types.ts';

/** The first index at which the running sum is above u; the last one that can be where rounding leaves none. */
function pick(chances: Float64Array, at: number, count: number, u: number): number {
  let sum = 0;
  let last = 0;
  for (let y = 0; y < count; y++) {
    const chance = chances[at + y]!;
    if (chance > 0) last = y;
    sum += chance;
    if (u < sum) return y;
  }
  return last;
}

/**
 * States of `n` runs at every time of a course: numbers a·states + b. Of the same seed, step, token and run the uniform is
 * the same, whatever the method.
 */
export function draws(problem: Problem, rule: Rule, { times, scales }: Course, n: number, seed: number): Int32Array[] {
  const { values, process } = problem;
  const states = process.states(values);
  const starts = process.starts(values);
  const all = [Int32Array.from(uniforms(seed, 0, n), (u) => starts[Math.floor(u * starts.length)]!)];
  scales.forEach((scale, k) => {
    const { a, b } = kernelOf(problem, rule, times[k]!, times[k + 1]!, scale);
    const [first, second] = [uniforms(seed, 2 * k + 1, n), uniforms(seed, 2 * k + 2, n)];
    all.push(
      all[k]!.map((x, i) => pick(a, x * states, states, first[i]!) * states + pick(b, x * states, states, second[i]!)),
    );
  });
  return all;
}

/** How often each state is among them. */
export function countsOf(drawn: Int32Array, count: number): Float64Array {
  const out = new Float64Array(count);
  for (const x of drawn) out[x]!++;
  return out;
}
