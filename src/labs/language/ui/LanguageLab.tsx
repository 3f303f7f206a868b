import { lazy, Suspense } from 'react';
import { boot } from '../state/session.ts';
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
const Charts = lazy(() => import('./charts/Charts.tsx'));

// Before the first drawing, so that the worker computes while React draws.
boot();

/** Language models: what is compared on the left, what it wrote on the right. */
export default function LanguageLab() {
  const anyPanel = useLanguageView((s) => s.panel !== 'none');
  const open = useLanguageView((s) => s.place !== null);
  return (
    <>
      <Header>
        <LanguageTools />
      </Header>
      <LanguageNotices />
      <LanguageReproduction />
      <LoadBar choice={modelChoice} />
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
