// This lab's grid: what the frame and the command line ask of it.
import type { GridKind } from '../../../frame/config/grid.ts';
import { contenderMenu, contenderValues, menuFields } from '../../../frame/config/gridContenders.ts';
import { contenderGrid, type AxisNames } from '../../../experiments/grid/link.ts';
import type { GridSpec, GridText } from '../../../experiments/grid/types.ts';
import { writeValues } from '../../../experiments/grid/values.ts';
import { pictureCard, pictureModels } from '../../../models/pictures.ts';
import { CONTRARY } from '../../../samplers/contenders/axes.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import { formatPictures, parsePictures } from './codec.ts';
import { formatContender } from './contender.ts';
import type { PicturesExperiment } from './experiment.ts';
import {
  cellRun,
  EMPTY,
  gridFields,
  isGridField,
  nfeOf,
  OWN_FIELDS,
  TEXT_FIELDS,
  workOf,
  type PictureCell,
} from './gridAxes.ts';
import { gridMetrics, picturesCosts, picturesMetrics } from './gridMetrics.ts';
import { formatSource, openingOf } from './model.ts';
import { contenderTitle } from './naming.ts';

/** Of Stable Diffusion and of the bundled model: what cells are counted on before a model's own table is known. */
export const USUAL_RANGE: SigmaRange = { min: 0.0292, max: 14.615 };

/** What cells set their values on: an experiment and its first contender. */
export const baseOf = (experiment: PicturesExperiment, range = USUAL_RANGE): PictureCell => ({
  experiment,
  contender: experiment.contenders[0]!,
  range,
});

const unsaid = ({ model }: PicturesExperiment) => openingOf(model).unsaidGuidance;
/** `contender` is the one whose parameters are offered where a field is not known. */
const axisNames = ({ contender }: PictureCell): AxisNames => ({
  isField: isGridField,
  known: () => gridFields(contender).map((f) => f.id),
  contrary: [
    ...CONTRARY,
    ['model', 'sigma_max', 'the noise levels, of which each model has its own'],
    ['model', 'sigma_min', 'the noise levels, of which each model has its own'],
  ],
});

/** An experiment as a grid of its own: a cell for each contender. */
export const contendersOf = (experiment: PicturesExperiment): GridSpec =>
  contenderGrid(experiment.contenders.map((c) => formatContender(c, unsaid(experiment))));

export const titleOf = ({ model }: PicturesExperiment): string =>
  (model.from === 'bundled' && pictureCard(model.id)?.title) || formatSource(model);

export const picturesGrid: GridKind<PictureCell> = {
  lab: 'pictures',
  fields: ({ contender }) => menuFields(gridFields(contender), OWN_FIELDS),
  isText: (field) => TEXT_FIELDS.includes(field),
  names: (field) => (field === 'model' ? Object.values(pictureModels) : contenderMenu(field)),
  axisNames,
  cellRun,
  nfe: nfeOf,
  nfeKey: ({ contender }) => JSON.stringify(contender),
  samples: workOf,
  model: ({ experiment }) => formatSource(experiment.model),
  link: ({ experiment, contender }) => formatPictures({ ...experiment, contenders: [contender] }),
  parse: (link) => baseOf(parsePictures(link).experiment),
  hash: ({ experiment }, grid) => formatPictures(experiment, null, grid),
  metrics: gridMetrics,
  metricMenu: [...picturesMetrics, ...picturesCosts],
  firstGrid,
  newValues,
  words: ({ experiment: e, contender }) => ({
    title: titleOf(e),
    heading: titleOf(e),
    settings: settingsLine(e),
    contender: contenderTitle(contender),
    file: formatSource(e.model)
      .replace(/^(hub|file):/, '')
      .replaceAll(/[^\w.-]+/g, '-')
      .slice(0, 60),
  }),
};

/** What cells share where no axis says otherwise. */
export function settingsLine(e: PicturesExperiment): string {
  const size = e.width === 0 && e.height === 0 ? [] : [`${e.width}×${e.height}`];
  return [
    ...(e.prompt.trim() === '' ? [] : [`“${e.prompt.trim()}”`]),
    ...(e.negative.trim() === '' ? [] : [`not “${e.negative.trim()}”`]),
    e.count === 1 ? 'one picture' : `${e.count} pictures`,
    ...size,
    `seed ${e.seed}`,
    ...(e.label >= 0 ? [`class ${e.label}`] : []),
    ...(e.clipSkip > 0 ? [`CLIP skip ${e.clipSkip}`] : []),
    ...(e.conventions === 'diffusers' ? ['conventions as diffusers'] : []),
    ...(e.reference > 0 ? [`measured against ${e.reference} steps`] : []),
  ].join(' · ');
}

const suggested = ({ model, prompt }: PicturesExperiment): readonly string[] =>
  model.from === 'bundled' ? (pictureCard(model.id)?.prompts ?? []).filter((p) => p !== prompt) : [];
const promptValues = (e: PicturesExperiment, most: number): string =>
  writeValues([e.prompt === '' ? EMPTY : e.prompt, ...suggested(e)].slice(0, most));

/** A first grid on an experiment: its samplers at a few numbers of steps, and another prompt where one is known. */
function firstGrid({ experiment: e, contender }: PictureCell): GridText {
  const samplers = [...new Set(e.contenders.map((c) => c.sampler))].slice(0, 3);
  const few = contender.steps <= 8;
  const prompts = suggested(e).length > 0 ? [`prompt~${promptValues(e, 2)}`] : [];
  return {
    axes: [`sampler~${samplers.join(', ')}`, `steps~${few ? '1, 2, 4, 8' : '4, 8, 16'}`, ...prompts],
    skip: '',
  };
}

/** Values to begin another axis with. */
function newValues(field: string, { experiment: e, contender }: PictureCell): string {
  const side = openingOf(e.model).size ?? 512;
  const first: Readonly<Record<string, string>> = {
    prompt: promptValues(e, 3),
    negative: writeValues([...new Set([EMPTY, e.negative === '' ? 'blurry' : e.negative])]),
    model: formatSource(e.model),
    size: `${side}x${side}, ${side}x${side * 1.5}`,
    count: '1, 4',
    class: '0, 1, 2',
    clip_skip: '0, 1',
    guidance: '1, 3, .., 9',
    rescale: '0, 0.25, .., 1',
    guide_above: '0, 0.5, 1',
    guide_up_to: '1, 5, ∞',
  };
  return first[field] ?? contenderValues(field, contender, e.seed);
}
