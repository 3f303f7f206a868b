// Attention that sees less than all, in float64: strips that meet old keys, and windows. For networks, and for kernels' tests.
type Numbers = ArrayLike<number>;

export interface SeenShape {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly dim: number;
}

/**
 * softmax(q·kᵀ/√d)·v over the keys that `seen` (tokens, tokens) lets a query meet: 0 not, 1 as they stand in qkv, 2 as in
 * `old`. qkv is (batch·tokens, 3·heads·dim), q | k | v with heads contiguous, `old` (batch·tokens, 2·heads·dim), k | v.
 */
export function stripAttention(qkv: Numbers, old: Numbers, seen: Numbers, o: SeenShape): Float64Array {
  const { batch, tokens, heads, dim } = o;
  const width = heads * dim;
  const out = new Float64Array(batch * tokens * width);
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < tokens; i++) {
        const q = (b * tokens + i) * 3 * width + h * dim;
        const scores: number[] = [];
        const values: (readonly [Numbers, number])[] = [];
        for (let j = 0; j < tokens; j++) {
          const cell = seen[i * tokens + j]!;
          if (cell === 0) continue;
          const row = b * tokens + j;
          const [from, k] = cell === 1 ? [qkv, row * 3 * width + width + h * dim] : [old, row * 2 * width + h * dim];
          let dot = 0;
          for (let c = 0; c < dim; c++) dot += qkv[q + c]! * from[k + c]!;
          scores.push(dot / Math.sqrt(dim));
          values.push([from, k + width]);
        }
        const top = Math.max(...scores);
        const weights = scores.map((s) => Math.exp(s - top));
        const total = weights.reduce((s, w) => s + w, 0);
        const y = (b * tokens + i) * width + h * dim;
        weights.forEach((w, n) => {
          const [from, v] = values[n]!;
          for (let c = 0; c < dim; c++) out[y + c]! += (w / total) * from[v + c]!;
        });
      }
  return out;
}

/** k | v of every token, as the next pass meets them. */
export function keysAndValues(qkv: Numbers, width: number): Float64Array {
  const rows = qkv.length / (3 * width);
  return Float64Array.from(
    { length: rows * 2 * width },
    (_, i) => qkv[Math.floor(i / (2 * width)) * 3 * width + width + (i % (2 * width))]!,
  );
}

/** Attention over all keys, over those of a window, and the share of each query's softmax that falls into it. */
export function windowAttention(
  qkv: Numbers,
  seen: Numbers,
  o: SeenShape,
): { readonly all: Float64Array; readonly within: Float64Array; readonly ratio: Float64Array } {
  const { batch, tokens, heads, dim } = o;
  const width = heads * dim;
  const all = new Float64Array(batch * tokens * width);
  const within = all.slice();
  const ratio = new Float64Array(batch * heads * tokens);
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < tokens; i++) {
        const at = (token: number, part: number) => (b * tokens + token) * 3 * width + part * width + h * dim;
        const scores = Float64Array.from({ length: tokens }, (_, j) => {
          let dot = 0;
          for (let c = 0; c < dim; c++) dot += qkv[at(i, 0) + c]! * qkv[at(j, 1) + c]!;
          return dot / Math.sqrt(dim);
        });
        const top = Math.max(...scores);
        const weights = scores.map((s) => Math.exp(s - top));
        const kept = weights.map((w, j) => (seen[i * tokens + j]! === 0 ? 0 : w));
        const [total, near] = [weights, kept].map((list) => list.reduce((s, w) => s + w, 0)) as [number, number];
        ratio[(b * heads + h) * tokens + i] = near / total;
        const y = (b * tokens + i) * width + h * dim;
        for (let j = 0; j < tokens; j++)
          for (let c = 0; c < dim; c++) {
            all[y + c]! += (weights[j]! / total) * qkv[at(j, 2) + c]!;
            within[y + c]! += (kept[j]! / near) * qkv[at(j, 2) + c]!;
          }
      }
  return { all, within, ratio };
}
