import { lazy, Suspense } from 'react';
import { Header } from '../../../frame/ui/Header.tsx';
import { LoadBar } from '../../../frame/ui/model/LoadBar.tsx';
import { WhenSeen } from '../../../frame/ui/WhenSeen.tsx';
import { Sheet } from '../../../frame/ui/Sheet.tsx';
import { choice } from '../state/model.ts';
import { boot } from '../state/session.ts';
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

// Before the first drawing, so that the worker computes while React draws.
boot();

/** Published diffusion models: what is compared on the left, the pictures on the right. */
export default function PicturesLab() {
  const anyPanel = useView((s) => s.panel !== 'none');
  return (
    <>
      <Header>
        <PicturesTools />
      </Header>
      <PicturesNotices />
      <PicturesReproduction />
      <LoadBar choice={choice} />
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
      <Footer />
      {anyPanel && (
        <Suspense fallback={null}>
          <Panels />
        </Suspense>
      )}
    </>
  );
}
