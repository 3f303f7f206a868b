/** Float64 references of rotary positions and of appending to a KV cache. */
type Numbers = ArrayLike<number>;

export interface HeadsRef {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly context: number;
}
export interface Row {
  readonly slot: number;
  readonly position: number;
}

/** Turns one head in place: elements j and j + headDim/2 by position·inverse[j] radians. */
export function rotate(head: Float64Array, position: number, inverse: readonly number[]): void {
  const half = head.length / 2;
  for (let j = 0; j < half; j++) {
    const c = Math.cos(position * inverse[j]!);
    const s = Math.sin(position * inverse[j]!);
    const a = head[j]!;
    const b = head[j + half]!;
    head[j] = a * c - b * s;
    head[j + half] = b * c + a * s;
  }
}

/** head / rms(head)·weight, in place. */
export function normHead(head: Float64Array, weight: Numbers, epsilon: number): void {
  const scale = 1 / Math.sqrt(head.reduce((sum, v) => sum + v * v, 0) / head.length + epsilon);
  for (let j = 0; j < head.length; j++) head[j] = head[j]! * scale * weight[j]!;
}

export interface AppendRef extends HeadsRef {
  readonly rows: readonly Row[];
  /** Absent: no rotation. */
  readonly inverse?: readonly number[];
  readonly norm?: { readonly q: Numbers; readonly k: Numbers; readonly epsilon: number };
}

/**
 * q|k|v rows → q rows and caches. The heads of q and k are normalised (with `norm`) and rotated (with `inverse`); k and
 * v are written at their row's slot and position, unless that lies past the context. `keys` and `values` are changed in
 * place; returns q, of shape (rows, heads·headDim).
 */
export function append(qkv: Numbers, keys: Float64Array, values: Float64Array, o: AppendRef): Float64Array {
  const { heads, kvHeads, headDim, context, rows, inverse, norm } = o;
  const q = new Float64Array(rows.length * heads * headDim);
  const total = heads + 2 * kvHeads;
  rows.forEach(({ slot, position }, r) => {
    for (let h = 0; h < total; h++) {
      const head = Float64Array.from({ length: headDim }, (_, j) => qkv[(r * total + h) * headDim + j]!);
      const isQ = h < heads;
      const isK = !isQ && h < heads + kvHeads;
      if (norm && (isQ || isK)) normHead(head, isQ ? norm.q : norm.k, norm.epsilon);
      if (inverse && (isQ || isK)) rotate(head, position, inverse);
      if (isQ) q.set(head, (r * heads + h) * headDim);
      else if (position < context)
        (isK ? keys : values).set(
          head,
          ((slot * context + position) * kvHeads + (h - heads - (isK ? 0 : kvHeads))) * headDim,
        );
    }
  });
  return q;
}
