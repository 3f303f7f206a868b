import type { Kernel, Process } from './types.ts';

/** What a token has still of its own where a sampler starts: e⁻⁴. At 0 the rates have no bound. */
const KEPT = Math.exp(-4);

/** The law of both after each is redrawn, all values alike, with probability 1 − keep. */
function redrawn(p: Float64Array, values: number, keep: number): Float64Array {
  const rows = new Float64Array(values);
  const columns = new Float64Array(values);
  p.forEach((v, i) => {
    rows[Math.floor(i / values)]! += v;
    columns[i % values]! += v;
  });
  const total = rows.reduce((sum, v) => sum + v, 0);
  const lost = (1 - keep) / values;
  return p.map(
    (v, i) =>
      keep * keep * v + keep * lost * (rows[Math.floor(i / values)]! + columns[i % values]!) + lost * lost * total,
  );
}

/** p(other value) / p(own), by state and token. */
function scores(law: Float64Array, values: number): Kernel {
  const [a, b] = [new Float64Array(values ** 3), new Float64Array(values ** 3)];
  law.forEach((own, x) => {
    const [i, j] = [Math.floor(x / values), x % values];
    for (let y = 0; y < values; y++) {
      a[x * values + y] = law[y * values + j]! / own;
      b[x * values + y] = law[i * values + y]! / own;
    }
  });
  return { a, b };
}

/**
 * Uniform noise: a token is redrawn from all values at a rate; Q = 1/V − I in forward time σ̄ = −ln(1 − t). Lou et al. 2024
 * (SEDD), https://arxiv.org/abs/2310.16834, section 3.3, with Euler's step and Tweedie's of its section 4.
 */
export const uniform: Process = {
  id: 'uniform',
  title: 'uniform',
  summary: 'Noise redraws a token from all values, and a sampler may change its mind about it at every step.',
  states: (values) => values,
  start: 1 - KEPT,
  starts: (values) => Array.from({ length: values * values }, (_, i) => i),
  marginal: (p, values, t) => redrawn(p, values, 1 - t),
  teacher(p, values, t) {
    const n = values * values;
    const [now, first] = [redrawn(p, values, 1 - t), redrawn(p, values, KEPT)];
    const keep = KEPT / (1 - t);
    const moved = (from: number, to: number) => (from === to ? keep : 0) + (1 - keep) / values;
    const out = new Float64Array(n * n);
    for (let x = 0; x < n; x++)
      for (let y = 0; y < n; y++) {
        const chance = moved(Math.floor(y / values), Math.floor(x / values)) * moved(y % values, x % values);
        out[x * n + y] = (now[y]! * chance) / first[x]!;
      }
    return out;
  },
  rates(p, values, t) {
    const { a, b } = scores(redrawn(p, values, 1 - t), values);
    const rate = 1 / (values * (1 - t));
    const of = (all: Float64Array, own: (x: number) => number) =>
      all.map((v, i) => (i % values === own(Math.floor(i / values)) ? 0 : rate * v));
    return { a: of(a, (x) => Math.floor(x / values)), b: of(b, (x) => x % values) };
  },
  tweedie(p, values, t, s, scale) {
    const all = scores(redrawn(p, values, 1 - t), values);
    const keep = (1 - t) / (1 - s);
    const lost = (1 - keep) / values;
    const of = (score: Float64Array, own: (x: number) => number) => {
      const out = new Float64Array(score.length);
      for (let x = 0; x < values * values; x++) {
        const at = x * values;
        let sum = 1;
        for (let y = 0; y < values; y++) if (y !== own(x)) sum += scale * score[at + y]!;
        for (let y = 0; y < values; y++) {
          // Noise taken back from the scores, times the chance to get from y to where the token is.
          const back = ((y === own(x) ? 1 : scale * score[at + y]!) - lost * sum) / keep;
          out[at + y] = Math.max(0, back) * ((y === own(x) ? keep : 0) + lost);
        }
      }
      return out;
    };
    return { a: of(all.a, (x) => Math.floor(x / values)), b: of(all.b, (x) => x % values) };
  },
};
