// Domains and ticks of logarithmic, linear and signed-logarithmic axes.
export interface Axis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /**
   * From a value to its place on the axis and back; the scale itself is left to the chart unless it is
   * signed-logarithmic.
   */
  readonly place: (v: number) => number;
  readonly value: (place: number) => number;
}
const same = (v: number) => v;

/** Half a unit in the last place of a float32 near 1. */
export const FLOAT32_FLOOR = 6e-8;

const nice = [1, 2, 5];

/** Ticks at 1, 2, 5 × 10ⁿ while they are few, at whole decades (or every second, third …) when they are many. */
function logTicks(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const within = (v: number) => v >= low * 0.999 && v <= high * 1.001;
  const decades = Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
  const fine = decades.flatMap((d) => nice.map((k) => Number((k * d).toPrecision(1)))).filter(within);
  if (fine.length < 3) return linearTicks(low, high, most);
  if (fine.length <= most) return fine;
  const coarse = decades.filter(within);
  const every = Math.ceil(coarse.length / most);
  return coarse.filter((v) => Math.round(Math.log10(v)) % every === 0);
}
function linearTicks(low: number, high: number, most: number): number[] {
  const raw = (high - low) / Math.max(1, most - 1);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((k) => k * size >= raw) ?? 10) * size;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

/**
 * An axis that holds all values with a little room, but none above the largest that there can be; null when there are
 * no values.
 */
export function axisOf(values: readonly number[], log: boolean, most: number, top = Infinity): Axis | null {
  const usable = values.filter((v) => Number.isFinite(v) && (!log || v > 0));
  if (usable.length === 0) return null;
  const min = usable.reduce((a, b) => Math.min(a, b));
  const max = usable.reduce((a, b) => Math.max(a, b));
  if (log) {
    const room = Math.max((max / min) ** 0.06, 1.12);
    const low = min / room;
    const high = Math.min(max * room, Math.max(max, top));
    return { domain: [low, high], ticks: logTicks(low, high, most), place: same, value: same };
  }
  const room = Math.max((max - min) * 0.07, Math.abs(max) * 0.02, 1e-12);
  const low = min - room;
  const high = Math.min(max + room, Math.max(max, top));
  return { domain: [low, high], ticks: linearTicks(low, high, most), place: same, value: same };
}

/**
 * Linear within ±unit around 0 and logarithmic beyond: for values that scatter around 0 when they are good and are
 * large when not.
 */
export function signedAxis(values: readonly number[], unit: number, most: number): Axis | null {
  const usable = values.filter(Number.isFinite);
  if (usable.length === 0) return null;
  const place = (v: number) => Math.asinh(v / unit);
  const value = (p: number) => unit * Math.sinh(p);
  const largest = usable.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  const negative = usable.some((v) => v < 0);
  const first = Math.ceil(Math.log10(unit));
  const last = Math.floor(Math.log10(largest));
  const every = Math.max(1, Math.ceil((last - first + 1) / (most - (negative ? 2 : 1))));
  const decades = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(`1e${first + i}`)).filter(
    (_, i) => i % every === 0,
  );
  const min = place(usable.reduce((a, b) => Math.min(a, b)));
  const max = place(usable.reduce((a, b) => Math.max(a, b)));
  const room = (max - min) * 0.06 + 0.2;
  const ticks = [...decades.map((d) => place(-d)).reverse(), 0, ...decades.map(place)].filter(
    (t) => t >= min - room && t <= max + room,
  );
  return { domain: [min - room, max + room], ticks, place, value };
}
