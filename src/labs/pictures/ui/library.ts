// What this lab tells the library of saved experiments.
import type { Figure, Metric, Row, Shown } from '../../../frame/config/library/types.ts';
import { samplerRows } from '../../../frame/config/library/samplerRows.ts';
import { fieldRows, gridRows, groundText, without } from '../../../frame/config/library/words.ts';
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import type { LabLibrary } from '../../../frame/state/library/contract.ts';
import { formatPictures, parsePictures } from '../config/codec.ts';
import { formatContender } from '../config/contender.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import { asksByRole, guidanceKey } from '../config/guidance.ts';
import { guidanceFields, picturesFields } from '../config/fields.ts';
import { formatSource, openingOf } from '../config/model.ts';
import { contenderTitles } from '../config/naming.ts';
import { gridShown } from '../state/address.ts';
import { deviceStore } from '../state/connection.ts';
import { experimentStore } from '../state/experimentStore.ts';
import { runStore, type PictureResult } from '../state/runStore.ts';
import { viewStore } from '../state/viewStore.ts';
import { summaryOf } from './figures.ts';

function settings(e: PicturesExperiment): readonly Row[] {
  const { width, height, ...fields } = picturesFields(openingOf(e.model));
  const kernels = formatKernelChoices(e.kernels);
  const size = e.width === 0 && e.height === 0 ? 'the model’s own' : `${e.width} × ${e.height}`;
  return [
    { field: 'Model', value: formatSource(e.model) },
    { field: 'Prompt', value: e.prompt },
    { field: 'Negative prompt', value: e.negative },
    { field: `${width.label}, ${height.label.toLowerCase()}`, value: size },
    ...fieldRows(fields, e as never),
    { field: 'Start picture', value: e.start ? `${e.start.name} at σ ${e.start.sigma}` : 'none' },
    { field: 'Budgets of the sweep', value: e.budgets.join(', ') },
    ...(kernels === '' ? [] : [{ field: 'Forced kernels', value: kernels }]),
  ];
}

/** Of contenders with a method of their own, so that others are told apart as ever. */
const methodKey = (c: PictureContender): readonly string[] => (asksByRole(c) ? [guidanceKey(c)] : []);

/** Contenders have one many-step solution where the same is asked of the model, and they are guided alike. */
function groundOf(e: PicturesExperiment, c: PictureContender): string {
  const { guidance, rescale, guideAbove, guideUpTo } = c;
  const asked = [formatSource(e.model), e.prompt, e.negative, e.label, e.width, e.height, e.conventions, e.clipSkip];
  return groundText([asked, e.reference, e.start, guidance, rescale, guideAbove, String(guideUpTo), ...methodKey(c)]);
}

const time = (id: string, title: string): Metric => ({ id, title, unit: 'ms', better: 'lower', spread: null });
const count = (id: string, title: string): Metric => ({ id, title, unit: '', better: null, spread: null });
const metrics: readonly Metric[] = [
  { id: 'error', title: 'Error', unit: '', better: 'lower', spread: 'logRepeats' },
  count('nfe', 'NFE'),
  count('passes', 'Passes'),
  time('wall', 'All steps'),
  time('gpu', 'of it GPU'),
  time('decode', 'Decode'),
];

function figures({ cost, errors }: PictureResult): readonly Figure[] {
  const plain = (metric: string, value: number | null): Figure[] =>
    value === null ? [] : [{ metric, value, half: null, spread: null }];
  const summary = errors && errors.length > 0 ? summaryOf(errors) : null;
  return [
    ...(summary ? [{ metric: 'error', value: summary.mean, half: summary.half, spread: spreadOf(errors!) }] : []),
    ...plain('nfe', cost.nfe),
    ...plain('passes', cost.passes),
    ...plain('wall', cost.wallMs),
    ...plain('gpu', cost.gpuMs),
    ...plain('decode', cost.decodeMs),
  ];
}
/** One picture has no spread, and an error of nothing no logarithm. */
const spreadOf = (errors: readonly number[]): readonly number[] | null =>
  errors.length > 1 && errors.every((v) => v > 0) ? [...errors] : null;

function shown(): Shown {
  const { experiment: e, slots } = experimentStore.getState();
  const run = runStore.getState();
  const grid = gridShown();
  const same = run.experiment !== null && format(run.experiment) === format(e);
  const finished = run.phase === 'done' && same && grid === null;
  const titles = contenderTitles(e.contenders);
  return {
    hash: formatPictures(e, finished ? run.fingerprint : null, grid),
    device: deviceStore.getState().report?.name ?? '',
    without: without(finished, grid !== null),
    settings: [...settings(e), ...gridRows(grid)],
    metrics: finished ? metrics : [],
    contenders: e.contenders.map((c, i) => {
      const result = run.results[slots[i]!];
      const { guidance } = openingOf(e.model);
      return {
        id: formatContender(c, guidance),
        kind: c.sampler,
        name: titles[i]!,
        ground: groundOf(e, c),
        settings: [...samplerRows(c), ...fieldRows(guidanceFields(guidance), c as never)],
        figures: finished && result?.run === run.run ? figures(result) : [],
      };
    }),
  };
}

const format = (e: PicturesExperiment): string => formatPictures(e, null);
export const library: LabLibrary = {
  watched: [experimentStore, runStore, viewStore],
  present: () => formatPictures(experimentStore.getState().experiment, null, gridShown()),
  canonical(hash) {
    const { experiment, grid } = parsePictures(hash);
    return formatPictures(experiment, null, grid ?? null);
  },
  shown,
};
