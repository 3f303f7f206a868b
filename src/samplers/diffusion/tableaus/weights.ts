import { phi } from './phi.ts';
import type { PhiSum, Row } from './types.ts';

/** Σ w·φ_k(c·ζ). */
export const valueOf = (sum: PhiSum, zeta: number): number =>
  sum.reduce((total, [w, k, c]) => total + w * phi(k, c * zeta), 0);

/** Coefficients, lowest first, of the polynomials that are 1 at one of the places and 0 at all others. */
function lagrange(places: readonly number[]): number[][] {
  return places.map((own, j) =>
    places.reduce(
      (p, other, k) => {
        if (k === j) return p;
        const scale = 1 / (own - other);
        return [0, ...p].map((c, m) => (c - other * (p[m] ?? 0)) * scale);
      },
      [1],
    ),
  );
}
const at = (p: readonly number[], place: number) => p.reduceRight((sum, c) => sum * place + c, 0);

/** ∫ from 0 to c of e^((c−θ)ζ) θ^m dθ for m = 0, 1, …: m! c^(m+1) φ_(m+1)(cζ). */
function moments(count: number, c: number, zeta: number): number[] {
  let factor = c;
  return Array.from({ length: count }, (_, m) => {
    if (m > 0) factor *= m * c;
    return factor * phi(m + 1, c * zeta);
  });
}

/** The weights of a row over the part c of a step, by column; `place` gives a column's place in units of the step. */
export function rowWeights(row: Row, c: number, zeta: number, place: (column: number) => number): Map<number, number> {
  const weights = new Map<number, number>();
  const polynomials = lagrange(row.through.map(place));
  const known = moments(row.through.length, c, zeta);
  row.through.forEach((column, j) =>
    weights.set(
      column,
      polynomials[j]!.reduce((sum, p, m) => sum + p * known[m]!, 0),
    ),
  );
  for (const [column, sum] of row.fixed) {
    const w = valueOf(sum, zeta);
    row.through.forEach((other, j) => weights.set(other, weights.get(other)! - w * at(polynomials[j]!, place(column))));
    weights.set(column, w);
  }
  return weights;
}
