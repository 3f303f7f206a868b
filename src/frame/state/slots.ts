import type { Slot } from '../../labs/diffusion/state/types.ts';

/** The lowest colour that no contender wears. */
export const freeSlot = (slots: readonly Slot[]): Slot => {
  let slot = 0;
  while (slots.includes(slot)) slot++;
  return slot;
};
