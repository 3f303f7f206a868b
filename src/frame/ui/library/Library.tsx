import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { found, tagCounts, type Query } from '../../config/library/search.ts';
import type { Saved } from '../../config/library/types.ts';
import { allLabs, labStore } from '../../state/labStore.ts';
import { openSaved, removeSaved, restoreSaved } from '../../state/library/actions.ts';
import { messageStore, say, unsay } from '../../state/library/message.ts';
import { followOrigin } from '../../state/library/origin.ts';
import { libraryStore, readSaved, troubleText } from '../../state/library/store.ts';
import { HistoryList } from './HistoryList.tsx';
import { Panel } from '../panels/Panel.tsx';
import { Compare, type Side } from './Compare.tsx';
import { SavedRow } from './SavedRow.tsx';
import { SavedTools } from './SavedTools.tsx';
import { SaveForm } from './SaveForm.tsx';
import { useShown } from './useShown.ts';

import '../styles/chips.css';
import './library.css';

const titleOf = (lab: string): string => allLabs().find((l) => l.id === lab)?.title ?? lab;
const none: readonly Saved[] = [];

/** Experiments under a name, of all labs, and what ran here by itself. */
export default function Library({ onClose }: { onClose(): void }) {
  const [tab, setTab] = useState<'saved' | 'history'>('saved');
  useEffect(() => {
    void readSaved();
    followOrigin();
    return unsay;
  }, []);
  return (
    <Panel title="Library" onClose={onClose}>
      <div className="library-tabs" role="group" aria-label="What is listed">
        {(['saved', 'history'] as const).map((id) => (
          <button key={id} type="button" aria-pressed={tab === id} onClick={() => setTab(id)}>
            {id === 'saved' ? 'Saved' : 'History'}
          </button>
        ))}
      </div>
      {tab === 'saved' ? <SavedPart onClose={onClose} /> : <HistoryList onOpened={onClose} />}
    </Panel>
  );
}

function SavedPart({ onClose }: { onClose(): void }) {
  const entries = useStore(libraryStore, (s) => s.entries) ?? none;
  const trouble = useStore(libraryStore, (s) => s.trouble);
  const asked = useStore(labStore, (s) => s.library);
  const onScreen = useShown();
  const [query, setQuery] = useState<Query>({ text: '', tag: '', order: 'changed' });
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [sides, setSides] = useState<readonly [Side, Side] | null>(null);
  const tags = tagCounts(entries);
  const known = tags.map(([tag]) => tag);
  // A tag that nobody carries any more filters nothing.
  const inForce = { ...query, tag: known.includes(query.tag) ? query.tag : '' };
  const list = found(entries, inForce, titleOf);
  // The older one is A.
  const chosen = entries.filter((s) => ids.has(s.id)).sort((a, b) => a.createdAt - b.createdAt);
  if (sides) return <Compare a={sides[0]} b={sides[1]} onBack={() => setSides(null)} />;

  const choose = (id: string, take: boolean) =>
    setIds(new Set(take ? [...ids, id] : [...ids].filter((other) => other !== id)));
  const remove = (gone: readonly Saved[]) => {
    void removeSaved(gone.map((s) => s.id));
    setIds(new Set([...ids].filter((id) => !gone.some((s) => s.id === id))));
    say(gone.length === 1 ? `“${gone[0]!.name}” was deleted.` : `${gone.length} experiments were deleted.`, [], gone);
  };
  const screen = (): Side | null =>
    onScreen && { ...onScreen.library.shown(), lab: onScreen.lab, name: 'What is on the screen' };
  return (
    <>
      {onScreen && <SaveForm onScreen={onScreen} autoFocus={asked === 'save'} known={known} />}
      {trouble !== null && (
        <p className="library-trouble" role="alert">
          {troubleText(trouble)}
        </p>
      )}
      <SavedTools
        query={inForce}
        tags={tags}
        all={entries}
        chosen={chosen}
        onQuery={setQuery}
        onCompare={() => chosen.length === 2 && setSides([chosen[0]!, chosen[1]!])}
        onDelete={() => remove(chosen)}
      />
      <Said />
      {entries.length === 0 && <p>Nothing is saved yet. Give what is on the screen a name, and find it here.</p>}
      {entries.length > 0 && list.length === 0 && <p>Nothing that is saved fits this search.</p>}
      <ul className="saved" aria-label="Saved experiments">
        {list.map((saved) => (
          <SavedRow
            key={saved.id}
            saved={saved}
            chosen={ids.has(saved.id)}
            here={onScreen?.origin?.id === saved.id}
            known={known}
            onChoose={(take) => choose(saved.id, take)}
            onOpen={() => {
              openSaved(saved);
              onClose();
            }}
            onCompare={() => {
              const now = screen();
              if (now) setSides([saved, now]);
            }}
            onDelete={() => remove([saved])}
            onTag={(tag) => setQuery({ ...query, tag })}
          />
        ))}
      </ul>
    </>
  );
}

/** What the last press came to. */
function Said() {
  const { text, lines, deleted } = useStore(messageStore);
  return (
    <div className="library-said" role="status" data-testid="library-said">
      {text !== '' && (
        <p>
          {text}{' '}
          {deleted.length > 0 && (
            <button
              type="button"
              onClick={() => {
                void restoreSaved(deleted);
                say(
                  deleted.length === 1 ? `“${deleted[0]!.name}” is back.` : `${deleted.length} experiments are back.`,
                );
              }}
            >
              Undo
            </button>
          )}
        </p>
      )}
      {lines.length > 0 && (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
