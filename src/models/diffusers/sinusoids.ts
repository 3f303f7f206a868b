/**
 * Sinusoids of a number, https://arxiv.org/abs/1706.03762 section 3.5 as diffusers has them: frequencies fᵢ =
 * 10⁻⁴^(i/(d/2 − shift)), i < d/2; sines first, or cosines where `cosineFirst`. In float64: in float32, the angle of a
 * large time costs more than all other rounding of a network together.
 */
export function sinusoids(value: number, features: number, cosineFirst: boolean, shift: number): Float64Array {
  const half = features >> 1;
  const out = new Float64Array(features);
  for (let i = 0; i < half; i++) {
    const angle = value * Math.exp((-Math.log(10_000) * i) / (half - shift));
    out[i] = cosineFirst ? Math.cos(angle) : Math.sin(angle);
    out[half + i] = cosineFirst ? Math.sin(angle) : Math.cos(angle);
  }
  return out;
}
