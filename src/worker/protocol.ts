import type { Experiment } from '../config/experiment.ts';
import type { Reproduction } from '../config/fingerprint.ts';

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

/** One picture of a contender. Points: x,y pairs. Images: RGBA tiles of `columns` per row, ready for putImageData. */
export type Frame =
  | { readonly kind: 'points'; readonly data: Float32Array }
  | { readonly kind: 'image'; readonly rgba: Uint8ClampedArray<ArrayBuffer>; readonly width: number; readonly height: number; readonly columns: number; readonly tile: number };

export interface Cost {
  readonly nfe: number;
  /** Network passes, which guidance doubles. */
  readonly passes: number;
  /** Whole run on the GPU's own clock; null where it has none. */
  readonly gpuMs: number | null;
  readonly wallMs: number;
}

/** Metric id → value. A metric that does not apply (paired error of a stochastic sampler) is absent. */
export type Quality = Readonly<Record<string, number>>;

/** `contender` −1 is the reference solution from the same noise. */
export type RunProgress =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number | null }
  | { readonly kind: 'frame'; readonly contender: number; readonly step: number; readonly steps: number; readonly sigma: number; readonly frame: Frame }
  | { readonly kind: 'result'; readonly contender: number; readonly cost: Cost; readonly quality: Quality; readonly difference: Frame | null };

export interface RunResult {
  /** Compact record of every contender's states, to be carried by a link. */
  readonly fingerprint: string;
  /** Present when the request carried a fingerprint. */
  readonly reproduction: Reproduction | null;
}

export interface SweepPoint {
  readonly contender: number;
  readonly steps: number;
  readonly seed: number;
  readonly cost: Cost;
  readonly quality: Quality;
}
export type SweepProgress =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number; readonly remainingMs: number | null }
  | { readonly kind: 'point'; readonly point: SweepPoint }
  /** The metric between two exact draws of the same size: what a perfect sampler would score. */
  | { readonly kind: 'floor'; readonly metric: string; readonly mean: number; readonly sd: number };

/** What the worker can be asked. Messages are derived, so kind and payload cannot disagree. */
export interface Requests {
  start: { in: { readonly forceCpu: boolean }; progress: never; out: DeviceReport };
  run: { in: { readonly experiment: Experiment; readonly fingerprint: string | null }; progress: RunProgress; out: RunResult };
  sweep: { in: { readonly experiment: Experiment }; progress: SweepProgress; out: { readonly points: number } };
  /** Destroys the device on purpose, so that a reader (and a test) can watch the recovery. */
  lose: { in: Record<string, never>; progress: never; out: Record<string, never> };
}
export type Kind = keyof Requests;
export interface Failure { readonly name: string; readonly message: string; readonly hint: string }

export type ToWorker = { readonly [K in Kind]: { readonly is: 'ask'; readonly id: number; readonly kind: K; readonly body: Requests[K]['in'] } }[Kind] | { readonly is: 'cancel'; readonly id: number };
export type FromWorker =
  | { readonly [K in Kind]:
      | { readonly is: 'progress'; readonly id: number; readonly kind: K; readonly body: Requests[K]['progress'] }
      | { readonly is: 'done'; readonly id: number; readonly kind: K; readonly body: Requests[K]['out'] }
      | { readonly is: 'failed'; readonly id: number; readonly kind: K; readonly body: Failure } }[Kind]
  /** The device went away by itself; running requests are replayed on the new one. */
  | { readonly is: 'device'; readonly state: 'lost' | 'recovered' | 'failed'; readonly reason: string; readonly report: DeviceReport | null };
