// Slider positions of a number field: whole numbers on a logarithmic scale step through every small value and skip
// among large ones.
import type { NumberField } from '../../../core/field.ts';

const POSITIONS = 200;

/** Whole numbers: every one below 64, then five significant binary digits. */
function wholeStep(v: number): number {
  if (v < 64) return Math.round(v);
  const step = 2 ** Math.floor(Math.log2(v) - 4);
  return Math.round(v / step) * step;
}

/** The values a slider visits, ascending. */
export function sliderValues(field: Pick<NumberField, 'min' | 'max' | 'step' | 'integer' | 'log'>): readonly number[] {
  const { min, max, step, integer, log } = field;
  if (!log || min <= 0) {
    const count = Math.min(2000, Math.round((max - min) / step));
    return Array.from({ length: count + 1 }, (_, i) =>
      i === count ? max : Number((min + (i * (max - min)) / count).toPrecision(8)),
    );
  }
  const raw = Array.from({ length: POSITIONS + 1 }, (_, i) => min * (max / min) ** (i / POSITIONS));
  const nice = raw.map((v) => (integer ? wholeStep(v) : Number(v.toPrecision(2))));
  return [...new Set([min, ...nice.filter((v) => v > min && v < max), max])];
}

/** Index of the value nearest to v. */
export function nearestIndex(values: readonly number[], v: number): number {
  let best = 0;
  for (const [i, value] of values.entries()) if (Math.abs(value - v) < Math.abs(values[best]! - v)) best = i;
  return best;
}
