import { lazy, Suspense } from 'react';
import { ContenderList } from './controls/ContenderList.tsx';
import { SharedControls } from './controls/SharedControls.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { useView } from './hooks.ts';
import { Inspector } from './Inspector.tsx';
import { Notices } from './Notices.tsx';
import { Device } from './panels/Device.tsx';
import { Gallery } from './panels/Gallery.tsx';
import { History } from './panels/History.tsx';
import { Reproduction } from './Reproduction.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { Stage } from './stage/Stage.tsx';

const Charts = lazy(() => import('./charts/Charts.tsx'));

/** The page: what is compared on the left, what came of it on the right. */
export function App() {
  const panel = useView((s) => s.panel);
  return (
    <>
      <Header />
      <Notices />
      <Reproduction />
      <main>
        <div className="controls">
          <SharedControls />
          <ContenderList />
        </div>
        <div className="bench">
          <Stage />
          <Suspense fallback={<section className="charts loading" aria-label="Charts" />}><Charts /></Suspense>
          <ResultsTable />
          <Inspector />
        </div>
      </main>
      <Footer />
      {panel === 'gallery' && <Gallery />}
      {panel === 'history' && <History />}
      {panel === 'device' && <Device />}
    </>
  );
}
