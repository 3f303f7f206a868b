import { lazy, Suspense } from 'react';
import type { TextView } from '../config/presetOfText.ts';

const TextClaim = lazy(() => import('./TextClaim.tsx'));

/** What to look for in a view, while what it shows is one of the gallery's; the gallery's texts come after the view. */
export const ViewClaim = (of: { readonly view: TextView; readonly text: string }) => (
  <Suspense fallback={null}>
    <TextClaim {...of} />
  </Suspense>
);
