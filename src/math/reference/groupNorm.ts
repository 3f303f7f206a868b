/** Float64 references of GroupNorm over NHWC pictures: (samples, pixels, channels). */
type Numbers = ArrayLike<number>;

export interface GroupNormRef {
  readonly samples: number;
  readonly pixels: number;
  readonly channels: number;
}

/** (samples, slabs, 3, channels): count, mean and squared distances from it, of each channel in slabs of the pixels. */
export function groupStats(x: Numbers, { samples, pixels, channels }: GroupNormRef, slabs: number): Float64Array {
  const out = new Float64Array(samples * slabs * 3 * channels);
  const each = Math.ceil(pixels / slabs);
  for (let s = 0; s < samples; s++)
    for (let slab = 0; slab < slabs; slab++)
      for (let c = 0; c < channels; c++) {
        const values: number[] = [];
        for (let p = slab * each; p < Math.min(pixels, (slab + 1) * each); p++)
          values.push(x[(s * pixels + p) * channels + c]!);
        const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
        const at = (s * slabs + slab) * 3 * channels + c;
        out[at] = values.length;
        out[at + channels] = mean;
        out[at + 2 * channels] = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
      }
  return out;
}

/** a and b of each sample and channel, (samples, 2, channels); with `mod`, the norm times 1 + scale, plus shift. */
export function groupNorm(
  x: Numbers,
  { samples, pixels, channels }: GroupNormRef,
  o: {
    readonly groups: number;
    readonly eps: number;
    readonly gamma: Numbers;
    readonly beta: Numbers;
    readonly mod?: (sample: number, channel: number) => readonly [scale: number, shift: number];
  },
): Float64Array {
  const out = new Float64Array(samples * 2 * channels);
  const each = channels / o.groups;
  const count = pixels * each;
  for (let s = 0; s < samples; s++)
    for (let g = 0; g < o.groups; g++) {
      const at = (i: number) => x[(s * pixels + Math.floor(i / each)) * channels + g * each + (i % each)]!;
      let mean = 0;
      let variance = 0;
      for (let i = 0; i < count; i++) mean += at(i) / count;
      for (let i = 0; i < count; i++) variance += (at(i) - mean) ** 2 / count;
      for (let c = g * each; c < (g + 1) * each; c++) {
        const [scale, shift] = o.mod?.(s, c) ?? [0, 0];
        const a = o.gamma[c]! / Math.sqrt(variance + o.eps);
        out[2 * s * channels + c] = a * (1 + scale);
        out[(2 * s + 1) * channels + c] = (o.beta[c]! - mean * a) * (1 + scale) + shift;
      }
    }
  return out;
}
