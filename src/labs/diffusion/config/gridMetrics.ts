// Which metrics the cells of a grid can have: the columns of its results.
import type { CountId } from '../../../core/counts.ts';
import type { GridMetric } from '../../../frame/config/grid.ts';
import { metricFacts, metricIds, type MetricId } from '../../../metrics/samples/facts.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { modelCard, modelIds, type ModelId } from '../../../models/index.ts';
import type { ModelCard } from '../../../models/types.ts';
import { costAxes, costFacts, type CostAxis } from './costs.ts';
import type { CellRun } from './gridAxes.ts';

/** The models that a grid runs on. */
export function gridModels(base: Pick<CellRun, 'experiment'>, spec: GridSpec): readonly ModelCard[] {
  const texts = spec.axes.find((a) => a.field === 'model')?.values ?? [base.experiment.model];
  return texts.filter((id): id is ModelId => modelIds.includes(id as ModelId)).map(modelCard);
}

/** Whether a model's runs can be judged by a metric. */
function has(card: ModelCard, id: MetricId, followed: boolean): boolean {
  if (id === 'mode_weights') return card.kind === 'mixture';
  const { against } = metricFacts[id];
  // It costs hundreds of evaluations: an axis asks for it.
  if (against === 'flow') return followed && (card.shape.kind === 'image') === (id === 'bits_per_dim');
  if (against === 'features') return card.features !== undefined;
  return against === 'reference' || card.shape.kind === 'point';
}

/** Every metric that one of its models has, in the order of menus. */
export function gridMetrics(base: Pick<CellRun, 'experiment' | 'likelihood'>, spec: GridSpec): readonly MetricId[] {
  const cards = gridModels(base, spec);
  const followed =
    (base.likelihood ?? 0) > 0 || spec.axes.some((a) => a.field === 'likelihood' && a.values.some((v) => v !== '0'));
  return metricIds.filter((id) => cards.some((card) => has(card, id, followed)));
}

const isCount = (id: CostAxis): id is CountId => costFacts[id].kind === 'count';
/** The counts as metrics of a grid: its clocks are no part of its results. */
export const costMenu: readonly GridMetric[] = costAxes.filter(isCount).map((id) => {
  const { head, unit, help } = costFacts[id];
  return { id, title: head, unit, summary: help, better: null, log: true, cost: true };
});
