// Operations on rows of channels, in plain loops, meant to be read beside the shaders.
import { activations, geluErf } from './activations.ts';
import type { OpWeights, Values } from './interpret.ts';
import {
  pixelsOf,
  rowsOf,
  sizeOf,
  type AttentionOp,
  type ClampOp,
  type GegluOp,
  type LayerNormOp,
  type LinearOp,
  type PositionOp,
  type Slice,
} from './types.ts';

/** Rows of W against rows of x, four at a time so that each weight is read once for them. */
export function product(
  x: Float64Array,
  rows: number,
  columns: number,
  weight: Float32Array,
  outputs: number,
  bias: Float32Array | null,
): Float64Array {
  const out = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r += 4) {
    // Rows past the end repeat the last one, and are not stored.
    const at = (i: number) => Math.min(r + i, rows - 1) * columns;
    const [x0, x1, x2, x3] = [at(0), at(1), at(2), at(3)];
    const left = Math.min(4, rows - r);
    for (let n = 0; n < outputs; n++) {
      const b = bias === null ? 0 : bias[n]!;
      let [a0, a1, a2, a3] = [b, b, b, b];
      for (let k = 0, w = n * columns; k < columns; k++, w++) {
        const value = weight[w]!;
        a0 += value * x[x0 + k]!;
        a1 += value * x[x1 + k]!;
        a2 += value * x[x2 + k]!;
        a3 += value * x[x3 + k]!;
      }
      out[r * outputs + n] = a0;
      if (left > 1) out[(r + 1) * outputs + n] = a1;
      if (left > 2) out[(r + 2) * outputs + n] = a2;
      if (left > 3) out[(r + 3) * outputs + n] = a3;
    }
  }
  return out;
}

/** The value of a slice's channel for each sample: slices of vectors only. */
const perSample = ({ of, at }: Slice, value: Values) => {
  const numbers = value(of);
  return (sample: number, channel: number) => numbers[sample * of.channels + at + channel]!;
};

export function linearOp(op: LinearOp, value: Values, w: OpWeights): Float64Array {
  const { x, out, weight } = op;
  const rows = x.samples * pixelsOf(x);
  const outputs = rowsOf(weight);
  const act = activations[op.activation];
  const y = product(value(x), rows, x.channels, w.matrix(weight), outputs, op.bias && w.vector(op.bias)).map(act);
  if (op.gate) {
    const gate = perSample(op.gate, value);
    const perRow = pixelsOf(out) * outputs;
    y.forEach((v, i) => {
      y[i] = v * gate(Math.floor(i / perRow), i % outputs);
    });
  }
  if (!op.residual) return y;
  const before = value(op.residual);
  return y.map((v, i) => v + before[i]!);
}

export function layerNormOp(op: LayerNormOp, value: Values, w: OpWeights): Float64Array {
  const { x } = op;
  const { channels } = x;
  const numbers = value(x);
  const gamma = op.gamma && w.vector(op.gamma);
  const beta = op.beta && w.vector(op.beta);
  const scale = op.modulation && perSample(op.modulation.scale, value);
  const shift = op.modulation && perSample(op.modulation.shift, value);
  const out = new Float64Array(numbers.length);
  for (let row = 0; row * channels < numbers.length; row++) {
    const at = row * channels;
    const sample = Math.floor(row / pixelsOf(x));
    let mean = 0;
    let variance = 0;
    for (let c = 0; c < channels; c++) mean += numbers[at + c]! / channels;
    for (let c = 0; c < channels; c++) variance += (numbers[at + c]! - mean) ** 2 / channels;
    const inverse = 1 / Math.sqrt(variance + op.epsilon);
    for (let c = 0; c < channels; c++) {
      const normal = (numbers[at + c]! - mean) * inverse;
      const affine = normal * (gamma ? gamma[c]! : 1) + (beta ? beta[c]! : 0);
      out[at + c] = affine * (1 + (scale ? scale(sample, c) : 0)) + (shift ? shift(sample, c) : 0);
    }
  }
  return out;
}

export function attentionOp(op: AttentionOp, value: Values): Float64Array {
  const { heads, headDim, causal } = op;
  const [q, k, v] = [value(op.q.of), value(op.k.of), value(op.v.of)];
  const [queries, keys] = [pixelsOf(op.q.of), pixelsOf(op.k.of)];
  const { samples } = op.q.of;
  const every = samples / op.k.of.samples;
  const out = new Float64Array(sizeOf(op.out));
  const weights = new Float64Array(keys);
  for (let s = 0; s < samples; s++) {
    const other = Math.floor(s / every) * keys;
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < queries; i++) {
        const seen = causal ? i + 1 : keys;
        const qAt = (s * queries + i) * op.q.of.channels + op.q.at + h * headDim;
        let top = -Infinity;
        for (let j = 0; j < seen; j++) {
          const kAt = (other + j) * op.k.of.channels + op.k.at + h * headDim;
          let dot = 0;
          for (let c = 0; c < headDim; c++) dot += q[qAt + c]! * k[kAt + c]!;
          weights[j] = dot / Math.sqrt(headDim);
          top = Math.max(top, weights[j]!);
        }
        let total = 0;
        for (let j = 0; j < seen; j++) {
          weights[j] = Math.exp(weights[j]! - top);
          total += weights[j]!;
        }
        const to = (s * queries + i) * heads * headDim + h * headDim;
        for (let j = 0; j < seen; j++) {
          const p = weights[j]! / total;
          const vAt = (other + j) * op.v.of.channels + op.v.at + h * headDim;
          for (let c = 0; c < headDim; c++) out[to + c]! += p * v[vAt + c]!;
        }
      }
    }
  }
  return out;
}

export function gegluOp({ x, out }: GegluOp, value: Values): Float64Array {
  const numbers = value(x);
  const { channels } = out;
  const y = new Float64Array(sizeOf(out));
  for (let row = 0; row * channels < y.length; row++)
    for (let c = 0; c < channels; c++) {
      const at = row * 2 * channels + c;
      y[row * channels + c] = numbers[at]! * geluErf(numbers[at + channels]!);
    }
  return y;
}

export const clampOp = ({ x, most }: ClampOp, value: Values): Float64Array =>
  value(x).map((v) => most * Math.tanh(v / most));

export const positionOp = ({ x, table }: PositionOp, value: Values): Float64Array =>
  value(x).map((v, i) => v + table[i % table.length]!);
