import type { KernelChoices, KernelFamily } from '../../core/kernelVersions.ts';

/**
 * One candidate of the tuner's search. `medianMs`: of one run of all the step's shapes; null when it was not timed or
 * was wrong, `because` says why, or why it was dropped.
 */
export interface TuneCandidate {
  readonly version: string;
  readonly medianMs: number | null;
  readonly because: string;
}
export interface TuneStep {
  readonly family: KernelFamily;
  readonly shapes: readonly string[];
  readonly candidates: readonly TuneCandidate[];
  readonly chosen: string;
  readonly table: string;
  readonly done: number;
  readonly of: number;
}
/** What a search found, as kept under the adapter and the app's version. */
export interface Tuning {
  readonly adapter: string;
  readonly appVersion: string;
  readonly measuredAt: string;
  readonly choices: KernelChoices;
  readonly steps: readonly TuneStep[];
}
