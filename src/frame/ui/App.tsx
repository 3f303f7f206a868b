import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import { useStore } from 'zustand';
import { allLabs, labStore, type LabEntry } from '../state/labStore.ts';
import { Header } from './Header.tsx';

const HelpTip = lazy(() => import('./HelpTip.tsx'));
const shown = new Map<string, ComponentType>();
function componentOf(lab: LabEntry): ComponentType {
  const known = shown.get(lab.id);
  if (known) return known;
  const made = lazy(lab.load as () => Promise<{ default: ComponentType }>);
  shown.set(lab.id, made);
  return made;
}

/** Whether the pointer or the keyboard has come to the page: what only they need is loaded then. */
function useUsed(): boolean {
  const [used, setUsed] = useState(false);
  useEffect(() => {
    const use = () => setUsed(true);
    for (const event of ['pointermove', 'focusin']) document.addEventListener(event, use, { once: true });
    return () => {
      for (const event of ['pointermove', 'focusin']) document.removeEventListener(event, use);
    };
  }, []);
  return used;
}

/** The open lab; each lab's code comes when it is first opened. */
export function App() {
  const open = useStore(labStore, (s) => s.lab);
  const used = useUsed();
  const Shown = componentOf(allLabs().find((l) => l.id === open)!);
  return (
    <>
      <Suspense key={open} fallback={<Header />}>
        <Shown />
      </Suspense>
      {used && (
        <Suspense fallback={null}>
          <HelpTip />
        </Suspense>
      )}
    </>
  );
}
