// The table of log-likelihoods: what is shown of each row.
import { halfWidth } from '../../../metrics/intervals.ts';
import type { MetricId } from '../config/menus.ts';
import type { Experiment } from '../config/experiment.ts';
import { modelCard } from '../config/menus.ts';
import type { LikelihoodRow } from '../worker/protocol.ts';

export { LIKELIHOOD_LIMITS } from '../../../samplers/likelihood/cost.ts';

/** What a first question asks: in the plane to 0.01 nats, on images what a processor does in a minute or two. */
export const LIKELIHOOD_DEFAULTS = {
  point: { steps: 32, probes: 2 },
  image: { steps: 16, probes: 2 },
} as const;

export interface ShownRow {
  readonly contender: number;
  readonly flow: number;
  readonly value: number;
  readonly probes: number | null;
  readonly exact: number | null;
  readonly spread: readonly number[] | null;
  readonly nfe: number;
}

/** Contenders in their order, then the target along each flow. */
export const rowsOf = (rows: readonly LikelihoodRow[], metric: MetricId): readonly ShownRow[] =>
  rows
    .flatMap((r): ShownRow[] => {
      const value = r.quality[metric];
      const { contender, flow, probes, exact, nfe } = r;
      return value === undefined
        ? []
        : [{ contender, flow, value, probes, exact, nfe, spread: r.spread[metric] ?? null }];
    })
    .sort((a, b) => (a.contender < 0 ? 1e3 + a.flow : a.contender) - (b.contender < 0 ? 1e3 + b.flow : b.contender));

/** Half the width of the interval over samples. */
export function halfOf({ spread }: Pick<ShownRow, 'spread'>): number | null {
  const half = spread ? halfWidth(spread) : NaN;
  return Number.isFinite(half) ? half : null;
}

/** What the last rows are about. The bundled real images are of those that the network learned from: held out they are not. */
export function targetName({ model }: Pick<Experiment, 'model'>): string {
  const { shape, kind } = modelCard(model);
  if (shape.kind === 'point') return 'The target';
  return kind === 'dataset' ? 'Images of its set' : 'Real images that it learned from';
}

/** Bits a number that noise of the least level alone takes: its entropy, in steps of 0 to 255. */
export const blurBits = ({ model }: Pick<Experiment, 'model'>): number =>
  Math.log2(127.5 * modelCard(model).range.min * Math.sqrt(2 * Math.PI * Math.E));
