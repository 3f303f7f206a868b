import type { ParamValue } from '../../core/field.ts';
import type { ScheduleId } from '../../schedules/index.ts';
import type { GuidanceId } from '../guidance/index.ts';
import type { FitParts } from './fitted.ts';
import type { SamplerId } from '../diffusion/index.ts';
import type { OwnWrapper } from './wrapping.ts';

/** One row of a comparison: a sampler with its schedule. Parameters hold every field of their tables. */
export interface Contender extends FitParts {
  readonly sampler: SamplerId;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly schedule: ScheduleId | 'explicit';
  readonly scheduleParams: Readonly<Record<string, ParamValue>>;
  /** Number of steps, 1…1000; for an explicit list it equals sigmas.length − 1. */
  readonly steps: number;
  /** The reader's own noise levels, descending; empty unless schedule is 'explicit'. */
  readonly sigmas: readonly number[];
  /** How it is guided, where that is its own affair; absent: as its experiment says. */
  readonly guide?: OwnGuidance;
  /** What makes its plan of less than whole evaluations, in order; absent: nothing. */
  readonly wraps?: readonly OwnWrapper[];
}

/** A method of guidance. Parameters hold every field of its table. */
export interface OwnGuidance {
  readonly method: GuidanceId;
  readonly params: Readonly<Record<string, ParamValue>>;
}
