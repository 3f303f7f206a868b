// The sweep over evaluation budgets and seeds: the points of the charts, by contender slot.
import { createStore } from 'zustand/vanilla';
import { resultKey } from '../../../frame/config/affects.ts';
import { diffusionAffects, type Contender, type Experiment } from '../config/experiment.ts';
import type { SweepPoint } from './types.ts';
import type { Slot } from '../../../frame/state/slots.ts';

export interface SlotPoint extends Omit<SweepPoint, 'contender'> {
  readonly slot: Slot;
}
export interface Floor {
  readonly mean: number;
  readonly sd: number;
}
export interface SweepState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly text: string;
  readonly fraction: number;
  readonly remainingMs: number | null;
  readonly points: readonly SlotPoint[];
  readonly floors: Readonly<Record<string, Floor>>;
}
export const sweepStore = createStore<SweepState>(() => ({
  phase: 'idle',
  text: '',
  fraction: 0,
  remainingMs: null,
  points: [],
  floors: {},
}));

/** What the points of all contenders have in common; when it changes every point is outdated. */
export const sharedKey = (e: Experiment): string => resultKey(e, diffusionAffects);
/**
 * What the points of one contender depend on: its number of steps is the sweep's to choose, unless the list is
 * explicit.
 */
export const contenderKey = (c: Contender): string =>
  JSON.stringify(c.schedule === 'explicit' ? c : { ...c, steps: 0 });

export const addPoints = (points: readonly SlotPoint[], added: readonly SlotPoint[]): readonly SlotPoint[] => {
  const key = (p: SlotPoint) => `${p.slot}|${p.steps}|${p.seed}`;
  const fresh = new Set(added.map(key));
  return [...points.filter((p) => !fresh.has(key(p))), ...added];
};
