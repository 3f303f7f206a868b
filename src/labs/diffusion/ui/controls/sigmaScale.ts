// The logarithmic axis that noise levels are drawn and dragged on. Pure.
import { LEAST_LEVEL, LEVELS_BELOW } from '../../config/levels.ts';

/** Pixel height of σ on a logarithmic axis; 0 lies on the floor line below the smallest level. */
export function sigmaScale(
  sigmas: readonly number[],
  height: number,
): { readonly y: (sigma: number) => number; readonly sigma: (y: number) => number } {
  const positive = sigmas.filter((s) => s > 0);
  const top = Math.log(Math.max(...positive, 1e-3) * 1.3);
  const bottom = Math.log(Math.max(Math.min(...positive, 0.5), LEAST_LEVEL) / 1.6);
  const usable = height - 8;
  return {
    y: (s) => (s <= 0 ? height - 2 : 2 + ((top - Math.log(s)) / (top - bottom)) * usable),
    sigma: (y) => Math.exp(top - ((y - 2) / usable) * (top - bottom)),
  };
}

const DECADES = Array.from({ length: 13 }, (_, i) => Number(`1e${i - 6}`));

/** Grid lines for a list: powers of ten, every second or third where its range is wide. */
export function decadesOf(sigmas: readonly number[]): readonly number[] {
  const positive = sigmas.filter((s) => s > 0);
  const span = Math.log10(Math.max(...positive, LEAST_LEVEL) / Math.min(...positive, LEVELS_BELOW));
  const every = Math.max(1, Math.ceil(span / 6));
  return DECADES.filter((_, i) => i % every === 0);
}
