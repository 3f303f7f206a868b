import { useState } from 'react';
import { MAX_STOPS } from '../../config/fields.ts';
import { editLanguage } from '../../state/experimentStore.ts';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useLanguage } from '../hooks.ts';
import { visible } from '../text.ts';

/** \n and \t as typed become the characters. */
const unescape = (text: string) =>
  text.replace(/\\([nt\\])/g, (_, c: string) => ({ n: '\n', t: '\t', '\\': '\\' })[c]!);

/** Texts that end a text. */
export function StopStrings() {
  const stop = useLanguage((s) => s.experiment.stop);
  const [draft, setDraft] = useState('');
  const add = () => {
    const text = unescape(draft);
    if (text === '' || stop.includes(text) || stop.length >= MAX_STOPS) return;
    editLanguage({ stop: [...stop, text] });
    setDraft('');
  };
  return (
    <Labelled
      className="wide"
      label="Stop strings"
      help={`A text ends where one of these appears; \\n is a line break. At most ${MAX_STOPS}.`}
    >
      {({ id, describedBy }) => (
        <div className="stops">
          {stop.map((s, i) => (
            <button
              key={s}
              type="button"
              className="chip"
              aria-label={`Remove the stop string ${visible(s)}`}
              onClick={() => editLanguage({ stop: stop.toSpliced(i, 1) })}
            >
              <code>{visible(s)}</code> ×
            </button>
          ))}
          <input
            id={id}
            type="text"
            aria-describedby={describedBy}
            value={draft}
            disabled={stop.length >= MAX_STOPS}
            maxLength={200}
            placeholder="add one, then Enter"
            onChange={(e) => setDraft(e.target.value)}
            onBlur={add}
            onKeyDown={(e) => e.key === 'Enter' && add()}
          />
        </div>
      )}
    </Labelled>
  );
}
