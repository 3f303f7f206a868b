import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { isTyping } from '../state/life.ts';
import { allLabs, labStore, openLab } from '../state/labStore.ts';
import { ColoursButton } from './ColoursButton.tsx';

const Shortcuts = lazy(() => import('./panels/Shortcuts.tsx'));

/** The name, the labs, and what the open lab puts beside them. */
export function Header({ children }: { children?: ReactNode }) {
  const open = useStore(labStore, (s) => s.lab);
  const [help, setHelp] = useState(false);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key === '?' && !isTyping(e) && document.querySelector('dialog[open]') === null) setHelp(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <header className="top">
      <h1>Stepscope</h1>
      <div className="labs" role="navigation" aria-label="Labs">
        {allLabs().map(({ id: lab, title, help }) => (
          <button
            key={lab}
            type="button"
            aria-current={lab === open ? 'page' : undefined}
            title={help}
            onClick={() => openLab(lab)}
          >
            {title}
          </button>
        ))}
      </div>
      {children}
      <div className="page-tools">
        <ColoursButton />
        <button
          type="button"
          className="bare"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={() => setHelp(true)}
        >
          ?
        </button>
      </div>
      {help && (
        <Suspense fallback={null}>
          <Shortcuts onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </header>
  );
}
