/** Float64 references of the linear kernels: the plainest loops, to be read beside the WGSL. */
type Numbers = ArrayLike<number>;

export const gelu = (v: number) => v / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
export const silu = (v: number) => v / (1 + Math.exp(-v));
const activations = { none: (v: number) => v, gelu, silu };

export interface LinearRef {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly b: 'nk' | 'kn';
  readonly activation: keyof typeof activations;
  readonly alpha?: number;
  readonly bias?: Numbers;
}

/** act(alpha·A·Bᵀ + bias), (m, n) by rows. */
export function linear(a: Numbers, b: Numbers, o: LinearRef): Float64Array {
  const out = new Float64Array(o.m * o.n);
  for (let i = 0; i < o.m; i++) for (let j = 0; j < o.n; j++) out[i * o.n + j] = linearAt(a, b, o, i, j);
  return out;
}

/** One element of it, for matrices too large to be multiplied in full. */
export function linearAt(a: Numbers, b: Numbers, o: LinearRef, i: number, j: number): number {
  let sum = 0;
  for (let p = 0; p < o.k; p++) sum += a[i * o.k + p]! * b[o.b === 'nk' ? j * o.k + p : p * o.n + j]!;
  return activations[o.activation]((o.alpha ?? 1) * sum + (o.bias?.[j] ?? 0));
}

/** silu(gate·x)·(up·x): `w` holds the rows of the gate, then those of up. (m, hidden) by rows. */
export function gateUp(
  x: Numbers,
  w: Numbers,
  o: { readonly m: number; readonly hidden: number; readonly k: number },
): Float64Array {
  const both = linear(x, w, { m: o.m, n: 2 * o.hidden, k: o.k, b: 'nk', activation: 'none' });
  return gated(both, o.m, o.hidden);
}

/** (m, 2·hidden) → (m, hidden): silu of the first half times the second. */
export function gated(both: Numbers, m: number, hidden: number): Float64Array {
  return Float64Array.from({ length: m * hidden }, (_, i) => {
    const at = Math.floor(i / hidden) * 2 * hidden + (i % hidden);
    return silu(both[at]!) * both[at + hidden]!;
  });
}
