// Coming back to Compare from a view that had the device to itself.
import { runAgain } from './again.ts';
import { experimentStore } from './experimentStore.ts';
import { runStore } from './runStore.ts';
import { sweepStore } from './sweepStore.ts';

export function compareAgain(): void {
  const { phase, experiment } = runStore.getState();
  const cut = phase !== 'done' || sweepStore.getState().phase === 'cancelled';
  if (cut || experiment !== experimentStore.getState().experiment) runAgain();
}
