type Numbers = ArrayLike<number>;
export interface CausalRef {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly context: number;
  readonly window?: number | null;
  readonly scale?: number;
  /** c·tanh(s/c) of every score before the softmax. */
  readonly cap?: number | null;
  readonly qRow?: number;
  readonly qAt?: number;
}

/**
 * Attention of rows (slot, position) over a cache (slots, context, kvHeads, headDim), in float64; (rows, heads·headDim)
 * returns.
 */
export function causalAttention(
  rows: readonly { readonly slot: number; readonly position: number }[],
  q: Numbers,
  keys: Numbers,
  values: Numbers,
  o: CausalRef,
): Float64Array {
  const {
    heads,
    kvHeads,
    headDim,
    context,
    window,
    scale = 1 / Math.sqrt(headDim),
    cap = null,
    qRow = heads * headDim,
    qAt = 0,
  } = o;
  const out = new Float64Array(rows.length * heads * headDim);
  rows.forEach(({ slot, position }, r) => {
    for (let h = 0; h < heads; h++) {
      const at = (j: number) => ((slot * context + j) * kvHeads + Math.floor(h / (heads / kvHeads))) * headDim;
      const first = window ? Math.max(0, position + 1 - window) : 0;
      const scores = Float64Array.from({ length: position + 1 - first }, (_, j) => {
        let s = 0;
        for (let d = 0; d < headDim; d++) s += q[qAt + r * qRow + h * headDim + d]! * keys[at(first + j) + d]!;
        return cap === null ? scale * s : cap * Math.tanh((scale * s) / cap);
      });
      const top = scores.reduce((m, s) => Math.max(m, s), -Infinity);
      const z = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
      scores.forEach((s, j) => {
        for (let d = 0; d < headDim; d++)
          out[(r * heads + h) * headDim + d]! += (Math.exp(s - top) / z) * values[at(first + j) + d]!;
      });
    }
  });
  return out;
}
