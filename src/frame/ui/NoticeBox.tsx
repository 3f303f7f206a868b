import type { Notice } from '../state/notices.ts';

export interface NoticeBoxProps {
  readonly notice: Notice;
  readonly actions: Readonly<Record<string, { readonly label: string; readonly act: () => void }>>;
  dismiss(kind: string): void;
}

/** More lines than these are counted only. */
const MAX_LINES = 12;

/** One notice, with the ways on that it offers. */
export default function NoticeBox({ notice: n, actions, dismiss }: NoticeBoxProps) {
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
          <button key={a} type="button" onClick={actions[a]!.act}>
            {actions[a]!.label}
          </button>
        ))}
        <button type="button" aria-label={`Dismiss: ${n.title}`} onClick={() => dismiss(n.kind)}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
