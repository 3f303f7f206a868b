/** Float64 references of the kernels that work number by number. */
import { normals } from '../normal.ts';
import { silu } from './linear.ts';

type Numbers = ArrayLike<number>;

/** act(base[r·baseRow] + table[id of r]) of every row of `dim`. */
export function embed(
  ids: Numbers,
  table: Numbers,
  base: Numbers,
  {
    rows,
    dim,
    baseRow,
    activation,
  }: { readonly rows: number; readonly dim: number; readonly baseRow: number; readonly activation: 'none' | 'silu' },
): Float64Array {
  return Float64Array.from({ length: rows * dim }, (_, i) => {
    const r = Math.floor(i / dim);
    const c = i % dim;
    const v = base[r * baseRow + c]! + table[ids[r]! * dim + c]!;
    return activation === 'silu' ? silu(v) : v;
  });
}

/** a[i, j] + b[i, j], rows of `dim`, by strides along outer and inner; 0 broadcasts. */
export function broadcastAdd(
  a: Numbers,
  b: Numbers,
  o: {
    readonly outer: number;
    readonly inner: number;
    readonly dim: number;
    readonly a: readonly [number, number];
    readonly b: readonly [number, number];
  },
): Float64Array {
  return Float64Array.from({ length: o.outer * o.inner * o.dim }, (_, n) => {
    const c = n % o.dim;
    const j = Math.floor(n / o.dim) % o.inner;
    const i = Math.floor(n / o.dim / o.inner);
    return a[i * o.a[0] + j * o.a[1] + c]! + b[i * o.b[0] + j * o.b[1] + c]!;
  });
}

/** u + weight·(c − u). */
export const guidance = (conditional: Numbers, unconditional: Numbers, weight: number): Float64Array =>
  Float64Array.from(conditional, (c, i) => unconditional[i]! + weight * (c - unconditional[i]!));

/** given·d + bounded·clip(d) + kept·x, clip to ± `clip`, or to nothing. */
export const amended = (
  d: Numbers,
  x: Numbers,
  o: { readonly clip: number | null; readonly given: number; readonly bounded: number; readonly kept: number },
): Float64Array =>
  Float64Array.from(d, (v, i) => {
    const bounded = o.clip === null ? v : Math.max(-o.clip, Math.min(o.clip, v));
    return o.given * v + o.bounded * bounded + o.kept * x[i]!;
  });

/** [cos(value·w), sin(value·w)] over all frequencies w. */
export function timeEmbedding(frequencies: Numbers, value: number): Float64Array {
  const angles = Float64Array.from(frequencies, (w) => w * value);
  return Float64Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)]);
}

type Draws = readonly (readonly [weight: number, draw: number])[];

/** Σ wᵢ·zᵢ, (samples, dim). */
export function noise(seed: number, draws: Draws, samples: number, dim: number, firstSample = 0): Float64Array {
  const out = new Float64Array(samples * dim);
  for (const [w, draw] of draws)
    normals(seed, draw, samples, dim, undefined, firstSample).forEach((z, i) => {
      out[i]! += w * z;
    });
  return out;
}

/** Σ cᵢ·arena[offsetᵢ…], added to `sum`. */
export const lincomb = (
  arena: Numbers,
  terms: readonly (readonly [coefficient: number, offset: number])[],
  sum: Float64Array,
): Float64Array => sum.map((z, j) => terms.reduce((s, [c, at]) => s + c * arena[at + j]!, z));
