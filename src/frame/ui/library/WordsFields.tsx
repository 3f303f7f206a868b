import { useId } from 'react';
import { LIMITS } from '../../config/library/types.ts';

/** Name, tags and note as they are typed: tags as one text, joined by commas. */
export interface Draft {
  readonly name: string;
  readonly tags: string;
  readonly note: string;
}
export const wordsOf = ({ name, tags, note }: Draft) => ({ name, tags: tags.split(','), note });

interface Props {
  readonly draft: Draft;
  readonly autoFocus: boolean;
  /** Tags that others carry. */
  readonly known: readonly string[];
  onDraft(draft: Draft): void;
}

export function WordsFields({ draft, autoFocus, known, onDraft }: Props) {
  const list = useId();
  return (
    <>
      <label className="library-name">
        Name
        <input
          type="text"
          value={draft.name}
          maxLength={LIMITS.name}
          autoFocus={autoFocus}
          onFocus={(e) => e.target.select()}
          onChange={(e) => onDraft({ ...draft, name: e.target.value })}
        />
      </label>
      <label>
        Tags, joined by commas
        <input
          type="text"
          value={draft.tags}
          list={list}
          maxLength={LIMITS.tags * (LIMITS.tag + 2)}
          onChange={(e) => onDraft({ ...draft, tags: e.target.value })}
        />
        <datalist id={list}>
          {known.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
      </label>
      <label className="library-note">
        Note
        <textarea
          rows={1}
          value={draft.note}
          maxLength={LIMITS.note}
          onChange={(e) => onDraft({ ...draft, note: e.target.value })}
        />
      </label>
    </>
  );
}
