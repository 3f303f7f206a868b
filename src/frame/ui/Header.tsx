import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { labStore, openLab, type Lab } from '../state/labStore.ts';

const LABS: readonly (readonly [Lab, string, string])[] = [
  ['diffusion', 'Diffusion', 'Samplers of diffusion and flow models, compared on the same noise'],
  ['language', 'Language', 'Samplers of language models, compared on the same luck'],
  ['kernels', 'Kernels', 'How fast and how right the kernels are on this machine'],
];

/** The name, the labs, and what the open lab puts beside them. */
export function Header({ children }: { children?: ReactNode }) {
  const open = useStore(labStore, (s) => s.lab);
  return (
    <header className="top">
      <h1>Stepscope</h1>
      <div className="labs" role="navigation" aria-label="Labs">
        {LABS.map(([lab, title, help]) => (
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
    </header>
  );
}
