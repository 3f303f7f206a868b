import { convColumns } from '../../kernels/conv/convShape.ts';
import {
  columnsOf,
  weightsOf,
  rowsOf,
  type ConvOp,
  type Graph,
  type LinearOp,
  type Matrix,
  type Vector,
} from '../../models/graph/types.ts';

/** A weight of a network as kernels read it, and the tensors of the file that fill it, in order. */
export interface GraphWeight {
  readonly key: string;
  readonly kind: 'matrix' | 'vector';
  readonly rows: number;
  /** Of a matrix: taps with their channels in units of eight; a vector has one. */
  readonly cols: number;
  readonly parts: readonly {
    readonly name: string;
    readonly rows: number;
    readonly channels: number;
    readonly kernel: number;
    /** Read as one pixel that holds a whole patch: taps follow one another without gaps. */
    readonly flat: boolean;
    /** A second vector that is added to this one. */
    readonly plus: string | null;
  }[];
}

export const matrixKey = ({ names }: Matrix): string => names.join('+');
export const vectorKey = ({ names }: Vector): string => names.join('+');

/**
 * A convolution's bias goes into the projection of the time embedding that is added after it: per sample, both are one
 * row. By name of the projection's bias: the convolution's.
 */
export function foldedBiases(graph: Graph): ReadonlyMap<string, string> {
  const folded = new Map<string, string>();
  for (const op of graph.ops)
    if (op.kind === 'conv' && op.shift && op.bias) {
      const { of, at } = op.shift;
      const maker = graph.ops.find((other): other is LinearOp => other.kind === 'linear' && other.out.id === of.id);
      const bias = maker?.bias;
      const index = bias ? startsOf(bias.rows).indexOf(at) : -1;
      if (index < 0 || bias!.rows[index] !== rowsOf(op.weight) || op.bias.names.length !== 1)
        throw new RangeError(`what is added after ${op.weight.names[0]} is no projection of its width`);
      folded.set(bias!.names[index]!, op.bias.names[0]!);
    }
  return folded;
}
/** A convolution whose bias the time's projection holds. */
export const isFolded = (op: ConvOp): boolean => op.shift !== null;

const startsOf = (rows: readonly number[]) => rows.map((_, i) => rows.slice(0, i).reduce((a, b) => a + b, 0));

/** Every weight of a network once. */
export function graphWeights(graph: Graph): readonly GraphWeight[] {
  const folded = foldedBiases(graph);
  const found = new Map<string, GraphWeight>();
  for (const op of graph.ops) {
    const { matrices, vectors } = weightsOf(op);
    for (const m of matrices) {
      const { channels, kernel } = m;
      const flat = op.kind === 'linear';
      const parts = m.names.map((name, i) => ({ name, rows: m.rows[i]!, channels, kernel, flat, plus: null }));
      const cols = flat ? convColumns(1, columnsOf(m)) : convColumns(kernel, channels);
      const shape = { rows: rowsOf(m), cols };
      found.set(matrixKey(m), { key: matrixKey(m), kind: 'matrix', ...shape, parts });
    }
    for (const v of vectors) {
      if (op.kind === 'conv' && v === op.bias && isFolded(op)) continue;
      const one = { channels: 1, kernel: 1, flat: false };
      const parts = v.names.map((name, i) => ({ name, rows: v.rows[i]!, ...one, plus: folded.get(name) ?? null }));
      const rows = v.rows.reduce((a, b) => a + b, 0);
      found.set(vectorKey(v), { key: vectorKey(v), kind: 'vector', rows, cols: 1, parts });
    }
  }
  return [...found.values()];
}
