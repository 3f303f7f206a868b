import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { setFamily } from '../../state/experimentStore.ts';
import type { FamilyInfo } from '../../state/types.ts';
import { useMedia } from '../../../../frame/ui/layout.ts';
import { useFamilies } from '../hooks.ts';
import { counted, foundFamilies, groupedFamilies } from '../text.ts';

/** The kernel families under their groups: a list to search on a wide page, a menu on a narrow one. */
export function FamilyPicker({ family }: { family: FamilyInfo }) {
  const families = useFamilies();
  const [search, setSearch] = useState('');
  const narrow = useMedia('(max-width: 1099px)');
  const list = useRef<HTMLDivElement>(null);
  // One stop of the Tab key; the arrows go through the list.
  const found = foundFamilies(families, search);
  const stop = found.find((f) => f.id === family.id) ?? found[0];
  useEffect(
    () => void list.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest' }),
    [family.id, families, narrow],
  );
  if (narrow) {
    return (
      <label className="stack">
        Kernel family
        <select value={family.id} onChange={(e) => setFamily(e.target.value)} data-testid="family">
          {groupedFamilies(families).map(({ group, items }) => (
            <optgroup key={group} label={group}>
              {items.map((f) => (
                <option key={f.id} value={f.id}>
                  {f.title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
    );
  }
  const step = (e: KeyboardEvent, from: FamilyInfo | undefined) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const to = by && found[(from ? found.indexOf(from) : -1) + by];
    if (!to) return;
    e.preventDefault();
    list.current?.querySelector<HTMLElement>(`[data-family="${to.id}"]`)?.focus();
  };
  return (
    <div className="family-picker" data-testid="family" data-value={family.id}>
      <input
        type="text"
        aria-label="Search the kernel families"
        placeholder={`Search ${families.length} kernel families`}
        value={search}
        onChange={(e) => setSearch(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && found[0]) setFamily(found[0].id);
          else if (e.key === 'Escape') setSearch('');
          else step(e, undefined);
        }}
      />
      <div className="family-list" ref={list}>
        {groupedFamilies(found).map(({ group, items }) => (
          <div key={group} role="group" aria-label={group}>
            <h3>{group}</h3>
            {items.map((f) => (
              <FamilyButton
                key={f.id}
                family={f}
                chosen={f.id === family.id}
                stop={f === stop}
                onKey={(e) => step(e, f)}
              />
            ))}
          </div>
        ))}
        {found.length === 0 && <p className="fine">No family has these words in its name, group or description.</p>}
      </div>
    </div>
  );
}

interface ButtonProps {
  readonly family: FamilyInfo;
  readonly chosen: boolean;
  /** The Tab key stops here. */
  readonly stop: boolean;
  onKey(e: KeyboardEvent): void;
}
function FamilyButton({ family: f, chosen, stop, onKey }: ButtonProps) {
  const versions = counted(f.versions.length, 'version');
  return (
    <button
      type="button"
      data-family={f.id}
      tabIndex={stop ? 0 : -1}
      aria-pressed={chosen}
      title={f.summary}
      onClick={() => setFamily(f.id)}
      onKeyDown={onKey}
    >
      <span>{f.title}</span>
      {f.versions.length > 1 && (
        <span className="fine" role="img" aria-label={versions} title={versions}>
          {f.versions.length}
        </span>
      )}
    </button>
  );
}
