import { lazy, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { labStore, openLibrary, ORIGIN_KEY } from '../state/labStore.ts';

const Library = lazy(() => import('./library/Library.tsx'));

/** A tab that is loaded anew still knows which saved experiment it had open. */
function followRemembered(): void {
  try {
    if (!sessionStorage.getItem(ORIGIN_KEY)) return;
  } catch {
    return;
  }
  void import('../state/library/origin.ts').then((m) => m.followOrigin());
}

/** Opens what was saved; a mark says that the experiment is not any more as it was saved. */
export function LibraryButton() {
  const departed = useStore(labStore, (s) => s.departed);
  useEffect(followRemembered, []);
  return (
    <button
      type="button"
      onClick={() => openLibrary('look')}
      title={departed === '' ? 'Experiments under a name (L)' : `Changed since it was saved as “${departed}” (L)`}
    >
      Library{departed !== '' && <b aria-label=", changed since saved"> •</b>}
    </button>
  );
}

/** The library itself, while it is open. */
export function LibraryPanel() {
  const open = useStore(labStore, (s) => s.library !== 'no');
  return open ? (
    <Suspense fallback={null}>
      <Library onClose={() => labStore.setState({ library: 'no' })} />
    </Suspense>
  ) : null;
}
