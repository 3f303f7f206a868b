// What a run costs, count by count: the columns of results, the axes of charts, the columns of exports. Only evaluations and measured
// times may be called speed: the others are counts.
import { countTells, type Counts as CountsOnly } from '../../../core/counts.ts';
import { costAxes, type CostAxis } from './view.ts';

export { costAxes, type CostAxis };

export interface CostFact {
  /** Over its column, and on its choice. */
  readonly head: string;
  readonly unit: string;
  /** On its axis. */
  readonly title: string;
  /** "Error against …" */
  readonly against: string;
  readonly help: string;
  readonly digits: number;
  readonly kind: 'count' | 'time';
  /** Whether one run's costs make it worth a place: where it says what evaluations do not. */
  tells(cost: Counts): boolean;
}

export type Counts = CountsOnly & { readonly gpuMs: number | null; readonly wallMs: number };

const always = () => true;
const count = { unit: '', digits: 0, kind: 'count' } as const;
const time = { unit: 'ms', digits: 2, kind: 'time' } as const;

export const costFacts: Readonly<Record<CostAxis, CostFact>> = {
  nfe: {
    ...count,
    head: 'NFE',
    title: 'NFE',
    against: 'evaluations',
    help: 'Evaluations of the denoiser: the fair measure of cost',
    tells: always,
  },
  passes: {
    ...count,
    head: 'Passes',
    title: 'network passes',
    against: 'passes',
    help: 'Network passes: guidance asks more than once an evaluation',
    tells: countTells.passes,
  },
  work: {
    ...count,
    head: 'Work',
    unit: 'passes',
    digits: 3,
    title: 'work, whole passes',
    against: 'work',
    help: 'Whole network passes by counted multiply-adds: of parts their share',
    tells: countTells.work,
  },
  depth: {
    ...count,
    head: 'Depth',
    title: 'depth: what enough devices would wait for',
    against: 'depth',
    help: 'Longest chain of evaluations that wait for each other: what enough devices would wait for. A count, no time',
    tells: countTells.depth,
  },
  bytes: {
    ...count,
    head: 'Sent',
    unit: 'B',
    title: 'bytes sent between emulated workers, a sample',
    against: 'bytes sent',
    help: 'Bytes of a sample that travel between emulated workers. A count, no time',
    tells: countTells.bytes,
  },
  reads: {
    ...count,
    head: 'Reads',
    title: 'read-backs',
    against: 'read-backs',
    help: 'How often the sampler waited for its own numbers before it went on',
    tells: countTells.reads,
  },
  gpuMs: {
    ...time,
    head: 'GPU',
    title: 'GPU time, ms',
    against: 'time',
    help: 'This one run by the GPU’s own clock: a single time has no interval',
    tells: (c) => c.gpuMs !== null,
  },
  wallMs: {
    ...time,
    head: 'Wall',
    title: 'Wall time, ms',
    against: 'time',
    help: 'This one run by the clock on the wall: a single time has no interval',
    tells: always,
  },
};

/** The costs worth showing of some runs, in the order of menus. */
export const toldBy = (costs: readonly Counts[]): readonly CostAxis[] =>
  costAxes.filter((id) => costFacts[id].tells === always || costs.some((c) => costFacts[id].tells(c)));
