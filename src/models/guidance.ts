/**
 * Classifier-free guidance (https://arxiv.org/abs/2207.12598) on what a network gives with and without its condition:
 * free + w·(said − free). With `rescale` φ (https://arxiv.org/abs/2305.08891, eq. 15–16) the result is then drawn
 * towards the deviation that `said` has: φ·result·std(said)/std(result) + (1 − φ)·result. One sample at a time.
 */
export function guided(
  said: ArrayLike<number>,
  free: ArrayLike<number>,
  weight: number,
  rescale = 0,
): Float64Array<ArrayBuffer> {
  const out = Float64Array.from(said, (v, i) => free[i]! + weight * (v - free[i]!));
  if (rescale === 0) return out;
  const factor = rescaleFactor(deviation(said), deviation(out), rescale);
  return out.map((v) => factor * v);
}

/** What φ multiplies a guided prediction by; 1 for one that is constant, which has no deviation to set right. */
export const rescaleFactor = (said: number, result: number, rescale: number): number =>
  result > 0 ? 1 + rescale * (said / result - 1) : 1;

/** Of one sample's numbers, about their mean. */
export function deviation(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (values[i]! - mean) ** 2;
  return Math.sqrt(sum / n);
}

/** Levels σ̂ in (`above`, `upTo`]: where guidance acts. */
export interface GuidanceInterval {
  readonly above: number;
  readonly upTo: number;
}

/** The weight at a level: 1, which is no guidance, outside the interval (https://arxiv.org/abs/2404.07724). */
export const weightAt = (weight: number, interval: GuidanceInterval | null, sigma: number): number =>
  !interval || (sigma > interval.above && sigma <= interval.upTo) ? weight : 1;
