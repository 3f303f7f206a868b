// Results of noise searches as files: every cell in full, the link, and what computed them.
import { csv, type CsvCell } from '../../../core/csv.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { linesOf } from '../config/seekSetup.ts';
import { formatSeekRow } from '../config/seekText.ts';
import type { SecondId } from '../config/seekWords.ts';
import { shareLink } from './address.ts';
import { deviceStore } from './connection.ts';
import { notify } from './notices.ts';
import { notBegun, stopLine, type Told as Reach } from './seekReach.ts';
import { seekStore, type SeekState } from './seekSession.ts';

declare const __APP_VERSION__: string;

type Told = Reach & Pick<SeekState, 'before'>;
const nameOf = ({ setup }: Reach, line: number): string => formatSeekRow(linesOf(setup!)[line]!);

/**
 * One row a search, budget and seed. `stopped` is 1 where the reader's stop kept it from its end: with numbers, the best by
 * then; without, it was not begun.
 */
export function seekCsv(told: Told): string {
  const { cells, setup } = told;
  if (!setup) return '';
  const seconds = [...new Set(cells.flatMap((c) => Object.keys(c.second)))] as SecondId[];
  const head = [
    'search',
    'budget',
    'seed',
    'evaluations',
    'depth',
    'work',
    'verifier_calls',
    'wall_ms',
    'stopped',
    setup.verifier,
  ];
  const body = cells.map((c): CsvCell[] => [
    nameOf(told, c.line),
    c.budget,
    c.seed,
    c.cost.evaluations,
    c.cost.depth,
    c.cost.work,
    c.cost.verified,
    c.cost.wallMs,
    c.stopped ? 1 : 0,
    c.score,
    ...seconds.map((id) => c.second[id] ?? null),
    (c.perStep ?? []).map((v) => Number(v.toFixed(3))).join(' '),
  ]);
  const blank = head.slice(head.indexOf('stopped') + 1).length + seconds.length + 1;
  const absent = notBegun(told).map(({ line, budget, seed }): CsvCell[] => [
    ...[nameOf(told, line), budget, seed, null, null, null, null, null, 1],
    ...Array.from({ length: blank }, () => null),
  ]);
  return csv([[...head, ...seconds, 'per_step'], ...body, ...absent]);
}

export interface SeekFileContext {
  readonly link: string;
  readonly adapter: string;
  readonly version: string;
}
export function seekJson(told: Told, context: SeekFileContext): string {
  const { before, cells, setup, skipped, dropped } = told;
  const plain = before && { score: before.score, second: before.second, evaluations: before.evaluations };
  const results = cells.map(({ line, budget, seed, score, second, cost, perStep, stopped }) => ({
    search: nameOf(told, line),
    ...{ budget, seed, score, second, cost, perStep, stopped },
  }));
  return JSON.stringify(
    {
      format: 'stepscope-noise-search',
      ...context,
      setup,
      plain,
      results,
      stopped: stopLine(told),
      notBegun: notBegun(told).map(({ line, budget, seed }) => ({ search: nameOf(told, line), budget, seed })),
      skipped: skipped.map(({ line, budget, because }) => ({ search: nameOf(told, line), budget, because })),
      failed: Object.entries(dropped).map(([line, because]) => ({ search: nameOf(told, Number(line)), because })),
    },
    null,
    1,
  );
}

export function saveSeek(format: 'csv' | 'json'): void {
  const told = seekStore.getState();
  if (told.cells.length === 0 || !told.setup) {
    notify({
      kind: 'export',
      tone: 'warning',
      title: 'The noise search has no results yet.',
      hint: 'Run it, and export what came of it.',
    });
    return;
  }
  const context = {
    link: shareLink(null),
    adapter: deviceStore.getState().report?.name ?? 'unknown',
    version: __APP_VERSION__,
  };
  const text = format === 'csv' ? seekCsv(told) : seekJson(told, context);
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  saveBlob(new Blob([text], { type }), `stepscope-noise-search-${told.setup.model}.${format}`);
}
