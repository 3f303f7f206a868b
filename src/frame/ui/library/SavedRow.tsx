import { useState, type KeyboardEvent } from 'react';
import { mainFigure } from '../../config/library/outcome.ts';
import { tidyTags } from '../../config/library/file.ts';
import { freeName } from '../../config/library/merge.ts';
import type { Saved } from '../../config/library/types.ts';
import { allLabs } from '../../state/labStore.ts';
import { libraryStore, patchSaved } from '../../state/library/store.ts';
import { figureText } from './figures.ts';
import { WordsFields, wordsOf, type Draft } from './WordsFields.tsx';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

interface Props {
  readonly saved: Saved;
  readonly chosen: boolean;
  /** It is on the screen, or was before it was changed. */
  readonly here: boolean;
  readonly known: readonly string[];
  onChoose(chosen: boolean): void;
  onOpen(): void;
  onCompare(): void;
  onDelete(): void;
  onTag(tag: string): void;
}

/** One saved experiment; its words are changed where they stand. */
export function SavedRow({ saved, chosen, here, known, onChoose, onOpen, onCompare, onDelete, onTag }: Props) {
  const [draft, setDraft] = useState<Draft | null>(null);
  if (draft) return <Edited saved={saved} draft={draft} known={known} onDraft={setDraft} />;
  const { name, tags, note, lab, changedAt, device, picture } = saved;
  const main = mainFigure(saved);
  const facts = [
    allLabs().find((l) => l.id === lab)?.title ?? lab,
    when.format(changedAt),
    device,
    main ? `${main.metric.title} ${figureText(main.figure, main.metric.unit)}: ${main.of}` : 'without results',
  ];
  return (
    <li data-testid="saved" data-name={name} className={here ? 'here' : undefined}>
      <input
        type="checkbox"
        aria-label={`Choose “${name}”`}
        checked={chosen}
        onChange={(e) => onChoose(e.target.checked)}
      />
      <div className="saved-what">
        <p className="saved-name">
          <button
            type="button"
            className="bare"
            title="Opens it; what is on the screen is one undo away"
            onClick={onOpen}
          >
            {name}
          </button>
          {tags.map((tag) => (
            <button
              key={tag}
              type="button"
              className="chip"
              title={`Only those tagged ${tag}`}
              onClick={() => onTag(tag)}
            >
              {tag}
            </button>
          ))}
        </p>
        {note !== '' && <p className="saved-note">{note}</p>}
        <p className="fine">{facts.filter((f) => f !== '').join(' · ')}</p>
        <p className="saved-buttons">
          <button type="button" onClick={onOpen}>
            Open
          </button>
          <button
            type="button"
            aria-label={`Rename or tag “${name}”`}
            onClick={() => setDraft({ name, tags: tags.join(', '), note })}
          >
            Rename, tag
          </button>
          <button type="button" aria-label={`Compare “${name}” with the screen`} onClick={onCompare}>
            Compare with the screen
          </button>
          <button type="button" aria-label={`Delete “${name}”`} onClick={onDelete}>
            Delete
          </button>
        </p>
      </div>
      {picture !== '' && <img src={picture} alt="" height={64} />}
    </li>
  );
}

interface EditedProps {
  readonly saved: Saved;
  readonly draft: Draft;
  readonly known: readonly string[];
  onDraft(draft: Draft | null): void;
}

function Edited({ saved: { id, name }, draft, known, onDraft }: EditedProps) {
  const keep = () => {
    const words = wordsOf(draft);
    const others = (libraryStore.getState().entries ?? []).filter((s) => s.id !== id).map((s) => s.name);
    const patch = { name: freeName(words.name, others), tags: tidyTags(words.tags), note: words.note.trim() };
    if (patch.name === '') return;
    void patchSaved(id, patch);
    onDraft(null);
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key !== 'Escape') return;
    // It ends the editing, not the library.
    e.preventDefault();
    e.stopPropagation();
    onDraft(null);
  };
  return (
    <li className="edited">
      <form
        className="library-save"
        aria-label={`Words of “${name}”`}
        onKeyDown={onKey}
        onSubmit={(e) => {
          e.preventDefault();
          keep();
        }}
      >
        <WordsFields draft={draft} autoFocus known={known} onDraft={onDraft} />
        <p className="library-buttons">
          <button type="submit" className="primary" disabled={draft.name.trim() === ''}>
            Keep
          </button>
          <button type="button" onClick={() => onDraft(null)}>
            Leave as it was
          </button>
        </p>
      </form>
    </li>
  );
}
