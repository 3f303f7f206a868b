import type { Kernel, Process } from './types.ts';

/** p(y | the other token), from a masked token's place; the other may be masked, too. Row-major [states², states]. */
function guesses(p: Float64Array, values: number): Kernel {
  const states = values + 1;
  const mask = values;
  const [rows, columns] = [new Float64Array(values), new Float64Array(values)];
  p.forEach((v, i) => {
    rows[Math.floor(i / values)]! += v;
    columns[i % values]! += v;
  });
  const [a, b] = [new Float64Array(states ** 3), new Float64Array(states ** 3)];
  for (let y = 0; y < values; y++) {
    a[(mask * states + mask) * states + y] = rows[y]!;
    b[(mask * states + mask) * states + y] = columns[y]!;
    for (let other = 0; other < values; other++) {
      const [ofA, ofB] = [columns[other]!, rows[other]!];
      if (ofA > 0) a[(mask * states + other) * states + y] = p[y * values + other]! / ofA;
      if (ofB > 0) b[(other * states + mask) * states + y] = p[other * values + y]! / ofB;
    }
  }
  return { a, b };
}
const times = ({ a, b }: Kernel, by: number): Kernel => ({ a: a.map((v) => by * v), b: b.map((v) => by * v) });

/**
 * Absorbing noise: a token is masked once and for all, by time t with probability t (SEDD's log-linear noise). The concrete
 * score of a masked token is the law of what is under the mask, given the rest, times (1 − t)/t: Ou et al. 2025 (RADD),
 * https://arxiv.org/abs/2406.03736, theorem 1. So its rate is that law over t, and Euler's step is Tweedie's.
 */
export const absorbing: Process = {
  id: 'absorbing',
  title: 'absorbing (masks)',
  summary: 'Noise masks a token, and a sampler reveals each once: Euler’s step and Tweedie’s are the same.',
  states: (values) => values + 1,
  start: 1,
  starts: (values) => [(values + 1) ** 2 - 1],
  marginal(p, values, t) {
    const states = values + 1;
    const out = new Float64Array(states * states);
    const keep = 1 - t;
    p.forEach((v, i) => {
      const [a, b] = [Math.floor(i / values), i % values];
      out[a * states + b]! += keep * keep * v;
      out[a * states + values]! += keep * t * v;
      out[values * states + b]! += keep * t * v;
      out[values * states + values]! += t * t * v;
    });
    return out;
  },
  // All start at the same state, which nothing is learnt from.
  teacher: (p, values, t) => absorbing.marginal(p, values, t),
  rates: (p, values, t) => times(guesses(p, values), 1 / t),
  tweedie(p, values, t, s, scale) {
    const states = values + 1;
    const { a, b } = times(guesses(p, values), (scale * (t - s)) / t);
    for (let x = 0; x < states * states; x++) {
      stay(a, x, Math.floor(x / states), states);
      stay(b, x, x % states, states);
    }
    return { a, b };
  },
};

/** What is left of a row of chances stays. */
function stay(chances: Float64Array, x: number, own: number, states: number): void {
  let sum = 0;
  for (let y = 0; y < states; y++) sum += chances[x * states + y]!;
  chances[x * states + own]! += Math.max(0, 1 - sum);
}
