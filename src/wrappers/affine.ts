// An affine map [a, b, 1] → y of each evaluation, by least squares: what is learned of a model without a network.
import { Ridge } from '../math/ridge.ts';
import type { Fitted } from '../samplers/contenders/wrapping.ts';
import type { Op, Reg } from '../samplers/diffusion/types.ts';
import { fittedAt } from './plans.ts';

/** Numbers of an evaluation's map: [A | B | c] by rows, of points; of pictures all pixels have the same three. */
export const COLUMNS = ['A₁₁', 'A₁₂', 'A₂₁', 'A₂₂', 'B₁₁', 'B₁₂', 'B₂₁', 'B₂₂', 'c₁', 'c₂'] as const;
/** The map that gives `a` back. */
export const SAME = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0] as const;
const PLANE = 2;

type Numbers = Float32Array | Float64Array;

/** The map of all samples of an evaluation, of `dim` numbers each. */
export function mapOf(a: Numbers, b: Numbers, y: Numbers, dim: number): readonly number[] {
  const plane = dim === PLANE;
  const size = plane ? PLANE : 1;
  // Scaled alike: where noise is high both may say nearly the same, and the penalty decides between them.
  const scale = (v: Numbers) => {
    let sum = 0;
    for (const value of v) sum += value * value;
    return Math.sqrt(sum / v.length) || 1;
  };
  const [ofA, ofB] = [scale(a), scale(b)];
  const ridge = new Ridge(2 * size, size);
  const rows = new Float64Array(2 * size);
  for (let at = 0; at < b.length; at += size) {
    for (let k = 0; k < size; k++) {
      rows[k] = a[at + k]! / ofA;
      rows[size + k] = b[at + k]! / ofB;
    }
    ridge.add(rows, y.subarray(at, at + size));
  }
  const { weight, bias } = ridge.solve(1e-9);
  const of = (o: number, i: number) => weight[o * 2 * size + i]! / (i < size ? ofA : ofB);
  if (!plane) return [of(0, 0), 0, 0, of(0, 0), of(0, 1), 0, 0, of(0, 1), bias[0]!, bias[0]!];
  return [of(0, 0), of(0, 1), of(1, 0), of(1, 1), of(0, 2), of(0, 3), of(1, 2), of(1, 3), bias[0]!, bias[1]!];
}

/** Maps as columns, as a fit has them. */
export const columnsOf = (maps: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  COLUMNS.map((_, column) => maps.map((map) => map[column]!));
/** The map of evaluation i of n. */
export const matrixAt = (fitted: Fitted, i: number, n: number): readonly number[] =>
  COLUMNS.map((_, column) => fittedAt(fitted, column, i, n));

/** The map as an instruction: one that treats all numbers alike is a combination, which pictures can have too. */
export function affineOp(matrix: readonly number[], a: Reg, b: Reg, out: Reg): Op {
  const alike = matrix[0] === matrix[3] && matrix[4] === matrix[7] && matrix[8] === matrix[9];
  const plain = alike && [1, 2, 5, 6].every((k) => matrix[k] === 0);
  return plain
    ? {
        op: 'lincomb',
        out,
        terms: [
          [matrix[0]!, a],
          [matrix[4]!, b],
        ],
        plus: matrix[8]!,
      }
    : { op: 'guide', a, b, out, by: { kind: 'affine', matrix } };
}
