import { useEffect, useState } from 'react';
import { beginSearch } from '../../state/fit.ts';
import { Sheet } from '../../../../frame/ui/Sheet.tsx';
import { FitForm } from './FitForm.tsx';
import { FitBench } from './FitBench.tsx';
import './search.css';

/** What can be searched for, one at a time; each has its controls and its bench. */
const kinds = [
  { id: 'fit', title: 'Levels and steps', help: 'A contender fitted to the model', Form: FitForm, Bench: FitBench },
] as const;

/** Searches on the model at hand: what is looked for on the left, how it goes and what came of it on the right. */
export default function SearchView() {
  const [kind, setKind] = useState<(typeof kinds)[number]['id']>('fit');
  useEffect(() => beginSearch(), []);
  const { Form, Bench } = kinds.find((k) => k.id === kind)!;
  return (
    <main className="search-view" data-testid="search-view">
      <Sheet>
        {kinds.length > 1 && (
          <div className="segments" role="group" aria-label="What to search for">
            {kinds.map(({ id, title, help }) => (
              <button key={id} type="button" aria-pressed={id === kind} title={help} onClick={() => setKind(id)}>
                {title}
              </button>
            ))}
          </div>
        )}
        <Form />
      </Sheet>
      <div className="bench">
        <Bench />
      </div>
    </main>
  );
}
