// Which lab is open. The address says it, so that a link opens its own lab; each lab keeps its own hash while the other
// is shown.
import { createStore } from 'zustand/vanilla';

export type Lab = 'diffusion' | 'language' | 'kernels';

/** The lab that a location hash belongs to. */
export const labOf = (hash: string): Lab =>
  (/(?:^|[#?&])lab=(language|kernels)(?:&|$)/.exec(hash)?.[1] as Lab | undefined) ?? 'diffusion';

export const labStore = createStore<{ readonly lab: Lab }>(() => ({ lab: labOf(location.hash) }));
export const inLab = (lab: Lab): boolean => labStore.getState().lab === lab;

const START: Readonly<Record<Lab, string>> = { diffusion: '', language: '#lab=language', kernels: '#lab=kernels' };
const left = new Map<Lab, string>();
/** What a lab is left with, when the address had not yet caught up with its last edit. */
export const keepHash = (lab: Lab, hash: string): void => void left.set(lab, hash);

/** Goes to a lab as it was left. The way back is a step of the browser's history. */
export function openLab(lab: Lab): void {
  const { lab: here } = labStore.getState();
  if (lab === here) return;
  left.set(here, location.hash);
  history.pushState(null, '', (left.get(lab) ?? START[lab]) || location.pathname + location.search);
  labStore.setState({ lab });
}

/** Follows links and the browser's own back and forward; must be called before a lab listens to the hash itself. */
export function watchAddress(): void {
  window.addEventListener('hashchange', (e) => {
    const { lab: here } = labStore.getState();
    const lab = labOf(location.hash);
    if (lab === here) return;
    left.set(here, new URL(e.oldURL).hash);
    labStore.setState({ lab });
  });
}
