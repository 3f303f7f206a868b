// Laws of two tokens that are known in full: every score, every step and every error of a sampler can be computed exactly.

/** Values that each token may have, in what the page shows. */
export const VALUES = 16;

export interface PairLaw {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Weight of the pair (a, b) of values 0 … values − 1, up to a constant. */
  weight(a: number, b: number, values: number): number;
}

/** The difference of two values on a circle. */
const around = (d: number, values: number): number =>
  Math.min(((d % values) + values) % values, ((-d % values) + values) % values);
const bump = (d: number, width: number): number => Math.exp(-(d * d) / (2 * width * width));

const countdown: PairLaw = {
  id: 'countdown',
  title: 'Countdown',
  summary:
    'The second token is one less than the first, but for one pair in twenty-five: nearly all there is to know is how they hang together.',
  weight: (a, b, values) => (1 + (2 * a) / values) * ((b === (a + values - 1) % values ? 0.96 : 0) + 0.04 / values),
};
const bands: PairLaw = {
  id: 'bands',
  title: 'Two bands',
  summary: 'The second token follows the first, or runs against it.',
  weight: (a, b, values) =>
    (1 + 0.5 * Math.cos((2 * Math.PI * a) / values)) *
    (0.6 * bump(around(b - a - 3, values), 0.7) + 0.4 * bump(around(b + a - 4, values), 0.7) + 0.002),
};
const ring: PairLaw = {
  id: 'ring',
  title: 'A ring',
  summary: 'Pairs on a circle in the plane of both values: the tokens depend on each other, loosely.',
  weight: (a, b, values) =>
    bump(Math.hypot(a - (values - 1) / 2, b - (values - 1) / 2) - 0.34375 * values, 0.05 * values),
};
const independent: PairLaw = {
  id: 'independent',
  title: 'Two independent tokens',
  summary: 'Nothing hangs together: what is left of an error is the step’s own, not that tokens are drawn apart.',
  weight: (a, b) => (1 + a) * (1 + (b - 6) ** 2),
};

export const pairLaws = { countdown, bands, ring, independent } as const satisfies Record<string, PairLaw>;
export type PairLawId = keyof typeof pairLaws;

/** The law as probabilities, row-major [values of a, values of b]. */
export function probabilities(law: PairLaw, values = VALUES): Float64Array {
  const p = Float64Array.from({ length: values * values }, (_, i) =>
    law.weight(Math.floor(i / values), i % values, values),
  );
  const total = p.reduce((sum, v) => sum + v, 0);
  return p.map((v) => v / total);
}
