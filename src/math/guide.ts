// What guidance does to the numbers of one sample that no linear combination can: each kind reduces a sample to a few
// numbers and applies them to it. In float64: the reference of the kernels `guide` and `guide_threshold`.

export type Guide =
  /**
   * keep·a + along·(⟨a, b⟩/⟨b, b⟩)·b: the part of a that lies along b, and a itself. Nothing lies along b = 0. Where a third
   * vector is given it takes the place of the last b: for c = Jb this is J on that part of a.
   */
  | { readonly kind: 'project'; readonly keep: number; readonly along: number }
  /** a, shortened to `radius` where it is longer. b is not looked at. */
  | { readonly kind: 'bound'; readonly radius: number }
  /** a·(1 + share·(std(b)/std(a) − 1)): the deviation goes that share of the way to b's. A constant stays. */
  | { readonly kind: 'deviation'; readonly share: number }
  /** a·size/norm(a), the norm being the root mean square or the largest |number|. Zero stays. b is not looked at. */
  | { readonly kind: 'unit'; readonly norm: UnitNorm; readonly size: number }
  /** A·a + B·b + c of points in the plane; the matrices by rows, [A | B | c]: ten numbers. */
  | { readonly kind: 'affine'; readonly matrix: readonly number[] }
  /** s = max(limit, the quantile of |a|): a clipped to ± s, times limit/s. b is not looked at. */
  | { readonly kind: 'threshold'; readonly quantile: number; readonly limit: number }
  /** The same of a about its mean, with the largest |b − mean(b)| as the limit. */
  | { readonly kind: 'mimic'; readonly quantile: number };
export type UnitNorm = 'rms' | 'max';
export type GuideKind = Guide['kind'];

/** The kinds that look for a quantile; the others add up. */
export type ThresholdGuide = Extract<Guide, { kind: 'threshold' | 'mimic' }>;
export const thresholds = (by: Guide): by is ThresholdGuide => by.kind === 'threshold' || by.kind === 'mimic';

/** The scalars of one, in the order of its description. */
export function guideScalars(by: Guide): readonly number[] {
  switch (by.kind) {
    case 'project':
      return [by.keep, by.along];
    case 'bound':
      return [by.radius];
    case 'deviation':
      return [by.share];
    case 'unit':
      return [by.norm === 'max' ? 1 : 0, by.size];
    case 'affine':
      return by.matrix;
    case 'threshold':
      return [by.quantile, by.limit];
    case 'mimic':
      return [by.quantile];
    default:
      return by satisfies never;
  }
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
const meanOf = (a: Float64Array): number => {
  let sum = 0;
  for (const v of a) sum += v;
  return sum / a.length;
};

/** Between the two order statistics around (n − 1)·q, linearly, as NumPy and PyTorch take a quantile. */
export function quantileOf(values: Float64Array, q: number): number {
  const sorted = values.slice().sort();
  const place = Math.min(1, Math.max(0, q)) * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

function clipped(a: Float64Array, quantile: number, limit: number): Float64Array {
  const s = Math.max(limit, quantileOf(a.map(Math.abs), quantile));
  // Nothing but zeros has no size to bring anywhere.
  if (s === 0) return a.slice();
  return a.map((v) => (Math.min(s, Math.max(-s, v)) * limit) / s);
}

/** One sample. */
function guideSample(a: Float64Array, b: Float64Array, by: Guide, onto: Float64Array): Float64Array {
  switch (by.kind) {
    case 'project': {
      const square = dot(b, b);
      const share = square > 0 ? (by.along * dot(a, b)) / square : 0;
      return a.map((v, i) => by.keep * v + share * onto[i]!);
    }
    case 'bound': {
      const length = Math.sqrt(dot(a, a));
      const factor = length > by.radius ? by.radius / length : 1;
      return a.map((v) => factor * v);
    }
    case 'deviation': {
      const about = (v: Float64Array) => {
        const mean = meanOf(v);
        return v.map((value) => value - mean);
      };
      const [da, db] = [about(a), about(b)];
      const [sa, sb] = [Math.sqrt(dot(da, da)), Math.sqrt(dot(db, db))];
      const factor = sa > 0 ? 1 + by.share * (sb / sa - 1) : 1;
      return a.map((v) => factor * v);
    }
    case 'unit': {
      // Divided by the largest first: squares of very small numbers are none.
      const top = a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      if (top === 0) return a.slice();
      const rows = a.map((v) => v / top);
      const norm = by.norm === 'max' ? 1 : Math.sqrt(dot(rows, rows) / a.length);
      return rows.map((v) => (by.size * v) / norm);
    }
    case 'affine': {
      if (a.length !== 2) throw new RangeError(`an affine map is of points in the plane, not of ${a.length} numbers`);
      const [m00, m01, m10, m11, n00, n01, n10, n11, c0, c1] = by.matrix;
      return Float64Array.of(
        m00! * a[0]! + m01! * a[1]! + n00! * b[0]! + n01! * b[1]! + c0!,
        m10! * a[0]! + m11! * a[1]! + n10! * b[0]! + n11! * b[1]! + c1!,
      );
    }
    case 'threshold':
      return clipped(a, by.quantile, by.limit);
    case 'mimic': {
      const [ma, mb] = [meanOf(a), meanOf(b)];
      const limit = b.reduce((most, v) => Math.max(most, Math.abs(v - mb)), 0);
      return clipped(
        a.map((v) => v - ma),
        by.quantile,
        limit,
      ).map((v) => v + ma);
    }
    default:
      return by satisfies never;
  }
}

/** Samples of `dim` numbers, row-major. */
export function guide(a: Float64Array, b: Float64Array, dim: number, by: Guide, onto: Float64Array = b): Float64Array {
  const out = new Float64Array(a.length);
  const of = (v: Float64Array, at: number) => v.subarray(at, at + dim);
  for (let at = 0; at < a.length; at += dim) out.set(guideSample(of(a, at), of(b, at), by, of(onto, at)), at);
  return out;
}
