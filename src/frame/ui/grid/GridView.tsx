import { useEffect } from 'react';
import { useStore } from 'zustand';
import { Sheet } from '../Sheet.tsx';
import { Builder } from './Builder.tsx';
import { GridContext, type GridUi } from './context.ts';
import { Results } from './Results.tsx';
import { RunBar } from './RunBar.tsx';
import './grid.css';

/** A grid: what its cells share on the left; axes, pictures and charts on the right. */
export function GridView(ui: GridUi) {
  const { grid, Base } = ui;
  useEffect(() => grid.begin(), [grid]);
  // Axes are drawn from the texts that the plan was read from.
  useStore(grid.plan);
  return (
    <GridContext value={ui}>
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
    </GridContext>
  );
}
