type Numbers = ArrayLike<number>;

/**
 * softmax(q·kᵀ/√d)·v in float64. qkv is (batch·tokens, 3·heads·dim), q | k | v with heads contiguous; (batch·tokens,
 * heads·dim) returns.
 */
export function attention(
  qkv: Numbers,
  o: { batch: number; tokens: number; heads: number; dim: number; scale?: number },
): Float64Array {
  const { batch, tokens, heads, dim } = o;
  const width = heads * dim;
  const out = new Float64Array(batch * tokens * width);
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < tokens; i++) out.set(attentionRow(qkv, o, b, h, i), (b * tokens + i) * width + h * dim);
  return out;
}

/** Of one query of sample b and head h. */
export function attentionRow(
  qkv: Numbers,
  { tokens, heads, dim, scale = 1 / Math.sqrt(dim) }: { tokens: number; heads: number; dim: number; scale?: number },
  b: number,
  h: number,
  i: number,
): Float64Array {
  const width = heads * dim;
  const out = new Float64Array(dim);
  const at = (token: number, part: number) => (b * tokens + token) * 3 * width + part * width + h * dim;
  const scores = Float64Array.from({ length: tokens }, (_, j) => {
    let s = 0;
    for (let d = 0; d < dim; d++) s += qkv[at(i, 0) + d]! * qkv[at(j, 1) + d]!;
    return scale * s;
  });
  const top = scores.reduce((m, s) => Math.max(m, s), -Infinity);
  const z = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
  for (let j = 0; j < tokens; j++) {
    const p = Math.exp(scores[j]! - top) / z;
    const v = at(j, 2);
    for (let d = 0; d < dim; d++) out[d]! += p * qkv[v + d]!;
  }
  return out;
}
