// What the reader must know: refused parts of a link, failures with a way on. Each stays until dismissed or outdated.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Refusal } from '../../core/refusal.ts';
import { formatKernelChoices, type KernelChoices } from '../config/kernelChoices.ts';
import type { Failure } from '../../engine/worker/protocol.ts';

export interface Notice<A extends string = string> {
  /** One notice of a kind at a time: a newer one takes its place. */
  readonly kind: string;
  readonly tone: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly lines: readonly string[];
  readonly hint: string;
  readonly actions: readonly A[];
}

/** The notices of one lab; `A` names the ways on that it offers. */
export interface Notices<A extends string> {
  readonly store: StoreApi<{ readonly notices: readonly Notice<A>[] }>;
  notify(notice: Partial<Notice<A>> & Pick<Notice<A>, 'kind' | 'title'>): void;
  dismiss(kind: string): void;
  notifyFailure(kind: string, failure: Failure, actions?: readonly A[]): void;
}
/** What speaks to the reader needs no more than this. */
export type Teller<A extends string> = Omit<Notices<A>, 'store'>;

export function createNotices<A extends string>(): Notices<A> {
  const store = createStore<{ readonly notices: readonly Notice<A>[] }>(() => ({ notices: [] }));
  const notify = (notice: Partial<Notice<A>> & Pick<Notice<A>, 'kind' | 'title'>): void => {
    const full: Notice<A> = { tone: 'info', lines: [], hint: '', actions: [], ...notice };
    store.setState(({ notices }) => ({ notices: [...notices.filter((n) => n.kind !== full.kind), full] }));
  };
  return {
    store,
    notify,
    dismiss: (kind: string): void =>
      store.setState(({ notices }) => ({ notices: notices.filter((n) => n.kind !== kind) })),
    notifyFailure: (kind: string, failure: Failure, actions: readonly A[] = []): void =>
      notify({ kind, tone: 'error', title: failure.message, hint: failure.hint, actions }),
  };
}
/** Anything thrown, as something that can be shown. */
export function asFailure(thrown: unknown): Failure {
  const e = thrown as { name?: unknown; message?: unknown; hint?: unknown } | null;
  const text = (v: unknown, otherwise: string) => (typeof v === 'string' && v !== '' ? v : otherwise);
  return {
    name: text(e?.name, 'Error'),
    message: text(e?.message, 'Something failed without saying why.'),
    hint: text(e?.hint, 'Change a control to try again; the experiment is kept in the address.'),
  };
}

/** That a link forces kernel versions, and which of them this device cannot run; null where none are forced. */
export function kernelNotice(
  kernels: KernelChoices,
  remarks: readonly string[],
): Omit<Notice<'ownKernels'>, 'kind'> | null {
  const forced = formatKernelChoices(kernels).replaceAll(':', ' ').replaceAll(',', ', ');
  return forced === ''
    ? null
    : {
        tone: remarks.length > 0 ? 'warning' : 'info',
        title: `This experiment forces kernel versions: ${forced}.`,
        lines: remarks,
        hint: 'For the other kernels the versions chosen for this device run.',
        actions: ['ownKernels'],
      };
}

/** One refused part of a link. */
export const refusalLine = (r: Refusal): string =>
  `${r.where}: “${r.value}” was refused because ${r.because}; ${/^(left out|nothing)$/.test(r.used) ? 'it was left out' : `used instead: ${r.used}`}.`;
