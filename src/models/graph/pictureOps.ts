// Operations that look at a pixel's neighbours or at whole pictures, in plain loops, meant to be read beside the shaders.
import { activations } from './activations.ts';
import type { OpWeights, Values } from './interpret.ts';
import { product } from './tokenOps.ts';
import {
  columnsOf,
  pixelsOf,
  rowsOf,
  sizeOf,
  type ConvOp,
  type GroupNormOp,
  type ResampleOp,
  type Tensor,
} from './types.ts';

/** The sources of an operation as one picture whose channels follow one another. */
function concatenated(sources: readonly Tensor[], value: Values): Float64Array {
  if (sources.length === 1) return value(sources[0]!);
  const channels = sources.reduce((n, s) => n + s.channels, 0);
  const first = sources[0]!;
  const out = new Float64Array(first.samples * pixelsOf(first) * channels);
  let at = 0;
  for (const source of sources) {
    const numbers = value(source);
    for (let p = 0; p * source.channels < numbers.length; p++)
      out.set(numbers.subarray(p * source.channels, (p + 1) * source.channels), p * channels + at);
    at += source.channels;
  }
  return out;
}

/** Rows of what lies under the kernel at every output pixel, in the order (ky, kx, channel); zeros outside. */
function patches(op: ConvOp, x: Float64Array, sample: number): Float64Array {
  const { out, stride, padding, resize } = op;
  const { kernel, channels } = op.weight;
  const { height, width } = op.x[0]!;
  const size = resize ?? { height, width };
  const rows = new Float64Array(pixelsOf(out) * columnsOf(op.weight));
  let to = 0;
  for (let oy = 0; oy < out.height; oy++)
    for (let ox = 0; ox < out.width; ox++)
      for (let ky = 0; ky < kernel; ky++)
        for (let kx = 0; kx < kernel; kx++, to += channels) {
          const y = oy * stride + ky - padding.top;
          const left = ox * stride + kx - padding.left;
          if (y < 0 || y >= size.height || left < 0 || left >= size.width) continue;
          // Nearest neighbour as torch takes it: the floor of the proportional place.
          const fromY = Math.floor((y * height) / size.height);
          const fromX = Math.floor((left * width) / size.width);
          const from = ((sample * height + fromY) * width + fromX) * channels;
          rows.set(x.subarray(from, from + channels), to);
        }
  return rows;
}

export function convOp(op: ConvOp, value: Values, w: OpWeights): Float64Array {
  const { out } = op;
  const x = concatenated(op.x, value);
  const matrix = w.matrix(op.weight);
  const bias = op.bias && w.vector(op.bias);
  const pixels = pixelsOf(out);
  const y = new Float64Array(sizeOf(out));
  for (let s = 0; s < out.samples; s++)
    y.set(
      product(patches(op, x, s), pixels, columnsOf(op.weight), matrix, rowsOf(op.weight), bias),
      s * pixels * out.channels,
    );
  const { shift } = op;
  const shifts = shift && value(shift.of);
  const before = op.residual && value(op.residual);
  const act = activations[op.activation];
  return y.map((v, i) => {
    const sample = Math.floor(i / (pixels * out.channels));
    const moved = shift ? v + shifts![sample * shift.of.channels + shift.at + (i % out.channels)]! : v;
    const sum = act(moved) + (before ? before[i]! : 0);
    return op.reluAfter ? Math.max(0, sum) : sum;
  });
}

export function groupNormOp(op: GroupNormOp, value: Values, w: OpWeights): Float64Array {
  const { out, groups, epsilon, scaleShift } = op;
  const { channels } = out;
  const x = concatenated(op.x, value);
  const gamma = w.vector(op.gamma);
  const beta = w.vector(op.beta);
  const vector = scaleShift && value(scaleShift.of);
  const act = activations[op.activation];
  const pixels = pixelsOf(out);
  const wide = channels / groups;
  const y = new Float64Array(x.length);
  for (let s = 0; s < out.samples; s++)
    for (let g = 0; g < groups; g++) {
      const at = (p: number, c: number) => (s * pixels + p) * channels + g * wide + c;
      let mean = 0;
      let variance = 0;
      for (let p = 0; p < pixels; p++) for (let c = 0; c < wide; c++) mean += x[at(p, c)]!;
      mean /= pixels * wide;
      for (let p = 0; p < pixels; p++) for (let c = 0; c < wide; c++) variance += (x[at(p, c)]! - mean) ** 2;
      const inverse = 1 / Math.sqrt(variance / (pixels * wide) + epsilon);
      for (let c = 0; c < wide; c++) {
        const channel = g * wide + c;
        const from = scaleShift ? s * scaleShift.of.channels + scaleShift.at + channel : 0;
        const [scale, shift] = vector ? [vector[from]!, vector[from + channels]!] : [0, 0];
        for (let p = 0; p < pixels; p++) {
          const affine = (x[at(p, c)]! - mean) * inverse * gamma[channel]! + beta[channel]!;
          y[at(p, c)] = act(affine * (1 + scale) + shift);
        }
      }
    }
  return y;
}

export function resampleOp({ x, by, out }: ResampleOp, value: Values): Float64Array {
  const numbers = value(x);
  const { channels } = x;
  const y = new Float64Array(sizeOf(out));
  const at = (s: number, row: number, column: number) => ((s * x.height + row) * x.width + column) * channels;
  let to = 0;
  for (let s = 0; s < out.samples; s++)
    for (let row = 0; row < out.height; row++)
      for (let column = 0; column < out.width; column++)
        for (let c = 0; c < channels; c++, to++)
          y[to] =
            by === 'nearest'
              ? numbers[at(s, row >> 1, column >> 1) + c]!
              : (numbers[at(s, 2 * row, 2 * column) + c]! +
                  numbers[at(s, 2 * row, 2 * column + 1) + c]! +
                  numbers[at(s, 2 * row + 1, 2 * column) + c]! +
                  numbers[at(s, 2 * row + 1, 2 * column + 1) + c]!) /
                4;
  return y;
}
