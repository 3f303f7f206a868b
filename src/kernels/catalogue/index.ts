import { attention } from './attention.ts';
import { layernorm } from './layernorm.ts';
import { matmul } from './matmul.ts';
import { matvec } from './matvec.ts';
import { softmax } from './softmax.ts';
import type { Family } from './types.ts';

export type { Dim, Expected, Family, FamilyVersion, Group, Output, Prepared, Shape, Work } from './types.ts';

/** Every kernel family. */
export const families: readonly Family[] = [
  ...matmul,
  ...matvec,
  attention,
  softmax,
  layernorm,
];
export const familyById = (id: string): Family | undefined => families.find((f) => f.id === id);
