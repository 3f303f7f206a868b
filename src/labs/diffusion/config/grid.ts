// This lab's grid: what the frame and the command line ask of it.
import type { GridKind } from '../../../frame/config/grid.ts';
import { contenderMenu, contenderValues, menuFields } from '../../../frame/config/gridContenders.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { wrapperOf } from '../../../samplers/contenders/wrapping.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import type { Experiment } from './experiment.ts';
import { modelLine, settingsLine } from './exportLines.ts';
import { experimentFields } from './fields.ts';
import { cellRun, gridFields, nfeOf, type CellRun } from './gridAxes.ts';
import { namesOn } from './gridLink.ts';
import { costMenu, gridMetrics } from './gridMetrics.ts';
import { metricMenu, modelCard, modelMenu } from './menus.ts';
import { lacking, titlesOn } from './wrapIdle.ts';

/** What cells set their values on: an experiment and its first contender. */
export const baseOf = (experiment: Experiment): CellRun => ({ experiment, contender: experiment.contenders[0]! });

export const diffusionGrid: GridKind<CellRun> = {
  lab: 'diffusion',
  fields: ({ contender }) => menuFields(gridFields(contender)),
  isText: () => false,
  names: (field) => (field === 'model' ? modelMenu : contenderMenu(field)),
  axisNames: namesOn,
  cellRun,
  nfe: nfeOf,
  nfeKey: ({ experiment, contender, likelihood }) => JSON.stringify([experiment.model, contender, likelihood]),
  samples: ({ experiment }) => experiment.samples,
  model: ({ experiment }) => experiment.model,
  link: ({ experiment, contender }) => formatExperiment({ ...experiment, contenders: [contender] }),
  parse: (link) => baseOf(parseExperiment(link).experiment),
  hash: ({ experiment }, grid) => formatExperiment(experiment, null, undefined, grid),
  metrics: gridMetrics,
  metricMenu: [...metricMenu, ...costMenu],
  remarks: untouched,
  firstGrid,
  newValues,
  words: ({ experiment, contender }) => ({
    title: modelCard(experiment.model).title,
    heading: modelLine(experiment),
    settings: settingsLine(experiment),
    contender: titlesOn(experiment.model).contenderTitle(contender),
    file: experiment.model,
  }),
};

/** A first grid on an experiment: its samplers at the same budgets of evaluations, over seeds for the bands. */
function firstGrid({ experiment: { contenders, model, seed } }: CellRun) {
  const plane = modelCard(model).shape.kind === 'point';
  const samplers = [...new Set([...contenders.map((c) => c.sampler), 'euler', 'heun', 'dpmpp_2m'])];
  const seeds = Array.from({ length: plane ? 4 : 2 }, (_, i) => (seed + i) >>> 0);
  return {
    axes: [
      `sampler~${samplers.slice(0, plane ? 4 : 3).join(', ')}`,
      `nfe~${plane ? '4, 8, ..*, 32' : '4, 8, ..*, 16'}`,
      `seed~${seeds.join(', ')}`,
    ],
    skip: '',
  };
}

/** Values to begin another axis with. */
function newValues(field: string, { experiment, contender }: CellRun): string {
  const first: Readonly<Record<string, string>> = {
    guidance: '1, 2, .., 5',
    samples: `64, 128, ..*, ${Math.min(512, experimentFields(experiment.model).samples.max)}`,
    class: '0, 1, 2',
    learned: '0, 1',
    likelihood: String(modelCard(experiment.model).shape.kind === 'point' ? 32 : 16),
    model: experiment.model,
  };
  return first[field] ?? contenderValues(field, contender, experiment.seed);
}

/** Cells that a wrapper leaves as they are, so that no number of them is read as the wrapper's. */
function untouched(base: CellRun, { axes }: GridSpec): string[] {
  const valuesOf = (field: string) => axes.find((a) => a.field === field)?.values.map((v) => ({ [field]: v })) ?? [{}];
  const said = new Set<string>();
  for (const model of valuesOf('model'))
    for (const contender of valuesOf('contender')) {
      const made = cellRun(base, { ...model, ...contender });
      if ('refused' in made) continue;
      const { title } = modelCard(made.experiment.model);
      for (const wrap of made.contender.wraps ?? [])
        if (lacking(wrap, made.experiment.model) !== null)
          said.add(
            `${formatContender(made.contender)} runs untouched on ${title}: ${wrapperOf(wrap.id)!.title} finds nothing to do there.`,
          );
    }
  return [...said];
}
