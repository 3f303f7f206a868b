import { attentionOp, clampOp, gegluOp, layerNormOp, linearOp, positionOp } from './tokenOps.ts';
import { convOp, groupNormOp, resampleOp } from './pictureOps.ts';
import { readsOf, sizeOf, type Graph, type Matrix, type Op, type Tensor, type Vector } from './types.ts';

/** Where the float64 interpreter takes weights from: one tensor of the file, in the order that a matrix has here. */
export interface GraphWeights {
  /** (rows, kernel, kernel, channels). */
  matrix(name: string, rows: number, channels: number, kernel: number): Float32Array;
  vector(name: string, rows: number): Float32Array;
}
export interface OpWeights {
  matrix(m: Matrix): Float32Array;
  vector(v: Vector): Float32Array;
}

const joined = (parts: readonly Float32Array[]): Float32Array => {
  if (parts.length === 1) return parts[0]!;
  const out = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

export const opWeights = (w: GraphWeights): OpWeights => ({
  matrix: (m) => joined(m.names.map((name, i) => w.matrix(name, m.rows[i]!, m.channels, m.kernel))),
  vector: (v) => joined(v.names.map((name, i) => w.vector(name, v.rows[i]!))),
});

/** Values by tensor. */
export type Values = (tensor: Tensor) => Float64Array;

function run(op: Op, value: Values, w: OpWeights): Float64Array {
  switch (op.kind) {
    case 'conv':
      return convOp(op, value, w);
    case 'groupNorm':
      return groupNormOp(op, value, w);
    case 'resample':
      return resampleOp(op, value);
    case 'linear':
      return linearOp(op, value, w);
    case 'layerNorm':
      return layerNormOp(op, value, w);
    case 'attention':
      return attentionOp(op, value);
    case 'geglu':
      return gegluOp(op, value);
    case 'clamp':
      return clampOp(op, value);
    case 'position':
      return positionOp(op, value);
    default:
      return op satisfies never;
  }
}

/**
 * The network in float64: the reference of every kernel and of the recorder. `inputs` by name, in the shapes of the
 * graph. A tensor is forgotten after its last reader, outputs are kept.
 */
export function interpret(
  graph: Graph,
  inputs: Readonly<Record<string, Float64Array>>,
  weights: GraphWeights,
): ReadonlyMap<string, Float64Array> {
  const w = opWeights(weights);
  const held = new Map<number, Float64Array>();
  const value: Values = (tensor) => {
    const found = held.get(tensor.id);
    if (!found) throw new RangeError(`tensor ${tensor.id} of the network has no value yet`);
    return found;
  };
  for (const [name, tensor] of graph.inputs) {
    const given = inputs[name];
    if (given?.length !== sizeOf(tensor))
      throw new RangeError(`input ${name} has ${given?.length ?? 'no'} numbers; ${sizeOf(tensor)} are needed`);
    held.set(tensor.id, given);
  }
  const last = new Map<number, number>();
  graph.ops.forEach((op, i) => {
    for (const tensor of readsOf(op)) last.set(tensor.id, i);
  });
  const kept = new Set([...graph.outputs.values()].map(({ id }) => id));
  graph.ops.forEach((op, i) => {
    held.set(op.out.id, run(op, value, w));
    for (const { id } of readsOf(op)) if (last.get(id) === i && !kept.has(id)) held.delete(id);
  });
  return new Map([...graph.outputs].map(([name, tensor]) => [name, value(tensor)]));
}
