import { lazy, Suspense, type ComponentType } from 'react';
import { useStore } from 'zustand';
import { allLabs, labStore, type LabEntry } from '../state/labStore.ts';
import { Header } from './Header.tsx';

const shown = new Map<string, ComponentType>();
function componentOf(lab: LabEntry): ComponentType {
  const known = shown.get(lab.id);
  if (known) return known;
  const made = lazy(lab.load as () => Promise<{ default: ComponentType }>);
  shown.set(lab.id, made);
  return made;
}

/** The open lab; each lab's code comes when it is first opened. */
export function App() {
  const open = useStore(labStore, (s) => s.lab);
  const Shown = componentOf(allLabs().find((l) => l.id === open)!);
  return (
    <Suspense key={open} fallback={<Header />}>
      <Shown />
    </Suspense>
  );
}
