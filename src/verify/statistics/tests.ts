/** Tests of normals: moments, and a G-test of equally likely cells. */
import { chiSquareSurvival, detectableBias, gTest } from '../../math/chiSquare.ts';
import type { Outcome } from '../types.ts';
import { count, short } from '../words.ts';

/** Significance level of every test: a correct sampler fails for one seed in a thousand, and the seeds are fixed. */
export const LEVEL = 0.001;
/**
 * Standard errors at which a mean of N terms fails: two-sided level 7e-6. A bias of 4.5 + 0.84 of them is found with
 * probability 0.8.
 */
const LIMIT = 4.5;
const POWER = 0.84;

/** Φ(x), from the tail of χ² with one degree of freedom. */
const normalCdf = (x: number) => (x < 0 ? chiSquareSurvival(x * x, 1) / 2 : 1 - chiSquareSurvival(x * x, 1) / 2);

const known = new Map<number, Float64Array>();
/** The inner borders of `cells` equally likely cells of N(0, 1). */
function borders(cells: number): Float64Array {
  let found = known.get(cells);
  if (!found) {
    found = Float64Array.from({ length: cells - 1 }, (_, i) => {
      let low = -8;
      let high = 8;
      for (let k = 0; k < 60; k++) {
        const mid = (low + high) / 2;
        if (normalCdf(mid) < (i + 1) / cells) low = mid;
        else high = mid;
      }
      return low;
    });
    known.set(cells, found);
  }
  return found;
}

export function cellOf(x: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (x < edges[mid]!) high = mid;
    else low = mid + 1;
  }
  return low;
}

/** Tests that `z` is N(0, 1), and that the two values at each place of `pairs` are uncorrelated. */
export function judgeNormals(
  z: Float64Array,
  pairs: Readonly<Record<string, readonly [Float64Array, Float64Array]>>,
  cells = 64,
): Outcome {
  const n = z.length;
  const edges = borders(cells);
  const counts = new Float64Array(cells);
  let mean = 0;
  let square = 0;
  let fourth = 0;
  for (const v of z) {
    mean += v / n;
    square += (v * v) / n;
    fourth += v ** 4 / n;
    counts[cellOf(v, edges)]!++;
  }
  const failures: string[] = [];
  const error = (what: string, value: number, standard: number) => {
    if (!(Math.abs(value) < LIMIT * standard))
      failures.push(`${what} is off by ${short(value)}, ${short(Math.abs(value) / standard)} standard errors`);
  };
  error('the mean', mean, 1 / Math.sqrt(n));
  error('the variance', square - 1, Math.sqrt(2 / n));
  error('the fourth moment', fourth - 3, Math.sqrt(96 / n));
  for (const [what, [a, b]] of Object.entries(pairs)) {
    let sum = 0;
    let squares = 0;
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      sum += (a[i]! * b[i]!) / length;
      squares += ((a[i]! ** 2 - 1) * (b[i]! ** 2 - 1)) / length;
    }
    error(`the correlation with the ${what}`, sum, 1 / Math.sqrt(length));
    error(`the correlation of squares with the ${what}`, squares, 2 / Math.sqrt(length));
  }
  const { g, degrees, p } = gTest(counts, new Float64Array(cells).fill(1 / cells));
  if (!(p >= LEVEL)) failures.push(`the G-test of ${cells} cells gives p = ${p.toPrecision(2)}`);
  if (failures.length > 0) return { pass: false, detail: `${count(n, 'value')}: ${failures.join('; ')}.` };
  const found = (LIMIT + POWER) / Math.sqrt(n);
  return {
    pass: true,
    detail: `${count(n, 'value')}: mean ${short(mean)}, variance ${square.toFixed(4)}, G = ${g.toFixed(1)} on ${degrees} degrees of freedom (p = ${p.toPrecision(2)}). Found with probability 0.8: a shift of ${short(found)}, a variance wrong by ${short(100 * found * Math.SQRT2)} %, a correlation of ${short(found)}, any bias of ${short(100 * detectableBias(n, degrees, LEVEL))} % of the mass.`,
  };
}
