import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import { labStore, type Lab } from '../state/labStore.ts';
import { Header } from './Header.tsx';

const loaders = {
  diffusion: () => import('../../labs/diffusion/ui/DiffusionLab.tsx'),
  language: () => import('../../labs/language/ui/LanguageLab.tsx'),
  kernels: () => import('../../labs/kernels/ui/KernelLab.tsx'),
} as const;
/**
 * Each lab's code comes when it is first opened; the one that the address names is asked for at once, before anything
 * is drawn.
 */
void loaders[labStore.getState().lab]();
const labs: Readonly<Record<Lab, ReturnType<typeof lazy>>> = {
  diffusion: lazy(loaders.diffusion),
  language: lazy(loaders.language),
  kernels: lazy(loaders.kernels),
};

/** The open lab. */
export function App() {
  const lab = useStore(labStore, (s) => s.lab);
  const Shown = labs[lab];
  return (
    <Suspense key={lab} fallback={<Header />}>
      <Shown />
    </Suspense>
  );
}
