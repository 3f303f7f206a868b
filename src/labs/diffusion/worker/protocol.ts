import type { GridAsk, GridEvent } from '../../../engine/grid.ts';
import type { Ends } from '../../../engine/worker/dispatch.ts';
import type { DeviceRequests } from '../../../engine/worker/protocol.ts';
import type { VerifiedRequest } from '../../../engine/worker/verified.ts';
import type { Experiment } from '../config/experiment.ts';
import type { CellRun } from '../config/gridAxes.ts';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { Cost, Picture, Quality, RunEvent, Spread } from '../engine/run.ts';
import type { Found } from '../../../experiments/search/search.ts';
import type { Fitted } from '../../../samplers/contenders/wrapping.ts';
import type { WrapFitAsk, WrapFitProgress } from '../engine/wrapFit.ts';
import type { Setting } from '../config/searchSpace.ts';
import type { FitAsk, FitDone, FitProgress } from '../engine/fit.ts';
import type { LikelihoodAsk, LikelihoodEvent, LikelihoodRow } from '../engine/likelihood.ts';
import type { SearchAsk, SearchEvent } from '../engine/search.ts';
import type { DiscreteAsk, DiscreteBegun, DiscreteEvent } from '../engine/discrete.ts';
import type { DistilAsk, DistilBegun, DistilEvent } from '../engine/distil.ts';
import type { RowedEvent, RowedRecord } from '../engine/rowed.ts';
import type { SeekAsk, SeekEvent } from '../engine/seek.ts';
import type { SequenceAsk, SequenceBegun, SequenceEvent } from '../engine/sequences.ts';
import type { TaskAsk, TaskEvent } from '../engine/task.ts';
import type { SplitEvent, SplitRow } from '../engine/split.ts';
import type { LikelihoodSettings } from '../../../samplers/likelihood/cost.ts';
import type { SweepEvent, SweepPoint } from '../engine/sweep.ts';

/**
 * One picture of a contender. Points: x,y pairs in x̂ coordinates. Images: RGBA tiles of `columns` per row, ready for
 * putImageData.
 */
export type Frame = Picture;
export type RunProgress = RunEvent;
export type SweepProgress = SweepEvent;
export type { Cost, FitDone, FitProgress, LikelihoodEvent, LikelihoodRow, Quality, SearchEvent, Spread, SweepPoint };
export type {
  DiscreteBegun,
  DistilBegun,
  RowedEvent,
  RowedRecord,
  SeekEvent,
  SplitEvent,
  SplitRow,
  SequenceBegun,
  SequenceEvent,
  TaskEvent,
};

export interface RunResult {
  /** Compact record of every contender's states, to be carried by a link. */
  readonly fingerprint: string;
  /** Present when the request carried a fingerprint. */
  readonly reproduction: Reproduction | null;
}

/** What the worker can be asked. Messages are derived, so kind and payload cannot disagree. */
export interface Requests extends DeviceRequests<{ readonly forceCpu: boolean }>, VerifiedRequest {
  run: {
    in: { readonly experiment: Experiment; readonly fingerprint: string | null };
    progress: RunProgress;
    out: RunResult;
  };
  sweep: {
    in: {
      readonly experiment: Experiment;
      /** Follows the samples' flows, too: a log-likelihood of each point. */
      readonly follow?: LikelihoodSettings;
    };
    progress: SweepProgress;
    out: { readonly points: number };
  };
  search: { in: SearchAsk; progress: SearchEvent; out: Found<Setting> };
  wrapFit: { in: WrapFitAsk; progress: WrapFitProgress; out: Fitted };
  fit: { in: FitAsk & { readonly ticket: number }; progress: FitProgress; out: FitDone };
  /** Ends a fit, and has what it found so far. */
  endFit: { in: { readonly ticket: number }; progress: never; out: object };
  seek: { in: SeekAsk; progress: SeekEvent; out: { readonly stopped: boolean } };
  /** Ends a noise search, and has what it found so far. */
  endSeek: { in: { readonly ticket: number }; progress: never; out: object };
  task: { in: TaskAsk; progress: TaskEvent; out: RunResult };
  distil: { in: DistilAsk; progress: DistilEvent; out: RunResult };
  sequences: { in: SequenceAsk; progress: SequenceEvent; out: RunResult };
  discrete: { in: DiscreteAsk; progress: DiscreteEvent; out: RunResult };
  likelihood: { in: LikelihoodAsk; progress: LikelihoodEvent; out: { readonly rows: number } };
  split: { in: { readonly experiment: Experiment }; progress: SplitEvent; out: { readonly rows: number } };
  grid: { in: GridAsk<CellRun>; progress: GridEvent; out: { readonly cells: number } };
}

/**
 * A run ends whatever is older, anything else what is older of its kind; a grid ends sweeps too, and what has a view of its
 * own whatever that view does not show.
 */
export const newestRun: Ends<Requests> = {
  run: [
    'run',
    'sweep',
    'search',
    'fit',
    'wrapFit',
    'likelihood',
    'split',
    'grid',
    'task',
    'seek',
    'distil',
    'sequences',
    'discrete',
  ],
  sweep: ['sweep'],
  search: ['search'],
  fit: ['fit'],
  seek: ['seek'],
  wrapFit: ['wrapFit'],
  likelihood: ['likelihood'],
  split: ['split'],
  grid: ['sweep', 'grid', 'task', 'distil', 'sequences', 'discrete'],
  task: ['run', 'sweep', 'grid', 'task', 'distil', 'sequences', 'discrete'],
  sequences: ['run', 'sweep', 'grid', 'task', 'distil', 'sequences', 'discrete'],
  discrete: ['run', 'sweep', 'grid', 'task', 'distil', 'sequences', 'discrete'],
  distil: ['run', 'sweep', 'grid', 'task', 'distil', 'sequences', 'discrete'],
};
