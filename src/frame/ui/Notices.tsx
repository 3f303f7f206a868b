import { lazy, Suspense } from 'react';
import type { StoreApi } from 'zustand';
import { useStore } from 'zustand';
import type { Notice } from '../state/notices.ts';

/** A first visit has nothing to say. */
const NoticeBox = lazy(() => import('./NoticeBox.tsx'));

interface Props<A extends string> {
  readonly store: StoreApi<{ readonly notices: readonly Notice<A>[] }>;
  readonly actions: Readonly<Record<A, { readonly label: string; readonly act: () => void }>>;
  dismiss(kind: string): void;
}

/** What was refused or went wrong: what happened, what to do, and what was kept. */
export function Notices<A extends string>({ store, actions, dismiss }: Props<A>) {
  const notices = useStore(store, (s) => s.notices);
  return (
    <div className="notices" aria-live="polite">
      <Suspense fallback={null}>
        {notices.map((n) => (
          <NoticeBox key={n.kind} notice={n} actions={actions} dismiss={dismiss} />
        ))}
      </Suspense>
    </div>
  );
}
