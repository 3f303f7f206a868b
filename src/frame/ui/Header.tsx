import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { allLabs, labStore, openLab } from '../state/labStore.ts';
import { ColoursButton } from './ColoursButton.tsx';

/** Past the header and the controls: to the first thing in the results that takes keys. */
function toResults(): void {
  const results = document.querySelector('main .bench') ?? document.querySelector('main');
  results?.querySelector<HTMLElement>('[tabindex="0"], button, input, select, a')?.focus();
}

/** The name, the labs, and what the open lab puts beside them. */
export function Header({ children }: { children?: ReactNode }) {
  const open = useStore(labStore, (s) => s.lab);
  return (
    <header className="top">
      <button type="button" className="skip" onClick={toResults}>
        Skip to the results
      </button>
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
          className="bare keys"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={() => labStore.setState({ help: true })}
        >
          ?
        </button>
      </div>
    </header>
  );
}
