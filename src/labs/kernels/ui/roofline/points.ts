// The roofline's geometry: limits as lines, measurements as points. Pure.
import type { KernelResult, Roofline } from '../../state/types.ts';

export interface Point {
  readonly key: string;
  readonly result: KernelResult;
  /** Flops a byte that must move, and a byte that the version's loads and stores ask for. */
  readonly intensity: number;
  readonly moved: number;
  readonly flops: number;
}
export interface Line {
  readonly id: string;
  readonly label: string;
  readonly ends: readonly [readonly [number, number], readonly [number, number]];
  readonly dash: string;
}

/** A cache is drawn where it is faster than memory by more than the weather. */
export const CACHE_SHOWS = 1.05;

/** Timed results with arithmetic; the others have no place on logarithmic axes. */
export function pointsOf(results: Readonly<Record<string, KernelResult>>): readonly Point[] {
  return Object.entries(results).flatMap(([key, r]) =>
    r.timing && r.flops && r.work.bytes > 0
      ? [
          {
            key,
            result: r,
            intensity: r.work.flops / r.work.bytes,
            moved: r.work.flops / Math.max(r.movedBytes, 1),
            flops: r.flops,
          },
        ]
      : [],
  );
}
/** Bytes a second from memory (the largest working set) and from the quickest cache. */
export function slopes(r: Roofline): { readonly memory: number; readonly cache: number; readonly cacheBytes: number } {
  // As the engine judges times: whichever of reading and copying is quicker.
  const rate = (p: { readonly read: number; readonly copy: number } | undefined) =>
    Math.max(p?.read ?? 0, p?.copy ?? 0);
  const memory = rate(r.bandwidth.at(-1));
  const quickest = r.bandwidth.reduce(
    (a, b) => (rate(b) > rate(a) ? b : a),
    r.bandwidth[0] ?? { bytes: 0, read: 0, copy: 0 },
  );
  return { memory, cache: rate(quickest), cacheBytes: quickest.bytes };
}
/** Domain that holds every point, every ridge and a decade beside. */
export function domainOf(
  r: Roofline,
  points: readonly Point[],
): { readonly x: readonly [number, number]; readonly y: readonly [number, number] } {
  const { memory, cache } = slopes(r);
  const peak = Math.max(r.peakFlops, r.matmulFlops, r.peakFlopsF16 ?? 0);
  const xs = [r.peakFlops / memory, r.matmulFlops / cache, ...points.flatMap((p) => [p.intensity, p.moved])].filter(
    (v) => Number.isFinite(v) && v > 0,
  );
  const ys = points.map((p) => p.flops);
  const low = Math.min(0.25, ...xs) / 2;
  const high = Math.max(16, ...xs) * 4;
  return { x: [low, high], y: [Math.min(low * memory, ...ys) / 1.5, peak * 2] };
}
/** The limits within the domain: slopes up to the peak, peaks from the memory's ridge on. */
export function limits(r: Roofline, [low, high]: readonly [number, number]): readonly Line[] {
  const { memory, cache } = slopes(r);
  const top = Math.max(r.peakFlops, r.peakFlopsF16 ?? 0);
  const slope = (id: string, label: string, rate: number, dash: string): Line => ({
    id,
    label,
    dash,
    ends: [
      [low, low * rate],
      [Math.min(high, top / rate), Math.min(high * rate, top)],
    ],
  });
  const flat = (id: string, label: string, flops: number, dash: string): Line => ({
    id,
    label,
    dash,
    ends: [
      [Math.min(high, flops / Math.max(cache, memory)), flops],
      [high, flops],
    ],
  });
  return [
    slope('memory', 'memory', memory, ''),
    ...(cache > memory * CACHE_SHOWS ? [slope('cache', 'cache', cache, '2 3')] : []),
    flat('peak', 'multiply-adds, peak', r.peakFlops, ''),
    flat('matmul', 'multiply-adds as in a matmul', r.matmulFlops, '7 3'),
    ...(r.peakFlopsF16 === null ? [] : [flat('f16', 'multiply-adds in f16, peak', r.peakFlopsF16, '9 3 2 3')]),
  ];
}
/** A family keeps its colour and marker in the order in which it was first measured. */
export const slotsOf = (points: readonly Point[]): ReadonlyMap<string, number> =>
  new Map([...new Set(points.map((p) => p.result.family))].map((family, i) => [family, i]));
