import { lazy, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { beginSearch } from '../../state/fit.ts';
import { Sheet } from '../../../../frame/ui/Sheet.tsx';
import { FitForm } from './FitForm.tsx';
import { FitBench } from './FitBench.tsx';
import { searchKind } from '../../state/seekText.ts';
import './search.css';

const NoiseForm = lazy(async () => ({ default: (await import('./noise/NoiseForm.tsx')).NoiseForm }));
const NoiseBench = lazy(async () => ({ default: (await import('./noise/NoiseBench.tsx')).NoiseBench }));

/** What can be searched for, one at a time; each has its controls and its bench. */
const kinds = [
  { id: 'fit', title: 'Levels and steps', help: 'A contender fitted to the model', Form: FitForm, Bench: FitBench },
  { id: 'noise', title: 'Noise', help: 'Samples chosen by a verifier', Form: NoiseForm, Bench: NoiseBench },
] as const;

/** Searches on the model at hand: what is looked for on the left, how it goes and what came of it on the right. */
export default function SearchView() {
  const kind = useStore(searchKind, (s) => s.kind);
  useEffect(() => beginSearch(), []);
  const { Form, Bench } = kinds.find((k) => k.id === kind)!;
  return (
    <main className="search-view" data-testid="search-view">
      <Sheet>
        <Suspense fallback={null}>
          <Form />
        </Suspense>
      </Sheet>
      <div className="bench">
        <div className="segments" role="group" aria-label="What to search for">
          {kinds.map(({ id, title, help }) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === kind}
              title={help}
              onClick={() => searchKind.setState({ kind: id })}
            >
              {title}
            </button>
          ))}
        </div>
        <Suspense fallback={null}>
          <Bench />
        </Suspense>
      </div>
    </main>
  );
}
