type Numbers = ArrayLike<number>;
interface TokenRows {
  readonly at?: number;
  readonly row?: number;
}
export interface CrossRef {
  readonly samples: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly dim: number;
  readonly kvSamples?: number;
  readonly causal?: boolean;
  readonly scale?: number;
  readonly q?: TokenRows;
  readonly k?: TokenRows;
  readonly v?: TokenRows;
}

/**
 * softmax(scale·q·kᵀ)·v in float64; (samples·queries, heads·dim) returns. Sample s of q reads sample
 * ⌊s·kvSamples/samples⌋ of k and v; causal: query i sees keys 0 … i.
 */
export function crossAttention(q: Numbers, k: Numbers, v: Numbers, o: CrossRef): Float64Array {
  const width = o.heads * o.dim;
  const out = new Float64Array(o.samples * o.queries * width);
  for (let s = 0; s < o.samples; s++)
    for (let i = 0; i < o.queries; i++)
      for (let h = 0; h < o.heads; h++)
        out.set(crossAttentionRow(q, k, v, o, s, h, i), (s * o.queries + i) * width + h * o.dim);
  return out;
}

/** Of one query i of sample s and head h. */
export function crossAttentionRow(
  q: Numbers,
  k: Numbers,
  v: Numbers,
  o: CrossRef,
  s: number,
  h: number,
  i: number,
): Float64Array {
  const { samples, queries, keys, heads, dim, kvSamples = samples, causal = false, scale = 1 / Math.sqrt(dim) } = o;
  const at = (rows: TokenRows | undefined, token: number) =>
    (rows?.at ?? 0) + token * (rows?.row ?? heads * dim) + h * dim;
  const own = at(o.q, s * queries + i);
  const first = Math.floor((s * kvSamples) / samples) * keys;
  const seen = causal ? Math.min(keys, i + 1) : keys;
  const scores = Float64Array.from({ length: seen }, (_, j) => {
    const key = at(o.k, first + j);
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += q[own + d]! * k[key + d]!;
    return scale * sum;
  });
  const top = scores.reduce((m, x) => Math.max(m, x), -Infinity);
  const z = scores.reduce((sum, x) => sum + Math.exp(x - top), 0);
  const out = new Float64Array(dim);
  scores.forEach((x, j) => {
    const value = at(o.v, first + j);
    for (let d = 0; d < dim; d++) out[d]! += (Math.exp(x - top) / z) * v[value + d]!;
  });
  return out;
}
