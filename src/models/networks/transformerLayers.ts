// The layers of a transformer in float64.
export type Numbers = Float32Array | Float64Array;

/**
 * out[r] = W x[r] + b. Each sum runs over k in order whatever the number of rows, so that a prompt in pieces gives the
 * same bits as in one go; four outputs at a time keep the processor busy.
 */
export function affine(
  x: Float64Array,
  rows: number,
  weight: Numbers,
  bias: Numbers | null,
  width: number,
): Float64Array {
  const depth = x.length / rows;
  const out = new Float64Array(rows * width);
  for (let n = 0; n < width; n += 4) {
    const [n1, n2, n3] = [Math.min(n + 1, width - 1), Math.min(n + 2, width - 1), Math.min(n + 3, width - 1)];
    for (let r = 0; r < rows; r++) {
      let [a0, a1, a2, a3] = [0, 0, 0, 0];
      const [at, w0, w1, w2, w3] = [r * depth, n * depth, n1 * depth, n2 * depth, n3 * depth];
      for (let k = 0; k < depth; k++) {
        const v = x[at + k]!;
        a0 += weight[w0 + k]! * v;
        a1 += weight[w1 + k]! * v;
        a2 += weight[w2 + k]! * v;
        a3 += weight[w3 + k]! * v;
      }
      // Past the end the last output is computed and stored again.
      const o = r * width;
      out[o + n] = a0 + (bias ? bias[n]! : 0);
      out[o + n1] = a1 + (bias ? bias[n1]! : 0);
      out[o + n2] = a2 + (bias ? bias[n2]! : 0);
      out[o + n3] = a3 + (bias ? bias[n3]! : 0);
    }
  }
  return out;
}

/**
 * Root-mean-square norm (Zhang and Sennrich 2019) or layer norm (Ba et al. 2016) of every row of length d, with the
 * learned factor and shift.
 */
export function normed(
  x: Float64Array,
  d: number,
  epsilon: number,
  weight: Numbers,
  bias: Numbers | null,
  centred: boolean,
): Float64Array {
  const out = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += d) {
    let [mean, square] = [0, 0];
    if (centred) for (let j = 0; j < d; j++) mean += x[row + j]! / d;
    for (let j = 0; j < d; j++) square += (x[row + j]! - mean) ** 2 / d;
    const inverse = 1 / Math.sqrt(square + epsilon);
    for (let j = 0; j < d; j++) out[row + j] = (x[row + j]! - mean) * inverse * weight[j]! + (bias ? bias[j]! : 0);
  }
  return out;
}

/**
 * Rotates elements j and j + headDim/2 of every head by position·frequency[j] (Su et al. 2021, in halves), in place;
 * times `amplitude` where the frequency is not 0.
 */
export function rotate(
  x: Float64Array,
  headDim: number,
  positionOf: (head: number) => number,
  frequencies: readonly number[],
  amplitude = 1,
): void {
  const half = headDim / 2;
  for (let at = 0, head = 0; at < x.length; at += headDim, head++) {
    const position = positionOf(head);
    for (let j = 0; j < half; j++) {
      const [angle, size] = [position * frequencies[j]!, frequencies[j] === 0 ? 1 : amplitude];
      const [cos, sin] = [Math.cos(angle) * size, Math.sin(angle) * size];
      const [a, b] = [x[at + j]!, x[at + j + half]!];
      x[at + j] = a * cos - b * sin;
      x[at + j + half] = b * cos + a * sin;
    }
  }
}

/**
 * Softmax attention of one query over positions from … to of one key-value head, added to out. `scores` has room for
 * them, and holds their weights in the end. `cap`: c·tanh(score/c) before the softmax (Gemma 2, https://arxiv.org/abs/2408.00118).
 */
export function attend(
  q: Float64Array,
  qAt: number,
  keys: Float64Array,
  values: Float64Array,
  first: number,
  row: number,
  from: number,
  to: number,
  size: number,
  scores: Float64Array,
  out: Float64Array,
  scale: number,
  cap: number | null,
): void {
  let largest = -Infinity;
  for (let p = from; p <= to; p++) {
    const k = p * row + first;
    let dot = 0;
    for (let c = 0; c < size; c++) dot += q[qAt + c]! * keys[k + c]!;
    scores[p] = cap === null ? dot * scale : cap * Math.tanh((dot * scale) / cap);
    if (scores[p]! > largest) largest = scores[p]!;
  }
  let total = 0;
  for (let p = from; p <= to; p++) total += scores[p] = Math.exp(scores[p]! - largest);
  for (let p = from; p <= to; p++) {
    const weight = (scores[p]! /= total);
    const v = p * row + first;
    for (let c = 0; c < size; c++) out[qAt + c]! += weight * values[v + c]!;
  }
}
