type Numbers = ArrayLike<number>;
export interface NormRef {
  readonly kind: 'layernorm' | 'rmsnorm';
  readonly epsilon: number;
  readonly weight: Numbers;
  readonly bias?: Numbers;
}

/** x + delta, and its LayerNorm or RMSNorm by rows of `width`, in float64. */
export function residualNorm(
  x: Numbers,
  delta: Numbers | undefined,
  rows: number,
  width: number,
  { kind, epsilon, weight, bias }: NormRef,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const sum = Float64Array.from(x, (v, i) => v + (delta?.[i] ?? 0));
  const y = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    const row = sum.subarray(r * width, (r + 1) * width);
    const mean = kind === 'rmsnorm' ? 0 : row.reduce((s, v) => s + v, 0) / width;
    const variance = row.reduce((s, v) => s + (v - mean) ** 2, 0) / width;
    row.forEach(
      (v, c) => (y[r * width + c] = ((v - mean) / Math.sqrt(variance + epsilon)) * weight[c]! + (bias?.[c] ?? 0)),
    );
  }
  return { x: sum, y };
}
