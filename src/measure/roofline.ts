// What a device allows: the roofline as a pure function of its measured limits (Williams, Waterman and Patterson, CACM
// 2009).
import type { BandwidthPoint, Roofline, Work } from './types.ts';

/**
 * How far above the roof a median may lie before it counts as impossible. Clocks of processors and graphics cards
 * differ by some per cent from second to second, and a microbenchmark need not have met the fastest moment.
 */
export const ROOF_TOLERANCE = 0.1;

/**
 * Bytes a second that a working set of that many bytes may be moved at: the better of reading and copying, between
 * measured sizes in proportion to the logarithm. Never less than what a larger set reaches, since its parts are as
 * large.
 */
export function bandwidthAt(points: readonly BandwidthPoint[], bytes: number): number {
  const best = points
    .map((p) => ({ bytes: p.bytes, rate: Math.max(p.read, p.copy) }))
    .sort((a, b) => a.bytes - b.bytes);
  // From the right: at least what the next larger one has.
  for (let i = best.length - 2; i >= 0; i--) best[i]!.rate = Math.max(best[i]!.rate, best[i + 1]!.rate);
  const above = best.findIndex((p) => p.bytes >= bytes);
  if (above === 0) return best[0]!.rate;
  if (above < 0) return best.at(-1)?.rate ?? NaN;
  const low = best[above - 1]!;
  const high = best[above]!;
  const at = Math.log(bytes / low.bytes) / Math.log(high.bytes / low.bytes);
  return low.rate + (high.rate - low.rate) * at;
}

/**
 * The arithmetic peak that a version is compared with. A dot product of four bytes is eight operations in one
 * instruction, and the multiply-add peak says nothing about matrix units: for those no time is refused because of its
 * arithmetic.
 */
export function peakFor(roofline: Pick<Roofline, 'peakFlops' | 'peakFlopsF16'>, needs: readonly string[]): number {
  if (needs.some((n) => n.includes('subgroup-matrix'))) return Infinity;
  const half = needs.includes('shader-f16') ? (roofline.peakFlopsF16 ?? 0) : 0;
  return Math.max(roofline.peakFlops, half) * (needs.includes('packed_4x8_integer_dot_product') ? 4 : 1);
}

/**
 * Least milliseconds that the work takes on this device when its bytes are a working set of that size, and what it is
 * then bound by.
 */
export function roofMs(
  roofline: Pick<Roofline, 'peakFlops' | 'peakFlopsF16' | 'bandwidth'>,
  work: Work,
  { needs = [], workingSet = work.bytes }: { readonly needs?: readonly string[]; readonly workingSet?: number } = {},
): { readonly ms: number; readonly boundBy: 'compute' | 'memory' } {
  const compute = work.flops / peakFor(roofline, needs);
  const memory = work.bytes / bandwidthAt(roofline.bandwidth, workingSet);
  return { ms: Math.max(compute, memory) * 1000, boundBy: compute > memory ? 'compute' : 'memory' };
}

/** Two measurements of one device: its limits are the best that was ever seen. */
export function better(a: Roofline, b: Roofline): Roofline {
  const most = (x: number | null, y: number | null) => (x === null || y === null ? (x ?? y) : Math.max(x, y));
  return {
    peakFlops: Math.max(a.peakFlops, b.peakFlops),
    matmulFlops: Math.max(a.matmulFlops, b.matmulFlops),
    peakFlopsF16: most(a.peakFlopsF16, b.peakFlopsF16),
    bandwidth: b.bandwidth.map((p) => {
      const other = a.bandwidth.find((q) => q.bytes === p.bytes);
      return other ? { bytes: p.bytes, read: Math.max(p.read, other.read), copy: Math.max(p.copy, other.copy) } : p;
    }),
    spread: Math.max(a.spread, b.spread),
    measuredAt: b.measuredAt,
  };
}
