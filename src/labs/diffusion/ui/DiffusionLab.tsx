import { lazy, Suspense } from 'react';
import { useExperiment, useView } from './hooks.ts';
import { after } from '../../../frame/state/milestones.ts';
import { boot } from '../state/session.ts';
import { ContenderList } from './controls/ContenderList.tsx';
import { SharedControls } from './controls/SharedControls.tsx';
import { Footer } from './Footer.tsx';
import { DiffusionNotices } from './DiffusionNotices.tsx';
import { DiffusionTools } from './DiffusionTools.tsx';
import { Header } from '../../../frame/ui/Header.tsx';
import { Sheet } from '../../../frame/ui/Sheet.tsx';
import { WhenSeen } from '../../../frame/ui/WhenSeen.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { Stage } from './stage/Stage.tsx';

const Panels = lazy(async () => ({ default: (await import('./panels/Panels.tsx')).Panels }));
const Inspector = lazy(async () => ({ default: (await import('./Inspector.tsx')).Inspector }));
const Reproduction = lazy(() => import('./Reproduction.tsx'));
// Charts are the heaviest part of the page: what is looked at first is drawn first.
const Charts = lazy(() => after('first picture', 4000).then(() => import('./charts/Charts.tsx')));

// Before the first drawing, so that the worker computes while React draws.
boot();

/** Diffusion and flow models: what is compared on the left, what came of it on the right. */
export default function DiffusionLab() {
  const carried = useExperiment((s) => s.fingerprint !== null);
  const anyPanel = useView((s) => s.panel !== 'none');
  return (
    <>
      <Header>
        <DiffusionTools />
      </Header>
      <DiffusionNotices />
      {carried && (
        <Suspense fallback={null}>
          <Reproduction />
        </Suspense>
      )}
      <main>
        <Sheet>
          <SharedControls />
          <ContenderList />
        </Sheet>
        <div className="bench">
          <Stage />
          <Suspense fallback={<section className="charts loading" aria-label="Charts" />}>
            <Charts />
          </Suspense>
          <ResultsTable />
          <WhenSeen className="inspector">
            <Suspense fallback={<section className="inspector" />}>
              <Inspector />
            </Suspense>
          </WhenSeen>
        </div>
      </main>
      <Footer />
      {anyPanel && (
        <Suspense fallback={null}>
          <Panels />
        </Suspense>
      )}
    </>
  );
}
