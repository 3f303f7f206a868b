// The sweep over numbers of steps: the points of the chart, by contender slot.
import { createStore } from 'zustand/vanilla';
import type { Slot } from '../../../frame/state/slots.ts';
import type { SweepPoint } from './types.ts';

export interface SlotPoint extends Omit<SweepPoint, 'contender'> {
  readonly slot: Slot;
}
export interface SweepState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly text: string;
  readonly fraction: number;
  readonly points: readonly SlotPoint[];
  /** Contenders that have no points, or not all, and why, as a clause. */
  readonly passed: readonly { readonly slot: Slot; readonly because: string }[];
  /** The experiment has changed since the points were measured. */
  readonly stale: boolean;
}
export const sweepStore = createStore<SweepState>(() => ({
  phase: 'idle',
  text: '',
  fraction: 0,
  points: [],
  passed: [],
  stale: false,
}));
