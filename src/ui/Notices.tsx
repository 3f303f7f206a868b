import { dismiss, noticeStore, type NoticeAction } from '../state/notices.ts';
import { restart, runAgain } from '../state/session.ts';
import { editShared, experimentStore, load } from '../state/experimentStore.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { useStore } from 'zustand';

const actions: Record<NoticeAction, { readonly label: string; readonly act: () => void }> = {
  useCpu: { label: 'Go on with the processor', act: () => void restart(true) },
  retryGpu: { label: 'Try the GPU again', act: () => void restart(false) },
  runAgain: { label: 'Run again', act: runAgain },
  halveSamples: { label: 'Take half the samples', act: () => editShared({ samples: Math.max(1, Math.floor(experimentStore.getState().experiment.samples / 2)) }) },
  defaultModel: { label: 'Open the default experiment', act: () => load(defaultExperiment()) },
};

/** What was refused or went wrong: what happened, what to do, and what was kept. */
export function Notices() {
  const notices = useStore(noticeStore, (s) => s.notices);
  return (
    <div className="notices" aria-live="polite">
      {notices.map((n) => (
        <div key={n.kind} className={`notice ${n.tone}`} data-testid="notice" data-kind={n.kind} role={n.tone === 'error' ? 'alert' : undefined}>
          <div>
            <p><b>{n.title}</b> {n.hint}</p>
            {n.lines.length > 0 && <ul>{n.lines.slice(0, 12).map((line) => <li key={line}>{line}</li>)}{n.lines.length > 12 && <li>… and {n.lines.length - 12} more.</li>}</ul>}
          </div>
          <div className="notice-actions">
            {n.actions.map((a) => <button key={a} type="button" onClick={actions[a].act}>{actions[a].label}</button>)}
            <button type="button" aria-label={`Dismiss: ${n.title}`} onClick={() => dismiss(n.kind)}>Dismiss</button>
          </div>
        </div>
      ))}
    </div>
  );
}
