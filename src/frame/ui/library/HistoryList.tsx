import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { forgetHistory, historyStore, KEEP, labOfEntry, readHistory } from '../../state/history.ts';
import type { MainFigure } from '../../state/mainFigure.ts';
import { allLabs, labStore } from '../../state/labStore.ts';
import { figureText } from './figures.ts';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const figureWords = ({ metric, unit, value, half, of }: MainFigure): string =>
  `${metric} ${figureText({ value, half }, unit)}: ${of}`;

/** The last experiments of this browser, lab by lab. */
export function HistoryList({ onOpened }: { onOpened(): void }) {
  const entries = useStore(historyStore, (s) => s.entries);
  const available = useStore(historyStore, (s) => s.available);
  const [lab, setLab] = useState<string>(() => labStore.getState().lab);
  useEffect(() => void readHistory(), []);
  const title = allLabs().find((l) => l.id === lab)?.title;
  const shown = entries.filter((e) => lab === '' || labOfEntry(e) === lab);
  return (
    <>
      <p className="summary">
        {available
          ? `The last ${KEEP} experiments that ran in each lab, kept in this browser only.`
          : 'This browser keeps no data for the page (a private window, or storage that is blocked or full), so the history lasts until the page is closed.'}
      </p>
      <p className="history-tools">
        <label>
          Lab{' '}
          <select value={lab} onChange={(e) => setLab(e.target.value)}>
            <option value="">All labs</option>
            {allLabs().map((l) => (
              <option key={l.id} value={l.id}>
                {l.title}
              </option>
            ))}
          </select>
        </label>
        {shown.length > 0 && (
          <button type="button" onClick={() => void forgetHistory(lab === '' ? null : lab)}>
            Clear the history{title === undefined ? '' : ` of ${title}`}
          </button>
        )}
      </p>
      {shown.length === 0 ? (
        <p>Nothing yet: an experiment is kept when it has run and stood for a few seconds.</p>
      ) : (
        <ul className="history" data-testid="history">
          {shown.map((e) => (
            <li key={e.hash}>
              <a href={`#${e.hash || 'model=ring8'}`} onClick={onOpened}>
                {e.title}
              </a>{' '}
              <time dateTime={new Date(e.at).toISOString()}>{when.format(e.at)}</time>
              <p className="fine">{e.detail}</p>
              {(e.main || e.device) && (
                <p className="fine">
                  {[e.main ? figureWords(e.main) : '', e.device ?? ''].filter(Boolean).join(' · ')}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
