// What the newest run has produced so far, by contender slot.
import { createStore } from 'zustand/vanilla';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import type { Failure, PairedErrors, PictureCost, TextRead } from './types.ts';

export interface PictureResult {
  readonly cost: PictureCost;
  readonly stochastic: boolean;
  /** Null until they were measured, or where none are. */
  readonly errors: PairedErrors | null;
  readonly referenceSteps: number;
  /** Why the solution that it would be measured against could not be computed; null where it could, or was not asked for. */
  readonly unmeasured: string | null;
  /** Counts runs; a result of an older run is stale. */
  readonly run: number;
}
export interface RunState {
  readonly phase: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly run: number;
  readonly text: string;
  readonly fraction: number | null;
  readonly remainingMs: number | null;
  /** The contender at work. */
  readonly active: Slot | null;
  readonly experiment: PicturesExperiment | null;
  readonly slots: readonly Slot[];
  readonly results: Readonly<Record<Slot, PictureResult>>;
  readonly texts: { readonly prompt: TextRead | null; readonly negative: TextRead | null } | null;
  /** Share of a picture's variance that the preview explains; null where it is exact or unknown. */
  readonly previewFit: number | null;
  readonly fingerprint: string | null;
  readonly reproduction: Reproduction | null;
  readonly failure: Failure | null;
  readonly lacksModel: boolean;
}
export const runStore = createStore<RunState>(() => ({
  phase: 'waiting',
  run: 0,
  text: 'Starting',
  fraction: null,
  remainingMs: null,
  active: null,
  experiment: null,
  slots: [],
  results: {},
  texts: null,
  previewFit: null,
  fingerprint: null,
  reproduction: null,
  failure: null,
  lacksModel: false,
}));

/** Results of slots that still exist: a newer run overwrites them one by one. */
export const keepResults = (results: RunState['results'], slots: readonly Slot[]): RunState['results'] =>
  Object.fromEntries(Object.entries(results).filter(([slot]) => slots.includes(Number(slot))));
