import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { useStore } from 'zustand';
import { allLabs, labStore, openLibrary, type LabEntry } from '../state/labStore.ts';
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

/** The keys of the whole page: the list of shortcuts, the library, saving in it. */
function onKey(e: KeyboardEvent): void {
  const typing = e.target instanceof Element && e.target.matches('textarea, select, input:not([type=range])');
  const save = (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key === 's';
  // The browser's own saving would keep a page without its experiment.
  if (save) e.preventDefault();
  if (document.querySelector('dialog[open]') !== null) return;
  if (save) openLibrary('save');
  else if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
  else if (e.key === '?') labStore.setState({ help: true });
  else if (e.key === 'l') openLibrary('look');
}

/** The keyboard shortcuts; they stay open while a lab is loaded. */
function Help() {
  const open = useStore(labStore, (s) => s.help);
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return open ? (
    <Suspense fallback={null}>
      <Shortcuts onClose={() => labStore.setState({ help: false })} />
    </Suspense>
  ) : null;
}
