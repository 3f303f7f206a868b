/** LayerNorm without affine over rows of `dim`, then v·(1 + scale) + shift where modulation is given, in float64. */
export function layernorm(
  x: ArrayLike<number>,
  rows: number,
  dim: number,
  eps: number,
  modulation?: (row: number, column: number) => readonly [shift: number, scale: number],
): Float64Array {
  const out = new Float64Array(rows * dim);
  for (let r = 0; r < rows; r++) {
    let mean = 0;
    let variance = 0;
    for (let c = 0; c < dim; c++) mean += x[r * dim + c]! / dim;
    for (let c = 0; c < dim; c++) variance += (x[r * dim + c]! - mean) ** 2 / dim;
    for (let c = 0; c < dim; c++) {
      const v = (x[r * dim + c]! - mean) / Math.sqrt(variance + eps);
      const [shift, scale] = modulation?.(r, c) ?? [0, 0];
      out[r * dim + c] = v * (1 + scale) + shift;
    }
  }
  return out;
}

/** exp(x − max) / Σ over rows of `cols`. */
export function softmax(x: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    let top = -Infinity;
    let z = 0;
    for (let c = 0; c < cols; c++) top = Math.max(top, x[r * cols + c]!);
    for (let c = 0; c < cols; c++) z += Math.exp(x[r * cols + c]! - top);
    for (let c = 0; c < cols; c++) out[r * cols + c] = Math.exp(x[r * cols + c]! - top) / z;
  }
  return out;
}
