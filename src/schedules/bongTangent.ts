import { numberField } from '../core/field.ts';
import type { Schedule } from './types.ts';

/** `count` values from `top` to `bottom` along an arctangent of the place, steepest at `pivot`. */
function tangent(count: number, slope: number, pivot: number, top: number, bottom: number): number[] {
  const at = (i: number) => Math.atan(slope * (pivot - i));
  const [first, last] = [at(0), at(count - 1)];
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? top : bottom + ((at(i) - last) / (first - last)) * (top - bottom),
  );
}

/**
 * Two arctangents of the step number, one from the top of the range to its middle, one from there to the bottom, then 0:
 * dwells at both ends. Known by this name from RES4LYF, https://github.com/ClownsharkBatwing/RES4LYF; no paper. Laid over
 * the range of σ, as in stable-diffusion.cpp (made for flow models, whose σ runs from 1 to 0). The lowest of the n + 1
 * levels is replaced by 0.
 */
export const bongTangent: Schedule<{ pivot: number; slope: number }> = {
  id: 'bong_tangent',
  title: 'Bong tangent',
  paper: { title: 'RES4LYF', url: 'https://github.com/ClownsharkBatwing/RES4LYF' },
  summary: 'Slow at both ends of the noise range, quick through its middle, along two arctangents.',
  params: {
    pivot: numberField({
      label: 'pivot',
      help: 'Share of the steps at which the fall is steepest, and where the two curves meet.',
      default: 0.6,
      min: 0.1,
      max: 0.9,
    }),
    slope: numberField({ label: 'slope', help: 'How steep, at 40 steps.', default: 0.2, min: 0.01, max: 1 }),
  },
  sigmas(steps, { min, max }, { pivot, slope }) {
    const places = steps + 2; // the curves share one place, and the last one becomes 0
    const turn = Math.max(2, Math.floor(places * pivot)); // below 2 the list would begin in the middle
    const steepness = (slope * 40) / places;
    const middle = min + (max - min) / 2;
    const upper = tangent(turn, steepness, turn, max, middle).slice(0, -1);
    const lower = tangent(places - turn, steepness, 0, middle, min);
    return [...[...upper, ...lower].slice(0, steps), 0];
  },
};
