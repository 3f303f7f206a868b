/** softmax(q·kᵀ/√d)·v in float64. qkv is (batch·tokens, 3·heads·dim), q | k | v with heads contiguous; (batch·tokens, heads·dim) returns. */
export function attention(qkv: ArrayLike<number>, { batch, tokens, heads, dim, scale = 1 / Math.sqrt(dim) }: { batch: number; tokens: number; heads: number; dim: number; scale?: number }): Float64Array {
  const width = heads * dim;
  const out = new Float64Array(batch * tokens * width);
  for (let b = 0; b < batch; b++) for (let h = 0; h < heads; h++) for (let i = 0; i < tokens; i++) {
    const at = (token: number, part: number) => (b * tokens + token) * 3 * width + part * width + h * dim;
    const scores = Float64Array.from({ length: tokens }, (_, j) => {
      let s = 0;
      for (let d = 0; d < dim; d++) s += qkv[at(i, 0) + d]! * qkv[at(j, 1) + d]!;
      return scale * s;
    });
    const top = scores.reduce((m, s) => Math.max(m, s), -Infinity);
    const z = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
    for (let j = 0; j < tokens; j++) for (let d = 0; d < dim; d++) out[(b * tokens + i) * width + h * dim + d]! += (Math.exp(scores[j]! - top) / z) * qkv[at(j, 2) + d]!;
  }
  return out;
}
