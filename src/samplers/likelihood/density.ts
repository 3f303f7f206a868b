// What a plan's end says: the log density of each sample, and what of it is the probes' chance.

/** An end of a likelihood plan: n·dim numbers each. */
export interface FlowEnd {
  /** The state at the highest level. */
  readonly x: ArrayLike<number>;
  readonly probes: readonly ArrayLike<number>[];
  /** ∫ (∂D/∂x)v du of each probe. */
  readonly sums: readonly ArrayLike<number>[];
}

export interface FlowDensity {
  /** log p of each sample, nats. */
  readonly values: Float64Array;
  /** Standard error of each value by its probes alone; null where the trace is exact, or where one probe tells nothing. */
  readonly probeErrors: Float64Array | null;
}

/** ∫ vᵀ(∂D/∂x)v du of each sample, for one probe. */
function forms(probe: ArrayLike<number>, sum: ArrayLike<number>, n: number, dim: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let dot = 0;
    for (let j = i * dim; j < (i + 1) * dim; j++) dot += probe[j]! * sum[j]!;
    return dot;
  });
}

/**
 * log p(x_min) of n samples. `exact`: the probes are the axes, so their forms add up to the trace; else each is a random
 * sign a number, and their mean is.
 */
export function flowDensity(
  { x, probes, sums }: FlowEnd,
  { min, max, n, dim, exact }: { min: number; max: number; n: number; dim: number; exact: boolean },
): FlowDensity {
  const count = probes.length;
  const each = probes.map((probe, k) => forms(probe, sums[k]!, n, dim));
  const traces = Float64Array.from({ length: n }, (_, i) => {
    const sum = each.reduce((total, form) => total + form[i]!, 0);
    return exact ? sum : sum / count;
  });
  const values = traces.map((trace, i) => {
    let squares = 0;
    for (let j = i * dim; j < (i + 1) * dim; j++) squares += x[j]! ** 2;
    const prior = -squares / (2 * max * max) - (dim / 2) * Math.log(2 * Math.PI * max * max);
    return prior + dim * Math.log(max / min) - trace;
  });
  if (exact || count < 2) return { values, probeErrors: null };
  const probeErrors = traces.map((mean, i) => {
    const variance = each.reduce((total, form) => total + (form[i]! - mean) ** 2, 0) / (count - 1);
    return Math.sqrt(variance / count);
  });
  return { values, probeErrors };
}

/** Axis k in every sample: with all of them the trace is exact. */
export const axisProbe = (k: number, n: number, dim: number): Float64Array =>
  Float64Array.from({ length: n * dim }, (_, j) => (j % dim === k ? 1 : 0));

/** Random signs from uniform numbers: the probes of least variance (Hutchinson). */
export const signProbe = (uniforms: ArrayLike<number>): Float64Array =>
  Float64Array.from(uniforms, (u) => (u < 0.5 ? -1 : 1));
