// The columns of the table of results.
import { formatGuidance } from '../../../samplers/contenders/text.ts';
import { choosesCost, choosesSteps, contenderPlan } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import type { ModelId } from '../config/menus.ts';
import { columnFormat } from '../../../frame/ui/columns.ts';
import { interval, presentMetrics, ratings, whyUndefined, type Verdict } from '../state/metrics.ts';
import type { ContenderResult } from '../state/runStore.ts';
import { shortTitle } from './columns.ts';

export interface Column {
  readonly id: string;
  readonly head: string;
  readonly unit: string;
  readonly help: string;
  readonly digits: number;
  value(row: number): number | null;
  /** Half the width of the value's 95 % interval. */
  half(row: number): number | null;
  /** Why a row has no value. */
  why(row: number): string | null;
  /** Row by row; empty for what is not rated. */
  readonly verdicts: readonly Verdict[];
}
/** A column, and how its numbers are written so that they compare down the column. */
export interface WrittenColumn extends Column {
  format(v: number): string;
  /** Every contender has an interval, and none can be told from the best. */
  readonly tellsNothing: boolean;
}

const plain = { half: () => null, why: () => null, verdicts: [] } as const;

/** Of a sampler that chooses its own. */
const stepsTaken = (result: ContenderResult | undefined): number | null =>
  result?.took ? result.took.filter(({ op }) => op === 'mark').length - 1 : null;

export interface Rows {
  readonly model: ModelId;
  readonly contenders: readonly Contender[];
  readonly results: readonly (ContenderResult | undefined)[];
}

function costColumns({ model, contenders, results }: Rows): readonly Column[] {
  const list = results.filter((r) => r !== undefined);
  /** What is not known before it has run. */
  const chosen = (i: number) => contenders[i] === undefined || choosesSteps(contenders[i]);
  const spent = (i: number) => contenders[i] === undefined || choosesCost(contenders[i]);
  const steps: Column = {
    ...plain,
    id: 'steps',
    head: 'Steps',
    unit: '',
    help: 'Steps of the schedule',
    digits: 0,
    value: (i) => stepsTaken(results[i]) ?? (chosen(i) ? null : (contenders[i]?.steps ?? null)),
  };
  const nfe: Column = {
    ...plain,
    id: 'nfe',
    head: 'NFE',
    unit: '',
    help: 'Evaluations of the denoiser: the fair measure of cost',
    digits: 0,
    value: (i) => results[i]?.cost.nfe ?? (spent(i) ? null : contenderPlan(contenders[i]!, model).nfe),
  };
  const passes: Column = {
    ...plain,
    id: 'passes',
    head: 'Passes',
    unit: '',
    help: 'Network passes: guidance asks more than once an evaluation',
    digits: 0,
    value: (i) => results[i]?.cost.passes ?? null,
  };
  const work: Column = {
    ...plain,
    id: 'work',
    head: 'Work',
    unit: 'passes',
    help: 'Whole network passes by counted multiply-adds: of parts their share',
    digits: 3,
    value: (i) => results[i]?.cost.work ?? null,
  };
  const depth: Column = {
    ...plain,
    id: 'depth',
    head: 'Depth',
    unit: '',
    help: 'Longest chain of evaluations that wait for each other: what enough devices would wait for. A count, no time',
    digits: 0,
    value: (i) => results[i]?.cost.depth ?? null,
  };
  const bytes: Column = {
    ...plain,
    id: 'bytes',
    head: 'Sent',
    unit: 'B',
    help: 'Bytes of a sample that travel between emulated workers. A count, no time',
    digits: 0,
    value: (i) => results[i]?.cost.bytes ?? null,
  };
  const reads: Column = {
    ...plain,
    id: 'reads',
    head: 'Reads',
    unit: '',
    help: 'How often the sampler waited for its own numbers before it went on',
    digits: 0,
    value: (i) => results[i]?.cost.reads ?? null,
  };
  const gpu: Column = {
    ...plain,
    id: 'gpu',
    head: 'GPU',
    unit: 'ms',
    help: 'This one run by the GPU’s own clock: a single time has no interval',
    digits: 2,
    value: (i) => results[i]?.cost.gpuMs ?? null,
  };
  const wall: Column = {
    ...plain,
    id: 'wall',
    head: 'Wall',
    unit: 'ms',
    help: 'This one run by the clock on the wall: a single time has no interval',
    digits: 2,
    value: (i) => results[i]?.cost.wallMs ?? null,
  };
  const guided = list.some((r) => r.cost.passes !== r.cost.nfe);
  const partial = list.some((r) => r.cost.work !== r.cost.passes);
  const timed = list.some((r) => r.cost.gpuMs !== null);
  const parallel = list.some((r) => r.cost.depth !== r.cost.nfe);
  const sent = list.some((r) => r.cost.bytes > 0);
  const read = list.some((r) => r.cost.reads > 0);
  return [
    steps,
    nfe,
    ...(guided ? [passes] : []),
    ...(partial ? [work] : []),
    ...(parallel ? [depth] : []),
    ...(sent ? [bytes] : []),
    ...(read ? [reads] : []),
    ...(timed ? [gpu] : []),
    wall,
  ];
}

/** Costs first, then every metric that a result holds. */
export function resultColumns(rows: Rows): readonly WrittenColumn[] {
  const { contenders, results } = rows;
  const metrics = presentMetrics(results.flatMap((r) => (r ? [r.quality] : []))).map((m): Column => ({
    id: m.id,
    head: shortTitle(m),
    unit: m.unit,
    help: `${m.title}. ${m.summary}`,
    digits: 3,
    value: (i) => results[i]?.quality[m.id] ?? null,
    half: (i) => interval(results[i], m.id),
    why: (i) => (results[i] ? whyUndefined(m, results[i].stochastic, results[i].stepwise) : null),
    verdicts: ratings(
      results,
      m.id,
      m.better,
      ['reference', 'flow'].includes(m.against) ? contenders.map(formatGuidance) : [],
    ),
  }));
  return [...costColumns(rows), ...metrics].map((c) => ({
    ...c,
    format:
      c.digits === 0
        ? String
        : columnFormat(
            contenders.map((_, i) => c.value(i)),
            c.digits,
          ),
    tellsNothing: c.verdicts.includes('tied') && !c.verdicts.includes('worse'),
  }));
}
