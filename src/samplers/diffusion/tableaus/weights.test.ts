// φ functions against sums of 80 digits, weights against closed forms of the literature, and the text that tableaus are.
import { describe, expect, test } from 'vitest';
import { phi } from './phi.ts';
import { butcher, collocating, exponential, fraction, phiSum } from './text.ts';
import type { Row } from './types.ts';
import { rowWeights, valueOf } from './weights.ts';

const ONE = 10n ** 80n;
/** φ_k(above/below) by its series in integers of 80 digits after the point: no cancellation costs what is compared. */
function exactPhi(k: number, above: bigint, below: bigint): number {
  let term = ONE;
  for (let j = 2n; j <= BigInt(k); j++) term /= j;
  let sum = 0n;
  for (let j = 1n; term !== 0n; j++) {
    sum += term;
    term = (term * above) / (below * (j + BigInt(k)));
  }
  return Number(sum / 10n ** 50n) / 1e30;
}

test.each<[bigint, bigint]>([
  [0n, 1n],
  [-1n, 1_000_000_000_000n],
  [-1n, 1_000_000n],
  [-1n, 1000n],
  [-3n, 10n],
  [-1n, 1n],
  [-7n, 2n],
  [-12n, 1n],
  [-299n, 10n],
  [-301n, 10n],
  [-60n, 1n],
  [1n, 1000n],
  [7n, 10n],
  [5n, 1n],
  [14n, 1n],
])('φ_0 to φ_7 at %i/%i: to 14 digits and more', (above, below) => {
  const z = Number(above) / Number(below);
  for (let k = 0; k <= 7; k++) {
    const want = exactPhi(k, above, below);
    // Below 10⁻³⁰ the sum above has no digits; e^z is the machine's own there.
    if (k === 0 && want < 1e-20) continue;
    expect(Math.abs(phi(k, z) / want - 1), `φ_${k}`).toBeLessThan(2e-15);
  }
});

describe('weights of a row', () => {
  const all = (through: readonly number[]): Row => ({ fixed: [], through });
  const at = (places: Readonly<Record<number, number>>) => (column: number) => places[column]!;
  const close = (got: Map<number, number>, want: Readonly<Record<number, number>>) => {
    expect([...got.keys()].toSorted()).toEqual(Object.keys(want).map(Number).toSorted());
    for (const [column, w] of got) expect(w, `column ${column}`).toBeCloseTo(want[column]!, 14);
  };
  test('Adams-Bashforth and Adams-Moulton on equal steps', () => {
    const equal = at({ 1: 0, 2: 1, [-1]: -1, [-2]: -2, [-3]: -3 });
    close(rowWeights(all([1, -1, -2, -3]), 1, 0, equal), { 1: 55 / 24, [-1]: -59 / 24, [-2]: 37 / 24, [-3]: -9 / 24 });
    close(rowWeights(all([2, 1, -1]), 1, 0, equal), { 2: 5 / 12, 1: 8 / 12, [-1]: -1 / 12 });
  });
  test('Adams-Bashforth on steps of 1 and 2: by hand', () => {
    close(rowWeights(all([1, -1]), 1, 0, at({ 1: 0, [-1]: -2 })), { 1: 1 + 1 / 4, [-1]: -1 / 4 });
  });
  test('exponential Adams-Bashforth as EXPINT prints it', () => {
    const z = -0.8;
    const equal = at({ 1: 0, [-1]: -1, [-2]: -2, [-3]: -3 });
    const [p1, p2, p3, p4] = [1, 2, 3, 4].map((k) => phi(k, z)) as [number, number, number, number];
    const older = {
      [-1]: -3 * p2 - 5 * p3 - 3 * p4,
      [-2]: 1.5 * p2 + 4 * p3 + 3 * p4,
      [-3]: -p2 / 3 - p3 - p4,
    };
    const rest = p1 - older[-1] - older[-2] - older[-3];
    close(rowWeights(all([1, -1, -2, -3]), 1, z, equal), { 1: rest, ...older });
  });
  test('what is fixed is taken from the polynomial: the last row of a generalized Lawson method', () => {
    // EXPINT's modgenlawson43: B₄ = φ₂/3 + φ₃ + φ₄ − 5/24 e^(z/2), V₁ = −φ₂ + φ₃ + 3φ₄ + 5/24 e^(z/2), V₂ = φ₂/6 − φ₄ − e^(z/2)/24
    const z = -1.3;
    const [, p2, p3, p4] = [1, 2, 3, 4].map((k) => phi(k, z)) as [number, number, number, number];
    const half = Math.exp(z / 2);
    const { rows } = collocating('1/2 1/2 1', '1;1;1;2=1/3φ0(1/2),3=1/3φ0(1/2)|4 1 -1 -2');
    const got = rowWeights(rows[3]!, 1, z, at({ 1: 0, 2: 0.5, 3: 0.5, 4: 1, [-1]: -1, [-2]: -2 }));
    expect(got.get(4)).toBeCloseTo(p2 / 3 + p3 + p4 - (5 / 24) * half, 14);
    expect(got.get(-1)).toBeCloseTo(-p2 + p3 + 3 * p4 + (5 / 24) * half, 14);
    expect(got.get(-2)).toBeCloseTo(p2 / 6 - p4 - half / 24, 14);
  });
});

describe('tableaus as text', () => {
  test('fractions, sums of φ, constants', () => {
    expect([fraction('3/4'), fraction('-0.25'), fraction('-7/2')]).toEqual([0.75, -0.25, -3.5]);
    expect(phiSum('2φ2 - 4φ3(1/2) + 1/6 - φ1', 0.3)).toEqual([
      [2, 2, 0.3],
      [-4, 3, 0.5],
      [1 / 6, 0, 0],
      [-1, 1, 0.3],
    ]);
    expect(valueOf(phiSum('-1/2φ0(1/2) + 1/2', 1), -2)).toBeCloseTo((1 - Math.exp(-1)) / 2, 15);
  });
  test('a Butcher tableau with a square root: nodes are the sums of its rows', () => {
    const { nodes, rows } = butcher('1/2; 1/4-1/4r 3/4+1/4r; 0 1/2r -r/2'.replace('-r/2', '-1/2r'), 9);
    expect(nodes).toEqual([0, 0.5, 1]);
    expect(rows[1]!.fixed).toEqual([
      [1, [[-0.5, 0, 0]]],
      [2, [[1.5, 0, 0]]],
    ]);
    expect(rows[2]!.fixed.map(([column]) => column)).toEqual([2, 3]);
  });
  test('empty columns are none; the first follows', () => {
    const { nodes, rows } = exponential('1/2 1', ';,');
    expect(nodes).toEqual([0, 0.5, 1]);
    expect(rows).toEqual([
      { fixed: [], through: [1] },
      { fixed: [], through: [1] },
    ]);
  });
  test.each(['', 'x', '1/0', '1//2', '1/2x'])('“%s” is no fraction, and says so', (text) => {
    expect(() => fraction(text)).toThrow(`“${text}” is no fraction`);
  });
  test.each(['φ', '2ψ1', '1 + * 2'])('“%s” is no sum of φ functions, and says so', (text) => {
    expect(() => phiSum(text, 1)).toThrow('is no sum of φ functions');
  });
});
