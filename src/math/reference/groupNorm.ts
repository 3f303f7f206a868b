type Numbers = ArrayLike<number>;
interface Shape {
  readonly samples: number;
  readonly pixels: number;
  readonly channels: number;
  readonly groups: number;
  readonly eps: number;
}

/**
 * GroupNorm of (samples, pixels, channels) as a and b of a·x + b, (samples, 2, channels), in float64. `scaleShift` gives
 * s and t of a sample's channel: a·(1 + s), b·(1 + s) + t.
 */
export function groupNorm(
  x: (sample: number, pixel: number, channel: number) => number,
  { samples, pixels, channels, groups, eps }: Shape,
  gamma: Numbers,
  beta: Numbers,
  scaleShift?: (sample: number, channel: number) => readonly [number, number],
): Float64Array {
  const out = new Float64Array(2 * samples * channels);
  const wide = channels / groups;
  for (let n = 0; n < samples; n++)
    for (let g = 0; g < groups; g++) {
      let mean = 0;
      let squares = 0;
      const each = (f: (v: number) => void) => {
        for (let p = 0; p < pixels; p++) for (let c = 0; c < wide; c++) f(x(n, p, g * wide + c));
      };
      each((v) => (mean += v / (wide * pixels)));
      each((v) => (squares += (v - mean) ** 2 / (wide * pixels)));
      const inverse = 1 / Math.sqrt(squares + eps);
      for (let c = g * wide; c < (g + 1) * wide; c++) {
        const [s, t] = scaleShift?.(n, c) ?? [0, 0];
        const a = gamma[c]! * inverse;
        out[2 * n * channels + c] = a * (1 + s);
        out[(2 * n + 1) * channels + c] = (beta[c]! - mean * a) * (1 + s) + t;
      }
    }
  return out;
}
