import { useRef } from 'react';
import { orders, type Order, type Query } from '../../config/library/search.ts';
import { LIMITS, type Saved } from '../../config/library/types.ts';
import { exportSaved, takeLibrary } from '../../state/library/actions.ts';
import { say } from '../../state/library/message.ts';

interface Props {
  readonly query: Query;
  readonly tags: readonly (readonly [tag: string, count: number])[];
  readonly all: readonly Saved[];
  readonly chosen: readonly Saved[];
  onQuery(query: Query): void;
  onCompare(): void;
  onDelete(): void;
}

async function take(file: File | undefined): Promise<void> {
  if (!file) return;
  if (file.size > LIMITS.file)
    return say(`“${file.name}” has ${Math.round(file.size / 1e6)} MB, too many for a library.`);
  await takeLibrary(file.name, await file.text(), null);
}

/** Finding, and what is done with several. */
export function SavedTools({ query, tags, all, chosen, onQuery, onCompare, onDelete }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <div className="library-tools">
        <input
          type="search"
          aria-label="Search the library"
          placeholder="Name, #tag, model, sampler …"
          value={query.text}
          onChange={(e) => onQuery({ ...query, text: e.target.value })}
        />
        <select
          aria-label="Order"
          value={query.order}
          onChange={(e) => onQuery({ ...query, order: e.target.value as Order })}
        >
          {Object.entries(orders).map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        {chosen.length > 0 && (
          <>
            <button
              type="button"
              disabled={chosen.length !== 2}
              title={chosen.length === 2 ? '' : 'Choose two to compare them'}
              onClick={onCompare}
            >
              Compare the two
            </button>
            <button type="button" onClick={onDelete}>
              Delete {chosen.length}
            </button>
          </>
        )}
        <button type="button" disabled={all.length === 0} onClick={() => exportSaved(chosen.length > 0 ? chosen : all)}>
          Export {chosen.length > 0 ? chosen.length : 'all'}
        </button>
        <button
          type="button"
          title="A library file of this page; it can be dropped on the page too"
          onClick={() => picker.current?.click()}
        >
          Import…
        </button>
        <input
          ref={picker}
          type="file"
          hidden
          accept=".json,application/json"
          data-testid="library-file"
          onChange={(e) => {
            const { target } = e;
            // The same file may be chosen again.
            void take(target.files?.[0]).finally(() => (target.value = ''));
          }}
        />
      </div>
      {tags.length > 0 && (
        <div className="chips" role="group" aria-label="Tags">
          {tags.map(([tag, count]) => (
            <button
              key={tag}
              type="button"
              className="chip"
              aria-pressed={query.tag === tag}
              onClick={() => onQuery({ ...query, tag: query.tag === tag ? '' : tag })}
            >
              {tag} {count}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
