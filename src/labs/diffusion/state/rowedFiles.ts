// Results of a view of rows as files: the numbers in full, the link, and what computed them.
import { csv, type CsvCell } from '../../../core/csv.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import type { RowedView } from '../config/rowedViews.ts';
import { shareRowed } from './address.ts';
import { deviceStore } from './connection.ts';
import { notify } from './notices.ts';
import { rowText, type RowedSession, type RowedState } from './rowedSession.ts';

declare const __APP_VERSION__: string;

/** What a view's files are written of: its session, loaded with the view. */
export async function sessionOf(view: RowedView): Promise<RowedSession<object>> {
  switch (view) {
    case 'distil':
      return (await import('./distilSession.ts')).distilSession as unknown as RowedSession<object>;
    case 'sequences':
      return (await import('./sequenceSession.ts')).sequenceSession as unknown as RowedSession<object>;
    case 'discrete':
      return (await import('./discreteSession.ts')).discreteSession as unknown as RowedSession<object>;
    default:
      return view satisfies never;
  }
}

export const rowedContext = (view: RowedView) => ({
  link: shareRowed(view),
  adapter: deviceStore.getState().report?.name ?? 'unknown',
  version: __APP_VERSION__,
});

/** One line a row and a place on its way: its settings, its costs until there, its numbers. */
export function rowedCsv({ kind }: Pick<RowedSession<object>, 'kind'>, state: RowedState<object>): string {
  const figures = Object.keys(kind.figures).filter((id) =>
    state.rows.some((r) => r.records.some(({ figures: f }) => id in f)),
  );
  const modes = Math.max(0, ...state.rows.flatMap((r) => r.records.map(({ shares }) => shares?.length ?? 0)));
  const places = Array.from({ length: modes }, (_, i) => i);
  const body = state.rows.flatMap(({ records, failed }, i) =>
    records.map((r, k): CsvCell[] => [
      rowText(kind, state.setup!, i),
      r.at,
      r.cost.nfe,
      r.cost.passes,
      r.cost.depth,
      r.cost.wallMs,
      ...figures.map((id) => r.figures[id] ?? null),
      ...places.map((m) => r.shares?.[m] ?? null),
      k === records.length - 1 ? (failed?.because ?? null) : null,
    ]),
  );
  const head = ['method', 'at', 'evaluations', 'passes', 'depth', 'wall_ms', ...figures];
  return csv([[...head, ...places.map((m) => `share_${m}`), 'remark'], ...body]);
}

export function rowedJson(
  { kind, view }: Pick<RowedSession<object>, 'kind' | 'view'>,
  state: RowedState<object>,
): string {
  const results = state.rows.map(({ records, failed }, i) => ({
    method: state.setup && rowText(kind, state.setup, i),
    records: records.map(({ at, figures, shares, cost }) => ({ at, figures, shares, cost })),
    remark: failed?.because ?? null,
  }));
  const { setup } = state;
  return JSON.stringify({ format: `stepscope-${view}`, ...rowedContext(view), setup, results }, null, 1);
}

/** False, and a sentence, while there is nothing to write. */
export function hasRows({ store }: Pick<RowedSession<object>, 'store'>): boolean {
  const there = store.getState().rows.some((r) => r.records.length > 0);
  if (!there)
    notify({
      kind: 'export',
      tone: 'warning',
      title: 'There are no results yet.',
      hint: 'Run it, and export what came of it.',
    });
  return there;
}

export async function saveRows(view: RowedView, format: 'csv' | 'json'): Promise<void> {
  const session = await sessionOf(view);
  if (!hasRows(session)) return;
  const state = session.store.getState();
  const text = format === 'csv' ? rowedCsv(session, state) : rowedJson(session, state);
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  saveBlob(new Blob([text], { type }), `stepscope-${view}-${state.setup!.model}.${format}`);
}
