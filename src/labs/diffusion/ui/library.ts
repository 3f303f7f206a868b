// What this lab tells the library of saved experiments.
import '../../../wrappers/index.ts';
import type { Figure, Metric, Row, Shown } from '../../../frame/config/library/types.ts';
import { samplerRows } from '../../../frame/config/library/samplerRows.ts';
import { fieldRows, gridRows, groundText, without } from '../../../frame/config/library/words.ts';
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import type { LabLibrary } from '../../../frame/state/library/contract.ts';
import { titlesOn } from '../config/wrapIdle.ts';
import { formatContender, formatGuidance } from '../../../samplers/contenders/text.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { experimentFields } from '../config/fields.ts';
import { metricMenu, modelCard } from '../config/menus.ts';
import { gridShown } from '../state/address.ts';
import { deviceStore } from '../state/connection.ts';
import { editText, textNow } from '../state/editText.ts';
import { searchKind, seekShown, seekText } from '../state/seekText.ts';
import { rowedShown, rowedTexts } from '../state/rowedText.ts';
import { experimentStore } from '../state/experimentStore.ts';
import { runStore } from '../state/runStore.ts';
import { viewStore } from '../state/viewStore.ts';
import { resultColumns, type WrittenColumn } from './resultColumns.ts';

function settings(e: Experiment): readonly Row[] {
  const card = modelCard(e.model);
  const kernels = formatKernelChoices(e.kernels);
  const { learned, seed, samples, guidance, seeds } = experimentFields(e.model);
  return [
    { field: 'Model', value: card.title },
    ...fieldRows({ learned, seed, samples, ...(card.guidance && { guidance }), seeds }, e as never),
    ...(card.classes.length > 0 ? [{ field: 'Class', value: card.classes[e.label] ?? 'all' }] : []),
    ...(e.points.length > 0 ? [{ field: 'Drawn points', value: e.points.map((p) => p.join(' ')).join(', ') }] : []),
    { field: 'Budgets of the sweep', value: e.budgets.join(', ') },
    ...(kernels === '' ? [] : [{ field: 'Forced kernels', value: kernels }]),
  ];
}

/**
 * Quality figures are of the target, of as many samples: a distance to it grows smaller with their number. Paired errors
 * are to a solution that is guided alike.
 */
const groundOf = ({ model, learned, label, guidance, samples, points }: Experiment, c: Contender): string =>
  groundText([model, learned, label, guidance, samples, points, formatGuidance(c)]);

function metricOf({ id, head, unit }: WrittenColumn): Metric {
  const quality = metricMenu.find((m) => m.id === id);
  if (quality) return { id, title: head, unit, better: quality.better, spread: 'leftOut' };
  return { id, title: head, unit, better: unit === 'ms' ? 'lower' : null, spread: null };
}

/** The task that is looked at, as its text. */
const TASK_KEPT = 'Its link is kept; results are exported from its view.';
const taskShown = (): string | null => (viewStore.getState().labView === 'edit' ? textNow() : null);

function shown(): Shown {
  const { experiment: e, slots } = experimentStore.getState();
  const run = runStore.getState();
  const grid = gridShown();
  const same = run.experiment !== null && formatExperiment(run.experiment) === formatExperiment(e);
  const finished = run.phase === 'done' && same && viewStore.getState().labView === 'compare';
  const results = slots.map((slot) => {
    const r = run.results[slot];
    return finished && r?.run === run.run ? r : undefined;
  });
  const columns = finished ? resultColumns({ model: e.model, contenders: e.contenders, results }) : [];
  // Its steps are a setting.
  const measured = columns.filter((c) => c.id !== 'steps');
  const titles = titlesOn(e.model).contenderTitles(e.contenders);
  const quality = measured.filter((c) => metricOf(c).spread !== null);
  return {
    hash: formatExperiment(
      e,
      finished ? run.fingerprint : null,
      viewStore.getState(),
      grid,
      taskShown(),
      seekShown(),
      rowedShown(),
    ),
    device: deviceStore.getState().report?.name ?? '',
    without:
      taskShown() || seekShown() || rowedShown()
        ? TASK_KEPT
        : without(finished, viewStore.getState().labView === 'grid'),
    settings: [...settings(e), ...gridRows(grid)],
    metrics: [...quality, ...measured.filter((c) => !quality.includes(c))].map(metricOf),
    contenders: e.contenders.map((c, i) => ({
      id: formatContender(c),
      kind: c.sampler,
      name: titles[i]!,
      ground: groundOf(e, c),
      settings: samplerRows(c),
      figures: measured.flatMap((column): Figure[] => {
        const value = column.value(i);
        if (value === null || !results[i]) return [];
        const spread = results[i].spread?.[column.id] ?? null;
        return [{ metric: column.id, value, half: column.half(i), spread }];
      }),
    })),
  };
}

export const library: LabLibrary = {
  watched: [
    experimentStore,
    runStore,
    viewStore,
    editText.store,
    seekText.store,
    searchKind,
    ...Object.values(rowedTexts).map((t) => t.store),
  ],
  present: () =>
    formatExperiment(
      experimentStore.getState().experiment,
      null,
      undefined,
      gridShown(),
      taskShown(),
      seekShown(),
      rowedShown(),
    ),
  canonical(hash) {
    const { experiment, grid, edit, seek, rowed } = parseExperiment(hash);
    return formatExperiment(experiment, null, undefined, grid ?? null, edit ?? null, seek ?? null, rowed ?? null);
  },
  shown,
};
