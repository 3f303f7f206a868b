import { useEffect } from 'react';
import { beginGrid } from '../../state/gridSession.ts';
import { Sheet } from '../../../../frame/ui/Sheet.tsx';
import { Base } from './Base.tsx';
import { Builder } from './Builder.tsx';
import { Results } from './Results.tsx';
import { RunBar } from './RunBar.tsx';
import './grid.css';

/** A grid: what its cells share on the left; axes, pictures and charts on the right. */
export function GridView() {
  useEffect(() => beginGrid(), []);
  return (
    <main className="grid-view" data-testid="grid-view">
      <Sheet>
        <Base />
      </Sheet>
      <div className="bench">
        <section className="grid-builder" aria-label="Axes of the grid">
          <Builder />
          <RunBar />
        </section>
        <Results />
      </div>
    </main>
  );
}
