import type { Ends } from '../../../engine/worker/dispatch.ts';
import type { DeviceRequests } from '../../../engine/worker/protocol.ts';
import type { Experiment } from '../config/experiment.ts';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { Cost, Picture, Quality, RunEvent, Spread } from '../engine/run.ts';
import type { SweepEvent, SweepPoint } from '../engine/sweep.ts';

/**
 * One picture of a contender. Points: x,y pairs in x̂ coordinates. Images: RGBA tiles of `columns` per row, ready for
 * putImageData.
 */
export type Frame = Picture;
export type RunProgress = RunEvent;
export type SweepProgress = SweepEvent;
export type { Cost, Quality, Spread, SweepPoint };

export interface RunResult {
  /** Compact record of every contender's states, to be carried by a link. */
  readonly fingerprint: string;
  /** Present when the request carried a fingerprint. */
  readonly reproduction: Reproduction | null;
}

/** What the worker can be asked. Messages are derived, so kind and payload cannot disagree. */
export interface Requests extends DeviceRequests<{ readonly forceCpu: boolean }> {
  run: {
    in: { readonly experiment: Experiment; readonly fingerprint: string | null };
    progress: RunProgress;
    out: RunResult;
  };
  sweep: { in: { readonly experiment: Experiment }; progress: SweepProgress; out: { readonly points: number } };
}

/** A run ends older runs and sweeps, a sweep ends older sweeps. */
export const newestRun: Ends<Requests> = { run: ['run', 'sweep'], sweep: ['sweep'] };
