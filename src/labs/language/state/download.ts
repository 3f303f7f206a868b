// Texts and numbers as files on the reader's disk.
import { csv } from '../../../core/csv.ts';
import { contenderTitle, formatContender, samplesOf } from '../config/contenderText.ts';
import { formatSource } from '../../../hub/source.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { shareLink } from './address.ts';
import { languageDevice } from './connection.ts';
import { modelStore } from './model.ts';
import { languageRun, type LanguageRun } from './runStore.ts';
import { languageSweep } from './sweep.ts';
import { branchPath, plainText, shownText, textKey, wholeText } from './texts.ts';
import type { ShownToken } from './types.ts';

declare const __APP_VERSION__: string;
export interface WrittenText {
  readonly contender: number;
  readonly sample: number;
  readonly branch: number;
  readonly path: string;
  readonly end: string | null;
  /** Characters before the stop string that ended the text; its tokens follow all the same. */
  readonly cut: number | null;
  readonly solved: boolean | null;
  readonly tokens: readonly ShownToken[];
}

/** Every text of a run in the order of contenders, samples and branches. Pure. */
export function writtenTexts({
  experiment,
  slots,
  texts,
}: Pick<LanguageRun, 'experiment' | 'slots' | 'texts'>): readonly WrittenText[] {
  if (!experiment) return [];
  const one = (contender: number, sample: number, branch: number): WrittenText => {
    const slot = slots[contender] ?? 0;
    const path = branchPath(experiment.branches, branch);
    const own = texts[textKey(slot, sample, path)];
    return {
      contender,
      sample,
      branch,
      path,
      end: own?.end?.why ?? null,
      cut: own?.end?.cut ?? null,
      solved: own?.end?.solved ?? null,
      tokens: wholeText(texts, experiment.branches, slot, sample, branch),
    };
  };
  return [
    ...experiment.contenders.flatMap((contender, c) =>
      Array.from({ length: samplesOf(contender, experiment.samples, experiment.maxTokens) }, (_, s) => one(c, s, -1)),
    ),
    ...experiment.branches.map((b, i) => one(b.contender, b.sample, i)),
  ];
}

/**
 * One row per token; RFC 4180. Contenders, samples, places and ranks count from 1, as on the page; logarithms are
 * natural.
 */
export function tokensCsv(texts: readonly WrittenText[]): string {
  const head = [
    'contender',
    'sample',
    'branch',
    'place',
    'token',
    'text',
    'log_probability',
    'drawn_log_probability',
    'entropy',
    'rank',
    'kept_mass',
    'u',
    'by',
  ];
  const rows = texts.flatMap((t) =>
    t.tokens.map(({ id, text, record: r }, place) => [
      t.contender + 1,
      t.sample + 1,
      t.path,
      place + 1,
      id,
      text,
      r.logProbability,
      r.drawnLogProbability,
      r.entropy,
      r.rank + 1,
      r.keptMass,
      r.u,
      r.by,
    ]),
  );
  return csv([head, ...rows]);
}

export type ExportFormat = 'txt' | 'csv' | 'json';
export function saveTexts(format: ExportFormat): void {
  const state = languageRun.getState();
  const { experiment, fingerprint, costs, metrics, slots } = state;
  if (!experiment) return;
  const texts = writtenTexts(state);
  const link = shareLink(fingerprint);
  const adapter = languageDevice.getState().report?.name ?? 'unknown';
  const version = __APP_VERSION__;
  const name = (t: WrittenText) =>
    `## ${contenderTitle(experiment.contenders[t.contender]!)}${experiment.samples > 1 ? `, sample ${t.sample + 1}` : ''}${t.path && `, branch ${t.path}`}`;
  const text = {
    txt: () =>
      `${link}\n\n# ${experiment.prompt}\n\n${texts.map((t) => `${name(t)}\n${plainText(shownText(t.tokens, t))}\n`).join('\n')}`,
    csv: () => tokensCsv(texts),
    json: () =>
      `${JSON.stringify(
        {
          format: 'stepscope-language',
          formatVersion: 1,
          adapter,
          version,
          link,
          model: modelStore.getState().loaded,
          experiment: {
            ...experiment,
            model: formatSource(experiment.model),
            contenders: experiment.contenders.map((c, i) => ({
              text: formatContender(c),
              title: contenderTitle(c),
              cost: costs[slots[i]!] ?? null,
              metrics: metrics[slots[i]!] ?? null,
            })),
          },
          texts,
          sweep: languageSweep.getState().points,
        },
        null,
        2,
      )}\n`,
  }[format]();
  saveBlob(
    new Blob([text], { type: { txt: 'text/plain', csv: 'text/csv', json: 'application/json' }[format] }),
    `stepscope-language.${format}`,
  );
}
