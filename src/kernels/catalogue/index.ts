import type { Family } from './types.ts';

export type { Dim, Expected, Family, FamilyVersion, Group, Output, Prepared, Shape, Work } from './types.ts';

/** Every kernel family by id. */
export const families: readonly Family[] = [];
export const familyById = (id: string): Family | undefined => families.find((f) => f.id === id);
