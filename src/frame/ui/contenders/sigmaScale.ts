// The logarithmic axis that noise levels are drawn and dragged on. Pure.
import { LEAST_LEVEL } from '../../../schedules/explicit.ts';

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
