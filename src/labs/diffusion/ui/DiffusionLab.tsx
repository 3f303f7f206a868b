import { lazy, Suspense } from 'react';
import { useExperiment, useView } from './hooks.ts';
import { after } from '../../../frame/state/milestones.ts';
import { isRowed } from '../config/rowedViews.ts';
import { boot } from '../state/session.ts';
import { setView, type LabView } from '../state/viewStore.ts';
import { ContenderList } from './controls/ContenderList.tsx';
import { SharedControls } from './controls/SharedControls.tsx';
import { Footer } from './Footer.tsx';
import { DiffusionNotices } from './DiffusionNotices.tsx';
import { DiffusionTools } from './DiffusionTools.tsx';
import { Header } from '../../../frame/ui/Header.tsx';
import { ViewTabs } from '../../../frame/ui/ViewTabs.tsx';
import { Sheet } from '../../../frame/ui/Sheet.tsx';
import { WhenSeen } from '../../../frame/ui/WhenSeen.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { Stage } from './stage/Stage.tsx';

const Panels = lazy(async () => ({ default: (await import('./panels/Panels.tsx')).Panels }));
const BelowResults = lazy(() => import('./BelowResults.tsx'));
const CellBar = lazy(() => import('./grid/Bar.tsx'));
const Grid = lazy(async () => ({ default: (await import('./grid/Grid.tsx')).Grid }));
const Edit = lazy(async () => ({ default: (await import('./edit/EditView.tsx')).EditView }));
const Distil = lazy(() => import('./distil/DistilView.tsx'));
const Sequences = lazy(() => import('./sequences/SequencesView.tsx'));
const Discrete = lazy(() => import('./discrete/DiscreteView.tsx'));
const Search = lazy(() => import('./search/SearchView.tsx'));
const Reproduction = lazy(() => import('./Reproduction.tsx'));
// Charts are the heaviest part of the page: what is looked at first is drawn first.
const Charts = lazy(() => after('first picture', 4000).then(() => import('./charts/Charts.tsx')));

// Before the first drawing, so that the worker computes while React draws.
boot();

const views: readonly { readonly id: LabView; readonly title: string; readonly help: string }[] = [
  { id: 'compare', title: 'Compare', help: 'Contenders side by side, on the same noise' },
  { id: 'grid', title: 'Grid', help: 'Every combination of settings: pictures, heat map and lines' },
  {
    id: 'search',
    title: 'Search',
    help: 'Levels, steps and coefficients found for the model at hand, or samples among noises',
  },
  { id: 'edit', title: 'Edit', help: 'Given pictures or points: inverted, edited, restored, by several methods' },
  { id: 'distil', title: 'Distil', help: 'Particles that a model pushes to its data: score distillation, live' },
  { id: 'sequences', title: 'Sequences', help: 'Toy videos made frame by frame: what is forgotten, and what adds up' },
  { id: 'discrete', title: 'Discrete', help: 'Tokens of a known law: what steps, scales and times cost, exactly' },
];

/** One view works at a time, and that is the one in sight. */
const NO_DOTS = {
  compare: false,
  grid: false,
  search: false,
  edit: false,
  distil: false,
  sequences: false,
  discrete: false,
};

/** To the search and to tasks there is one way, to the grid from one of its cells another. */
async function lookAt(labView: LabView): Promise<void> {
  if (labView === 'search' || labView === 'edit' || isRowed(labView)) setView({ labView });
  else (await import('../state/grid.ts')).grid.lookAt(labView);
}

/** Diffusion and flow models: what is compared on the left, what came of it on the right. */
export default function DiffusionLab() {
  const carried = useExperiment((s) => s.fingerprint !== null);
  const anyPanel = useView((s) => s.panel !== 'none');
  const view = useView((s) => s.labView);
  const ofGrid = useView((s) => s.cell !== null);
  return (
    <>
      <Header>
        <DiffusionTools />
      </Header>
      <DiffusionNotices />
      {carried && view === 'compare' && (
        <Suspense fallback={null}>
          <Reproduction />
        </Suspense>
      )}
      <ViewTabs
        label="Views of the diffusion lab"
        views={views}
        now={view}
        busy={NO_DOTS}
        onPick={(to) => void lookAt(to)}
      />
      {ofGrid && (
        <Suspense fallback={null}>
          <CellBar />
        </Suspense>
      )}
      <Suspense fallback={<main />}>
        <View view={view} />
      </Suspense>
      <Footer />
      {anyPanel && (
        <Suspense fallback={null}>
          <Panels />
        </Suspense>
      )}
    </>
  );
}

function View({ view }: { view: LabView }) {
  switch (view) {
    case 'grid':
      return <Grid />;
    case 'search':
      return <Search />;
    case 'edit':
      return <Edit />;
    case 'distil':
      return <Distil />;
    case 'sequences':
      return <Sequences />;
    case 'discrete':
      return <Discrete />;
    case 'compare':
      return <Compare />;
    default:
      return view satisfies never;
  }
}

function Compare() {
  return (
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
            <BelowResults />
          </Suspense>
        </WhenSeen>
      </div>
    </main>
  );
}
