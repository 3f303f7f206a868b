import { plus, type Oracle } from './types.ts';

/** Luo et al. 2023, algorithm 3 in their own symbols, α² + σ² = 1: ẑ = α·z + σ·ε, and x̂ = ẑ/α. */
export const lcm: Oracle<object> = (w) => (x, s, t, i) => {
  const f = w.denoise(x, s);
  if (t === 0) return [f, f];
  const alpha = 1 / Math.sqrt(1 + t * t);
  const sigma = Math.sqrt(1 - alpha * alpha);
  const eps = w.noise([[1, 1 + 4 * i]]);
  return [f.map((v, e) => (alpha * v + sigma * eps[e]!) / alpha), f];
};

/** Song et al. 2023, algorithm 1: step i draws the plain vector 1 + 4i. */
export const consistency: Oracle<{ sigma_min: number; s_noise: number }> =
  (w, _, { sigma_min: eps, s_noise }) =>
  (x, s, t, i) => {
    const f = w.denoise(x, s);
    const variance = t ** 2 - eps ** 2;
    if (variance <= 0 || s_noise === 0) return [f, f];
    return [plus(f, [s_noise * Math.sqrt(variance), w.noise([[1, 1 + 4 * i]])]), f];
  };
