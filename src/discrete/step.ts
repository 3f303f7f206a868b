// A step of a sampler as a matrix over the states of both tokens, and a whole run as a law: nothing is drawn.
import type { Course, Kernel, Problem, Rule } from './types.ts';

/** The chances of a step from t to s. They are cut at 0, and scaled to sum to 1 where a step is too long for them. */
export function kernelOf({ p, values, process }: Problem, rule: Rule, t: number, s: number, scale: number): Kernel {
  const states = process.states(values);
  if (rule === 'tweedie') return normalised(process.tweedie(p, values, t, s, scale), states);
  const { a, b } = process.rates(p, values, t);
  const by = (t - s) * scale;
  for (let x = 0; x < states * states; x++)
    for (const [chances, own] of [
      [a, Math.floor(x / states)],
      [b, x % states],
    ] as const) {
      let sum = 0;
      for (let y = 0; y < states; y++) sum += chances[x * states + y]! *= by;
      chances[x * states + own]! += Math.max(0, 1 - sum);
    }
  return normalised({ a, b }, states);
}
function normalised(kernel: Kernel, states: number): Kernel {
  for (const chances of [kernel.a, kernel.b])
    for (let at = 0; at < chances.length; at += states) {
      let sum = 0;
      for (let y = 0; y < states; y++) sum += chances[at + y]!;
      for (let y = 0; y < states; y++) chances[at + y]! /= sum;
    }
  return kernel;
}

/** Laws after a step, row-major [laws, states²]: out(a', b') = Σ law(x)·A(x, a')·B(x, b'). */
export function forward(laws: Float64Array, { a, b }: Kernel, states: number): Float64Array {
  const n = states * states;
  const out = new Float64Array(laws.length);
  const both = new Float64Array(n);
  for (let x = 0; x < n; x++) {
    let any = false;
    for (let row = x; row < laws.length && !any; row += n) any = laws[row]! !== 0;
    if (!any) continue;
    for (let i = 0; i < states; i++) {
      const first = a[x * states + i]!;
      for (let j = 0; j < states; j++) both[i * states + j] = first * b[x * states + j]!;
    }
    for (let row = 0; row < laws.length; row += n) {
      const weight = laws[row + x]!;
      if (weight !== 0) for (let y = 0; y < n; y++) out[row + y]! += weight * both[y]!;
    }
  }
  return out;
}

/** Means of a function of the state after a step, by the state before it. */
export function backward(f: Float64Array, { a, b }: Kernel, states: number): Float64Array {
  return Float64Array.from(f, (_, x) => {
    let sum = 0;
    for (let i = 0; i < states; i++) {
      const first = a[x * states + i]!;
      if (first === 0) continue;
      let inner = 0;
      for (let j = 0; j < states; j++) inner += b[x * states + j]! * f[i * states + j]!;
      sum += first * inner;
    }
    return sum;
  });
}

/** The law that a run starts from. */
export function priorOf({ values, process }: Problem): Float64Array {
  const starts = process.starts(values);
  const out = new Float64Array(process.states(values) ** 2);
  for (const x of starts) out[x] = 1 / starts.length;
  return out;
}

/** Laws at every time of a course, the first of them the prior. */
export function lawsOf(problem: Problem, rule: Rule, { times, scales }: Course): Float64Array[] {
  const states = problem.process.states(problem.values);
  const laws = [priorOf(problem)];
  scales.forEach((scale, k) =>
    laws.push(forward(laws[k]!, kernelOf(problem, rule, times[k]!, times[k + 1]!, scale), states)),
  );
  return laws;
}

/** Equal steps from the start down to 0. */
export const equalTimes = (start: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, k) => start * (1 - k / steps));
/** Times whose steps are shares of the way; the last is 0. */
export function timesOf(start: number, shares: readonly number[]): number[] {
  const total = shares.reduce((sum, v) => sum + v, 0);
  let left = total;
  return [start, ...shares.map((v, k) => (k === shares.length - 1 ? 0 : (start * (left -= v)) / total))];
}
