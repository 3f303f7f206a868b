// What the worker told of itself: the catalogue, what this device cannot run, and the tuning kept for it.
import { createStore } from 'zustand/vanilla';
import type { FamilyInfo, Shape, Tuning } from './types.ts';

export interface CatalogueState {
  readonly families: readonly FamilyInfo[];
  readonly tuning: Tuning | null;
  /** Ordered versions that this device cannot run, as sentences. */
  readonly refused: readonly string[];
}
export const catalogue = createStore<CatalogueState>(() => ({ families: [], tuning: null, refused: [] }));

export const familyOf = (families: readonly FamilyInfo[], id: string): FamilyInfo | undefined =>
  families.find((f) => f.id === id);
/** The shape in force: the experiment's own, else the family's first. */
export const shapeOf = (family: FamilyInfo, shape: Shape | null): Shape => shape ?? family.shapes[0]!.shape;
