// What the reader must know: refused parts of a link, failures with a way on. Each stays until dismissed or outdated.
import { createStore } from 'zustand/vanilla';
import type { Failure } from './types.ts';

export type NoticeAction = 'useCpu' | 'retryGpu' | 'defaultModel' | 'runAgain' | 'halveSamples';
export interface Notice {
  /** One notice of a kind at a time: a newer one takes its place. */
  readonly kind: string;
  readonly tone: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly lines: readonly string[];
  readonly hint: string;
  readonly actions: readonly NoticeAction[];
}

export const noticeStore = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

export function notify(notice: Partial<Notice> & Pick<Notice, 'kind' | 'title'>): void {
  const full: Notice = { tone: 'info', lines: [], hint: '', actions: [], ...notice };
  noticeStore.setState(({ notices }) => ({ notices: [...notices.filter((n) => n.kind !== full.kind), full] }));
}
export function dismiss(kind: string): void {
  noticeStore.setState(({ notices }) => ({ notices: notices.filter((n) => n.kind !== kind) }));
}
export function notifyFailure(kind: string, failure: Failure, actions: readonly NoticeAction[] = []): void {
  notify({ kind, tone: 'error', title: failure.message, hint: failure.hint, actions });
}

/** Anything thrown, as something that can be shown. */
export function asFailure(thrown: unknown): Failure {
  const e = thrown as { name?: unknown; message?: unknown; hint?: unknown } | null;
  const text = (v: unknown, otherwise: string) => (typeof v === 'string' && v !== '' ? v : otherwise);
  return { name: text(e?.name, 'Error'), message: text(e?.message, 'Something failed without saying why.'), hint: text(e?.hint, 'Change a control to try again; the experiment is kept in the address.') };
}
