/** What a plan may ask about its own numbers: the mean over elements of |(Σ cᵢ·regᵢ)/scale|^power. */
export interface Mean {
  readonly terms: readonly (readonly [coefficient: number, reg: string])[];
  readonly power: 1 | 2;
  /** Of each element: max(absolute, relative·max |reg|), as the norms of adaptive solvers have it; 1 unless given. */
  readonly scale?: { readonly absolute: number; readonly relative: number; readonly of: readonly string[] };
}

/** The registers whose values a mean needs, each once. */
export const registersOfMean = ({ terms, scale }: Mean): readonly string[] => [
  ...new Set([...terms.map(([, reg]) => reg), ...(scale?.of ?? [])]),
];

/**
 * The means in their order, each one number for the whole run, or one for each sample of `dim` elements. In float64
 * whatever the registers hold.
 */
export function measureMeans(
  means: readonly Mean[],
  per: 'run' | 'sample',
  read: (reg: string) => ArrayLike<number>,
  dim: number,
): Float64Array {
  const parts = means.map((mean) => measureOne(mean, per, read, dim));
  const out = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function measureOne(
  { terms, power, scale }: Mean,
  per: 'run' | 'sample',
  read: (reg: string) => ArrayLike<number>,
  dim: number,
): Float64Array {
  const values = terms.map(([c, reg]) => [c, read(reg)] as const);
  const sizes = scale?.of.map(read) ?? [];
  const elements = values[0]![1].length;
  const each = per === 'run' ? elements : dim;
  const out = new Float64Array(elements / each);
  for (let i = 0; i < elements; i++) {
    let v = 0;
    for (const [c, of] of values) v += c * of[i]!;
    if (scale) {
      let size = 0;
      for (const of of sizes) size = Math.max(size, Math.abs(of[i]!));
      v /= Math.max(scale.absolute, scale.relative * size);
    }
    out[Math.floor(i / each)]! += power === 1 ? Math.abs(v) : v * v;
  }
  for (let i = 0; i < out.length; i++) out[i]! /= each;
  return out;
}
