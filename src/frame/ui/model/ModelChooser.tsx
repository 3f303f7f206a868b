import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { FitReport } from '../../../engine/modelRequests.ts';
import { formatSource, type ModelSource } from '../../../hub/source.ts';
import type { MenuItem } from '../../config/menu.ts';
import type { ShownChoice } from '../../state/modelChoiceTypes.ts';
import { DropZone, type DropZoneProps } from './DropZone.tsx';
import { FitTable, type FitTableProps } from './FitTable.tsx';
import { HubForm, type HubFormProps } from './HubForm.tsx';
import { Stored } from './Stored.tsx';
import './model.css';

const ORIGINS = [
  ['bundled', 'Bundled'],
  ['hub', 'From the hub'],
  ['file', 'Your disk'],
] as const;

export interface ModelChooserProps<Id extends string, Fit extends FitReport> {
  readonly choice: ShownChoice<Fit>;
  /** The experiment's model. */
  readonly source: ModelSource<Id>;
  readonly bundled: { readonly items: readonly MenuItem<Id>[]; readonly choose: (id: Id) => void };
  readonly hub: Pick<HubFormProps, 'suggested' | 'file'>;
  readonly disk: Pick<DropZoneProps, 'accept' | 'children'>;
  readonly about?: FitTableProps<Fit>['about'];
  /** What the lab says of the model in use, and its further settings. */
  readonly children?: ReactNode;
}

function Bundled<Id extends string>({
  id,
  items,
  choose,
}: { readonly id: Id | null } & ModelChooserProps<Id, FitReport>['bundled']) {
  return (
    <>
      <select aria-label="Bundled model" value={id ?? ''} onChange={(e) => choose(e.target.value as Id)}>
        {id === null && (
          <option value="" disabled>
            Choose a bundled model
          </option>
        )}
        {items.map((m) => (
          <option key={m.id} value={m.id}>
            {m.title}
          </option>
        ))}
      </select>
      {id !== null && <p className="summary">{items.find((m) => m.id === id)?.summary}</p>}
    </>
  );
}

/** The model in use, and the ways to another. */
export function ModelChooser<Id extends string, Fit extends FitReport>({
  choice,
  source,
  bundled,
  hub,
  disk,
  about,
  children,
}: ModelChooserProps<Id, Fit>) {
  const loaded = useStore(choice.store, (s) => s.loaded);
  const offer = useStore(choice.store, (s) => s.offer);
  const refused = useStore(choice.store, (s) => s.refused);
  const [from, setFrom] = useState(source.from);
  const [seen, setSeen] = useState(source);
  if (seen !== source) {
    setSeen(source);
    setFrom(source.from);
  }
  const id = source.from === 'bundled' ? source.id : null;
  return (
    <section className="model-panel" aria-label="Model">
      <div className="section-head">
        <h2>Model</h2>
        <div className="segmented" role="radiogroup" aria-label="Where the model comes from">
          {ORIGINS.map(([value, title]) => (
            <label key={value}>
              <input
                type="radio"
                name="origin"
                checked={from === value}
                onChange={() => {
                  setFrom(value);
                  choice.putAway();
                }}
              />
              {title}
            </label>
          ))}
        </div>
      </div>
      {from === 'bundled' && <Bundled id={id} {...bundled} />}
      {from === 'hub' && <HubForm key={formatSource(source)} choice={choice} source={source} {...hub} />}
      {from === 'file' && <DropZone choice={choice} {...disk} />}
      {refused && (
        <p className="refusal" role="alert">
          <b>{refused.message}</b> {refused.hint}
        </p>
      )}
      {offer && <FitTable choice={choice} offer={offer} {...(about && { about })} />}
      <Stored choice={choice} />
      {loaded && (from !== 'bundled' || formatSource(loaded.source) !== id) && (
        <p className="model-name">
          In use: <b>{loaded.title}</b>
        </p>
      )}
      {children}
    </section>
  );
}
