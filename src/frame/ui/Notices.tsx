import type { StoreApi } from 'zustand';
import { useStore } from 'zustand';
import type { Notice } from '../state/notices.ts';

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
      {notices.map((n) => (
        <NoticeBox key={n.kind} notice={n} actions={actions} dismiss={dismiss} />
      ))}
    </div>
  );
}

/** More lines than these are counted only. */
const MAX_LINES = 12;

function NoticeBox<A extends string>({
  notice: n,
  actions,
  dismiss,
}: Pick<Props<A>, 'actions' | 'dismiss'> & { readonly notice: Notice<A> }) {
  return (
    <div
      className={`notice ${n.tone}`}
      data-testid="notice"
      data-kind={n.kind}
      role={n.tone === 'error' ? 'alert' : undefined}
    >
      <div>
        <p>
          <b>{n.title}</b> {n.hint}
        </p>
        {n.lines.length > 0 && (
          <ul>
            {n.lines.slice(0, MAX_LINES).map((line) => (
              <li key={line}>{line}</li>
            ))}
            {n.lines.length > MAX_LINES && <li>… and {n.lines.length - MAX_LINES} more.</li>}
          </ul>
        )}
      </div>
      <div className="notice-actions">
        {n.actions.map((a) => (
          <button key={a} type="button" onClick={actions[a].act}>
            {actions[a].label}
          </button>
        ))}
        <button type="button" aria-label={`Dismiss: ${n.title}`} onClick={() => dismiss(n.kind)}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
