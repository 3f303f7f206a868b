// The columns of the table of results.
import { formatGuidance } from '../../../samplers/contenders/text.ts';
import { costFacts, toldBy, type CostAxis } from '../config/costs.ts';
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
  const cost = (id: CostAxis): Column => ({
    ...plain,
    ...costFacts[id],
    id: IDS[id] ?? id,
    value(i) {
      const known = results[i]?.cost[id];
      if (known !== undefined || id !== 'nfe') return known ?? null;
      return spent(i) ? null : contenderPlan(contenders[i]!, model).nfe;
    },
  });
  return [steps, ...toldBy(list.map((r) => r.cost)).map(cost)];
}
/** Columns that are called otherwise than what they hold. */
const IDS: Partial<Record<CostAxis, string>> = { gpuMs: 'gpu', wallMs: 'wall' };

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
