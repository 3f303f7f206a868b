import { useEffect, useId, useState } from 'react';
import { lookFor } from '../../state/inspector.ts';
import type { Inspection } from '../../state/types.ts';
import { percent, quoted } from '../text.ts';

const PAUSE_MS = 250;

/** Any token by its text (or #id): its rank and probability here, and a way to go on with it. */
export function TypedBox({
  typed,
  found,
  picked,
  onPick,
}: {
  typed: string;
  found: Inspection['typed'];
  picked: number | null;
  onPick(token: number): void;
}) {
  const id = useId();
  const [text, setText] = useState(typed);
  useEffect(() => {
    if (text === typed) return;
    const timer = setTimeout(() => lookFor(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, typed]);
  return (
    <div className="typed-box">
      <label htmlFor={id}>Any token</label>
      <input
        id={id}
        value={text}
        maxLength={40}
        spellCheck={false}
        placeholder="type a word, or #id"
        data-testid="typed"
        onChange={(e) => setText(e.target.value)}
      />
      <ul className="typed-found" aria-live="polite">
        {found.map((t) => (
          <li key={t.token}>
            <button
              type="button"
              className="chip"
              aria-pressed={picked === t.token}
              title={`token ${t.token}; press to go on with it`}
              onClick={() => onPick(t.token)}
            >
              <b>{quoted(t.text)}</b>
              {t.of > 1 && ` (the first of ${t.of})`}: rank {(t.rank + 1).toLocaleString('en')},{' '}
              {percent(t.probability)}
              {t.drawn !== t.probability && `, ${t.drawn === 0 ? 'removed' : percent(t.drawn)} in the end`}
            </button>
          </li>
        ))}
        {typed !== '' && text === typed && found.length === 0 && <li className="fine">no such token</li>}
      </ul>
    </div>
  );
}
