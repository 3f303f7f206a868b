import { useState } from 'react';
import { useStore } from 'zustand';
import { departure } from '../../config/library/difference.ts';
import { freeName } from '../../config/library/merge.ts';
import { saveShown, whyNotSaved } from '../../state/library/actions.ts';
import { say } from '../../state/library/message.ts';
import { libraryStore } from '../../state/library/store.ts';
import { thumbnail } from './thumbnail.ts';
import type { OnScreen } from './useShown.ts';
import { WordsFields, wordsOf, type Draft } from './WordsFields.tsx';

interface Props {
  readonly onScreen: OnScreen;
  readonly autoFocus: boolean;
  readonly known: readonly string[];
}

/** The lab's own name for what it shows is the tab's. */
const labName = (): string => document.title.replace(/ · Stepscope$/, '');

/** By how it differs from the saved one that it came from, else the lab's own name for it. */
function suggestion({ origin, departed, shown }: OnScreen, taken: readonly string[]): string {
  const how = origin && departed ? departure(origin, shown) : '';
  return freeName(how === '' ? (origin?.name ?? labName()) : `${origin!.name}: ${how}`, taken);
}

const nothing: Draft = { name: '', tags: '', note: '' };

/** Keeps what is on the screen under a name. */
export function SaveForm({ onScreen, autoFocus, known }: Props) {
  const { lab, shown, origin, departed } = onScreen;
  const entries = useStore(libraryStore, (s) => s.entries) ?? [];
  const [draft, setDraft] = useState<Draft>(nothing);
  const [typed, setTyped] = useState(false);
  const taken = entries.map((s) => s.name);
  const now = typed ? draft : { ...draft, name: suggestion(onScreen, taken) };
  const words = wordsOf(now);
  const refusal = whyNotSaved({ shown, words }, entries.length);
  const keep = async (over: string | null) => {
    const of = over !== null && origin ? origin : words;
    await saveShown({ lab, shown: onScreen.library.shown(), words: of, picture: thumbnail() }, over);
    say(over === null ? `Saved as “${freeName(of.name, taken)}”.` : `“${of.name}” holds what is on the screen now.`);
    setDraft(nothing);
    setTyped(false);
  };
  return (
    <form
      className="library-save"
      aria-label="Save what is on the screen"
      onSubmit={(e) => {
        e.preventDefault();
        if (refusal === null) void keep(null);
      }}
    >
      <p className="library-state" data-testid="library-state" data-departed={departed}>
        {origin === null && 'What is on the screen is not saved.'}
        {origin !== null && !departed && (
          <>
            On the screen: <b>{origin.name}</b>, as it was saved.
          </>
        )}
        {origin !== null && departed && (
          <>
            On the screen: <b>{origin.name}</b>, <span className="departed">changed since it was saved</span>.
          </>
        )}
      </p>
      <WordsFields
        draft={now}
        autoFocus={autoFocus}
        known={known}
        onDraft={(d) => {
          setTyped(true);
          setDraft(d);
        }}
      />
      <p className="library-buttons">
        <button type="submit" className={origin ? '' : 'primary'} disabled={refusal !== null}>
          {origin ? 'Save as new' : 'Save'}
        </button>
        {origin && (
          <button type="button" className={departed ? 'primary' : ''} onClick={() => void keep(origin.id)}>
            Save changes to “{origin.name.length > 40 ? `${origin.name.slice(0, 39)}…` : origin.name}”
          </button>
        )}
        <span className="fine">{refusal ?? shown.without}</span>
      </p>
    </form>
  );
}
