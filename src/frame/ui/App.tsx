import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { useStore } from 'zustand';
import { allLabs, labStore, type LabEntry } from '../state/labStore.ts';
import { Header } from './Header.tsx';

const Shortcuts = lazy(() => import('./panels/Shortcuts.tsx'));

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
    <>
      <Suspense key={open} fallback={<Header />}>
        <Shown />
      </Suspense>
      <Help />
    </>
  );
}

/** The keyboard shortcuts, opened by "?" or the header's button; they stay open while a lab is loaded. */
function Help() {
  const open = useStore(labStore, (s) => s.help);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const typing = e.target instanceof Element && e.target.matches('textarea, input:not([type=range])');
      if (e.key === '?' && !typing && document.querySelector('dialog[open]') === null)
        labStore.setState({ help: true });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return open ? (
    <Suspense fallback={null}>
      <Shortcuts onClose={() => labStore.setState({ help: false })} />
    </Suspense>
  ) : null;
}
