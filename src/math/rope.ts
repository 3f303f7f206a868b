/**
 * Rotary frequencies as the kernels take them (shaders/lib/rope.wgsl): turns per token in 44-bit fixed point, the high
 * 32 bits and the low 12, for each inverse frequency (radians per token, finite, ≥ 0). Only the fraction of a turn
 * counts, so it wraps.
 */
export function ropeTurns(inverseFrequencies: readonly number[]): Uint32Array {
  const out = new Uint32Array(2 * inverseFrequencies.length);
  inverseFrequencies.forEach((f, j) => {
    if (!(f >= 0 && Number.isFinite(f)))
      throw new RangeError(`inverse frequency ${j} is ${f}: it must be finite and not negative`);
    const turns = f / (2 * Math.PI);
    const scaled = Math.round((turns - Math.floor(turns)) * 2 ** 44);
    out[2 * j] = Math.floor(scaled / 4096); // 2^44 itself wraps to 0
    out[2 * j + 1] = scaled % 4096;
  });
  return out;
}
