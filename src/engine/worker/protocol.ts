// What crosses between a page and a worker. A lab lists its requests in one table; the messages are derived from it, so
// that kind and payload cannot disagree.

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

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly hint: string;
}

/** Any such table: what a client and a dispatcher are made for. */
export type AnyRequests<R> = {
  readonly [K in keyof R]: { readonly in: unknown; readonly progress: unknown; readonly out: unknown };
};

export type ToWorker<R extends AnyRequests<R>> =
  | {
      readonly [K in keyof R]: { readonly is: 'ask'; readonly id: number; readonly kind: K; readonly body: R[K]['in'] };
    }[keyof R]
  | { readonly is: 'cancel'; readonly id: number };
export type FromWorker<R extends AnyRequests<R>> =
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

/** GPU memory that a worker holds: bytes by owner, and the number of buffers. */
export interface HeldMemory {
  readonly owners: Readonly<Record<string, number>>;
  readonly buffers: number;
}

/** What every lab's worker can be asked besides its own requests. */
export interface DeviceRequests<StartIn = unknown, StartOut = unknown> {
  /** Opens the device, or begins anew on another one. */
  start: { in: StartIn; progress: never; out: StartOut & { readonly report: DeviceReport } };
  memory: { in: Record<string, never>; progress: never; out: HeldMemory };
  /** Destroys the device on purpose, so that a reader (and a test) can watch the recovery. */
  lose: { in: Record<string, never>; progress: never; out: Record<string, never> };
}
/** A lab's whole table of requests. */
export type LabRequests<R> = AnyRequests<R> & DeviceRequests;
