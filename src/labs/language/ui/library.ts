// What this lab tells the library of saved experiments.
import type { Figure, Metric, Row, Shown } from '../../../frame/config/library/types.ts';
import { fieldRows } from '../../../frame/config/library/words.ts';
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import type { LabLibrary } from '../../../frame/state/library/contract.ts';
import { formatSource } from '../../../hub/source.ts';
import { formatLanguage, parseLanguage } from '../config/codec.ts';
import {
  algorithmFields,
  algorithmOf,
  contenderTitle,
  formatContender,
  stageFields,
  stageOf,
} from '../config/contenderText.ts';
import type { LanguageContender, LanguageExperiment } from '../config/experiment.ts';
import { languageFields } from '../config/fields.ts';
import { textMetricMenu } from '../config/menus.ts';
import { languageDevice } from '../state/connection.ts';
import { languageStore } from '../state/experimentStore.ts';
import { languageRun } from '../state/runStore.ts';
import type { ContenderCost } from '../state/types.ts';
import { acceptance, decodeSpeed, prefillSpeed, tokensPerPass, withoutTwins } from './text.ts';

function settings(e: LanguageExperiment): readonly Row[] {
  const kernels = formatKernelChoices(e.kernels);
  return [
    { field: 'Model', value: formatSource(e.model) },
    { field: 'Draft model', value: e.draft ? formatSource(e.draft) : 'the model’s own, if any' },
    { field: 'Prompt', value: e.prompt },
    { field: 'System text', value: e.system },
    ...fieldRows(languageFields(e.model), e as never),
    { field: 'Stop strings', value: e.stop.map((s) => JSON.stringify(s)).join(' ') || 'none' },
    { field: 'Tokens picked by hand', value: String(e.branches.length) },
    ...(kernels === '' ? [] : [{ field: 'Forced kernels', value: kernels }]),
  ];
}

const contenderRows = ({ algorithm, params, chain }: LanguageContender): readonly Row[] => [
  { field: 'Algorithm', value: algorithmOf(algorithm).title },
  ...fieldRows(algorithmFields(algorithm), params),
  { field: 'Stages', value: chain.map((l) => stageOf(l.stage).title).join(' → ') || 'none' },
  ...chain.flatMap((l, i) => {
    const nth = chain.slice(0, i).filter((o) => o.stage === l.stage).length + 1;
    const of = ` of ${stageOf(l.stage).title}${nth > 1 ? ` (${nth})` : ''}`;
    return fieldRows(stageFields(l.stage), l.params, of);
  }),
];

/** Speeds and shares: single values, which carry no interval. */
const cost = (id: string, title: string, unit: string, better: 'lower' | 'higher'): Metric => ({
  id,
  title,
  unit,
  better,
  spread: null,
});
const costs: readonly (readonly [Metric, (c: ContenderCost) => number | null])[] = [
  [cost('decode', 'Decode', 'tok/s', 'higher'), decodeSpeed],
  [cost('prefill', 'Prefill', 'tok/s', 'higher'), prefillSpeed],
  [cost('first', 'First token', 'ms', 'lower'), (c) => c.firstTokenMs],
  [cost('perPass', 'Tokens', 'per pass', 'higher'), tokensPerPass],
  [cost('acceptance', 'Accepted', 'of drafted', 'higher'), acceptance],
];

function shown(): Shown {
  const { experiment: e, slots } = languageStore.getState();
  const run = languageRun.getState();
  const finished = run.phase === 'done' && run.experiment !== null && format(run.experiment) === format(e);
  const ids = finished ? withoutTwins(slots.flatMap((s) => Object.keys(run.metrics[s] ?? {}))) : [];
  const quality = ids.map((id): Metric => {
    const known = textMetricMenu.find((m) => m.id === id);
    const title = known?.title ?? id.replaceAll('_', ' ');
    return { id: `text_${id}`, title, unit: known?.unit ?? '', better: known?.better ?? null, spread: null };
  });
  const single = (metric: string, value: number | null | undefined): Figure[] =>
    value === null || value === undefined ? [] : [{ metric, value, half: null, spread: null }];
  return {
    hash: formatLanguage(e, finished ? run.fingerprint : null),
    device: languageDevice.getState().report?.name ?? '',
    without: finished ? '' : 'The run has not ended: only its settings are kept.',
    settings: settings(e),
    metrics: finished ? [...costs.map(([m]) => m), ...quality] : [],
    contenders: e.contenders.map((c, i) => {
      const spent = run.costs[slots[i]!];
      const measured = run.metrics[slots[i]!];
      return {
        id: formatContender(c),
        kind: c.algorithm,
        name: contenderTitle(c),
        ground: '',
        settings: contenderRows(c),
        figures: [
          ...(finished && spent ? costs.flatMap(([m, read]) => single(m.id, read(spent))) : []),
          ...ids.flatMap((id) => single(`text_${id}`, measured?.[id])),
        ],
      };
    }),
  };
}

/** Which contender the others are compared with is a way of looking. */
const format = (e: LanguageExperiment): string => formatLanguage({ ...e, baseline: 0 }, null);
export const library: LabLibrary = {
  watched: [languageStore, languageRun],
  present: () => format(languageStore.getState().experiment),
  canonical: (hash) => format(parseLanguage(hash).experiment),
  shown,
};
