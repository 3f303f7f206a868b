// What the newest run has produced so far, by contender slot.
import { createStore } from 'zustand/vanilla';
import type { Experiment } from '../config/experiment.ts';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { About, Cost, Quality, Spread } from './types.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import type { Failure } from '../../../engine/worker/protocol.ts';
import type { Slot } from '../../../frame/state/slots.ts';

export interface ContenderResult {
  readonly cost: Cost;
  readonly quality: Quality;
  readonly stochastic: boolean;
  readonly stepwise: boolean;
  /** Null until the intervals are there. */
  readonly spread: Spread | null;
  readonly run: number;
  /** The instructions that it chose itself, where it does. */
  readonly took?: readonly Op[];
}
export interface RunState {
  readonly phase: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Counts runs; a result of an older run is stale. */
  readonly run: number;
  readonly text: string;
  readonly fraction: number | null;
  readonly remainingMs: number | null;
  /** The experiment that is running or ran, and the slots of its contenders. */
  readonly experiment: Experiment | null;
  readonly slots: readonly Slot[];
  readonly results: Readonly<Record<Slot, ContenderResult>>;
  readonly fingerprint: string | null;
  readonly reproduction: Reproduction | null;
  readonly failure: Failure | null;
  /** Where the model comes from; null for closed forms. */
  readonly about: About | null;
}
export const runStore = createStore<RunState>(() => ({
  phase: 'waiting',
  run: 0,
  text: 'Starting',
  fraction: null,
  remainingMs: null,
  experiment: null,
  slots: [],
  results: {},
  fingerprint: null,
  reproduction: null,
  failure: null,
  about: null,
}));

/**
 * Results of slots that still exist: a newer run overwrites them one by one, so the table never empties while a slider
 * moves.
 */
export function keepResults(results: RunState['results'], slots: readonly Slot[]): RunState['results'] {
  return Object.fromEntries(
    Object.entries(results).filter(([slot]) => slots.includes(Number(slot)) || Number(slot) < 0),
  );
}

/** Without one slot's result, which could not be made anew. */
export const withoutSlot = (results: RunState['results'], slot: Slot): RunState['results'] =>
  Object.fromEntries(Object.entries(results).filter(([key]) => Number(key) !== slot));
