import { lazy, Suspense } from 'react';
import { Header } from '../../../frame/ui/Header.tsx';
import { LoadBar } from '../../../frame/ui/model/LoadBar.tsx';
import { WhenSeen } from '../../../frame/ui/WhenSeen.tsx';
import { Sheet } from '../../../frame/ui/Sheet.tsx';
import { ViewTabs } from '../../../frame/ui/ViewTabs.tsx';
import { choice } from '../state/model.ts';
import { boot } from '../state/session.ts';
import type { LabView } from '../state/viewStore.ts';
import { ContenderList } from './controls/ContenderList.tsx';
import { PromptBox } from './controls/PromptBox.tsx';
import { SharedControls } from './controls/SharedControls.tsx';
import { Footer } from './Footer.tsx';
import { useView } from './hooks.ts';
import { ModelPanel } from './model/ModelPanel.tsx';
import { PicturesNotices } from './PicturesNotices.tsx';
import { PicturesReproduction } from './PicturesReproduction.tsx';
import { PicturesTools } from './PicturesTools.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { Stage } from './stage/Stage.tsx';
import '../../../frame/ui/styles/chips.css';
import './pictures.css';

const Panels = lazy(async () => ({ default: (await import('./panels/Panels.tsx')).Panels }));
const Verified = lazy(() => import('./Verified.tsx'));
const Charts = lazy(() => import('./charts/Charts.tsx'));
const Bar = lazy(() => import('./grid/Bar.tsx'));
const Grid = lazy(() => import('./grid/Grid.tsx'));

// Before the first drawing, so that the worker computes while React draws.
boot();

const views: readonly { readonly id: LabView; readonly title: string; readonly help: string }[] = [
  { id: 'compare', title: 'Compare', help: 'Contenders side by side, on the same noise and words' },
  { id: 'grid', title: 'Grid', help: 'Every combination of prompts and settings: pictures, heat map and lines' },
];
/** One view works at a time, and that is the one in sight. */
const NO_DOTS = { compare: false, grid: false };

/** Published diffusion models: what is compared on the left, the pictures on the right. */
export default function PicturesLab() {
  const anyPanel = useView((s) => s.panel !== 'none');
  const view = useView((s) => s.labView);
  const ofGrid = useView((s) => s.cell !== null);
  return (
    <>
      <Header>
        <PicturesTools />
      </Header>
      <PicturesNotices />
      {view === 'compare' && <PicturesReproduction />}
      <ViewTabs
        label="Views of the pictures lab"
        views={views}
        now={view}
        busy={NO_DOTS}
        onPick={(to) => void import('../state/grid.ts').then(({ grid }) => grid.lookAt(to))}
      />
      {ofGrid && (
        <Suspense fallback={null}>
          <Bar />
        </Suspense>
      )}
      <LoadBar choice={choice} />
      {view === 'grid' ? (
        <Suspense fallback={<main />}>
          <Grid />
        </Suspense>
      ) : (
        <Compare />
      )}
      <Footer />
      {anyPanel && (
        <Suspense fallback={null}>
          <Panels />
        </Suspense>
      )}
    </>
  );
}

function Compare() {
  return (
    <main className="pictures">
      <Sheet>
        <ModelPanel />
        <SharedControls />
        <ContenderList />
      </Sheet>
      <div className="bench">
        <PromptBox />
        <Stage />
        <ResultsTable />
        <WhenSeen className="verified-note">
          <Suspense fallback={null}>
            <Verified />
          </Suspense>
        </WhenSeen>
        <Suspense fallback={<section className="charts loading" aria-label="Charts" />}>
          <Charts />
        </Suspense>
      </div>
    </main>
  );
}
