import { useStore } from 'zustand';
import { forgetAll, historyStore } from '../../state/history.ts';
import { Panel } from './Panel.tsx';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The last experiments of this browser. */
export function History({ onClose }: { onClose(): void }) {
  const entries = useStore(historyStore, (s) => s.entries);
  const available = useStore(historyStore, (s) => s.available);
  return (
    <Panel title="History" onClose={onClose}>
      <p className="summary">
        {available
          ? 'The last 50 experiments that ran here, kept in this browser only.'
          : 'This browser keeps no data for the page, so the history lasts until the page is closed.'}
      </p>
      {entries.length === 0 ? (
        <p>Nothing yet: an experiment is kept when it has run and stood for a few seconds.</p>
      ) : (
        <ul className="history">
          {entries.map((e) => (
            <li key={e.hash}>
              <a href={`#${e.hash || 'model=ring8'}`} onClick={onClose}>
                {e.title}
              </a>{' '}
              <time dateTime={new Date(e.at).toISOString()}>{when.format(e.at)}</time>
              <p className="fine">{e.detail}</p>
            </li>
          ))}
        </ul>
      )}
      {entries.length > 0 && (
        <button type="button" onClick={() => void forgetAll()}>
          Forget all
        </button>
      )}
    </Panel>
  );
}
