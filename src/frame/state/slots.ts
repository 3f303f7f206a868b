/** A colour and marker that a contender keeps while it lives: 0…7; the reference solution is −1. */
export type Slot = number;
export const REFERENCE: Slot = -1;

/** The lowest colour that no contender wears. */
export const freeSlot = (slots: readonly Slot[]): Slot => {
  let slot = 0;
  while (slots.includes(slot)) slot++;
  return slot;
};
