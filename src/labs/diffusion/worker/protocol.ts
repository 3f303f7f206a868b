import type { Experiment } from '../config/experiment.ts';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { Cost, Picture, Quality, RunEvent } from '../engine/run.ts';
import type { SweepEvent, SweepPoint } from '../engine/sweep.ts';

/** What the page may know of the adapter. */
export interface DeviceReport {
  readonly backend: 'webgpu' | 'cpu';
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** Runs on a processor, not a graphics card: works, but its speeds are not a GPU's. */
  readonly software: boolean;
  readonly features: readonly string[];
  /** Smallest step of the GPU clock in ms, or null when only wall time can be measured. */
  readonly timestampMs: number | null;
  /** Why there is no GPU, when backend is 'cpu'. */
  readonly why?: { readonly message: string; readonly hint: string };
  readonly maxBindingBytes: number;
}

/**
 * One picture of a contender. Points: x,y pairs in x̂ coordinates. Images: RGBA tiles of `columns` per row, ready for
 * putImageData.
 */
export type Frame = Picture;
export type RunProgress = RunEvent;
export type SweepProgress = SweepEvent;
export type { Cost, Quality, SweepPoint };

export interface RunResult {
  /** Compact record of every contender's states, to be carried by a link. */
  readonly fingerprint: string;
  /** Present when the request carried a fingerprint. */
  readonly reproduction: Reproduction | null;
}

/** What the worker can be asked. Messages are derived, so kind and payload cannot disagree. */
export interface Requests {
  start: { in: { readonly forceCpu: boolean }; progress: never; out: DeviceReport };
  run: {
    in: { readonly experiment: Experiment; readonly fingerprint: string | null };
    progress: RunProgress;
    out: RunResult;
  };
  sweep: { in: { readonly experiment: Experiment }; progress: SweepProgress; out: { readonly points: number } };
  /** GPU bytes by owner. */
  memory: {
    in: Record<string, never>;
    progress: never;
    out: { readonly owners: Readonly<Record<string, number>>; readonly buffers: number };
  };
  /** Destroys the device on purpose, so that a reader (and a test) can watch the recovery. */
  lose: { in: Record<string, never>; progress: never; out: Record<string, never> };
}
export type Kind = keyof Requests;
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly hint: string;
}

/** Any such table: what a client and a dispatcher are made for. */
export type AnyRequests<R> = {
  readonly [K in keyof R]: { readonly in: unknown; readonly progress: unknown; readonly out: unknown };
};

export type ToWorker<R extends AnyRequests<R> = Requests> =
  | {
      readonly [K in keyof R]: { readonly is: 'ask'; readonly id: number; readonly kind: K; readonly body: R[K]['in'] };
    }[keyof R]
  | { readonly is: 'cancel'; readonly id: number };
export type FromWorker<R extends AnyRequests<R> = Requests> =
  | {
      readonly [K in keyof R]:
        | { readonly is: 'progress'; readonly id: number; readonly kind: K; readonly body: R[K]['progress'] }
        | { readonly is: 'done'; readonly id: number; readonly kind: K; readonly body: R[K]['out'] }
        | { readonly is: 'failed'; readonly id: number; readonly kind: K; readonly body: Failure };
    }[keyof R]
  /** The device went away by itself; running requests are replayed on the new one. */
  | {
      readonly is: 'device';
      readonly state: 'lost' | 'recovered' | 'failed';
      readonly reason: string;
      readonly report: DeviceReport | null;
    };
