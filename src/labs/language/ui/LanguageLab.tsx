import { lazy, Suspense } from 'react';
import { ViewTabs } from '../../../frame/ui/ViewTabs.tsx';
import { boot, lookAt } from '../state/session.ts';
import { Header } from '../../../frame/ui/Header.tsx';
import { ContenderList } from './contenders/ContenderList.tsx';
import { useLanguageView } from './hooks.ts';
import { TokenInspector } from './inspector/TokenInspector.tsx';
import { Sheet } from '../../../frame/ui/Sheet.tsx';
import { LanguageNotices } from './LanguageNotices.tsx';
import { LanguageReproduction } from './LanguageReproduction.tsx';
import { LanguageTools } from './LanguageTools.tsx';
import { LoadBar } from '../../../frame/ui/model/LoadBar.tsx';
import { modelChoice } from '../state/model.ts';
import { ModelPanel } from './model/ModelPanel.tsx';
import { PromptBox } from './prompt/PromptBox.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { Stage } from './stage/Stage.tsx';
import '../../../frame/ui/styles/chips.css';
import './language.css';
import './texts.css';
import './inspector.css';
import './narrow.css';

const Panels = lazy(async () => ({ default: (await import('./panels/Panels.tsx')).Panels }));
const Chat = lazy(() => import('./chat/ChatView.tsx'));
const Charts = lazy(() => import('./charts/Charts.tsx'));

// Before the first drawing, so that the worker computes while React draws.
boot();

const views = [
  { id: 'compare', title: 'Compare', help: 'Contenders side by side, on the same random numbers' },
  {
    id: 'chat',
    title: 'Chat',
    help: 'A conversation of several turns; every reply by all contenders, and you choose which goes on',
  },
] as const;
/** One view works at a time, and that is the one in sight. */
const NO_DOTS = { compare: false, chat: false };

/** Language models: what is compared on the left, what it wrote on the right. */
export default function LanguageLab() {
  const anyPanel = useLanguageView((s) => s.panel !== 'none');
  const open = useLanguageView((s) => s.place !== null);
  const view = useLanguageView((s) => s.view);
  return (
    <>
      <Header>
        <LanguageTools />
      </Header>
      <LanguageNotices />
      {view === 'compare' && <LanguageReproduction />}
      <ViewTabs label="Views of the language lab" views={views} now={view} busy={NO_DOTS} onPick={lookAt} />
      <LoadBar choice={modelChoice} />
      {view === 'chat' ? (
        <Suspense fallback={<main className="language" />}>
          <Chat />
        </Suspense>
      ) : (
        <Compare open={open} />
      )}
      <footer>
        <p>
          Everything is computed on this machine; models from the hub come from huggingface.co when you ask for them,
          nothing else is fetched or sent. The address of the page is the experiment.
        </p>
      </footer>
      {open && <TokenInspector />}
      {anyPanel && (
        <Suspense fallback={null}>
          <Panels />
        </Suspense>
      )}
    </>
  );
}

function Compare({ open }: { open: boolean }) {
  return (
    <main className="language">
      <Sheet>
        <ModelPanel />
        <PromptBox />
        <ContenderList />
      </Sheet>
      <div className="bench">
        <Stage />
        <ResultsTable />
        <Suspense fallback={<section className="charts loading" aria-label="Charts" />}>
          <Charts />
        </Suspense>
        {open && <div className="inspector-room" />}
      </div>
    </main>
  );
}
