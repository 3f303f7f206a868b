/**
 * What the harness times: cases, and for each case one way to run it per engine. A case states its inputs, the float64
 * values that a right output has at sampled places, and what the operation costs at least; the harness does all
 * measuring (harness.ts).
 */
import type * as Jax from '@jax-js/jax';
import type * as Tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type * as Transformers from '@huggingface/transformers';
import type * as Ort from 'onnxruntime-web/webgpu';
import type { GpuContext } from '../../src/gpu/device.ts';
import type { Call } from '../../src/gpu/kernel.ts';

/** Where the bench runs: a browser's page or Dawn in Node. */
export interface Host {
  readonly kind: 'browser' | 'dawn';
  /**
   * A file of the repository, e.g. `bench/models/digits.onnx` or `public/models/digits/weights.safetensors`. Rejects
   * when it is not there.
   */
  file(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The release's own file of a package: a URL that `import()` and `fetch` take. */
  moduleUrl(pkg: 'onnxruntime-web' | 'transformers', file: string): string;
}

/**
 * Ours. `enqueue` records calls into the open pass, which is submitted at the latest by `sync`: as the app's own loops
 * do.
 */
export interface OursEnv {
  readonly host: Host;
  readonly ctx: GpuContext;
  enqueue(calls: readonly Call[]): void;
  sync(): Promise<void>;
}
/** ONNX Runtime. `device` is undefined for the WASM provider; sessions are made with `options`. */
export interface OrtEnv {
  readonly host: Host;
  readonly ort: typeof Ort;
  readonly provider: 'webgpu' | 'wasm';
  readonly options: Ort.InferenceSession.SessionOptions;
  /** A tensor where the provider wants it: in a GPU buffer, or in memory. */
  tensor(
    type: 'float32' | 'int64' | 'int32' | 'uint8' | 'bool',
    data: ArrayBufferView<ArrayBuffer>,
    dims: readonly number[],
  ): Ort.Tensor;
  /** All submitted work is done. */
  sync(): Promise<void>;
}
export interface TfEnv {
  readonly host: Host;
  readonly tf: typeof Tf;
  readonly backend: WebGPUBackend;
  sync(): Promise<void>;
}
export interface JaxEnv {
  readonly host: Host;
  readonly jax: typeof Jax;
}
export interface TransformersEnv {
  readonly host: Host;
  readonly hf: typeof Transformers;
}

/**
 * `ort-nosub`: ONNX Runtime with `subgroups` withheld from its device; `ort-composed`: the same provider, the operation
 * made of simple ones; `wasm`: its CPU provider, no GPU peer.
 */
export interface Envs {
  ours: OursEnv;
  ort: OrtEnv;
  'ort-nosub': OrtEnv;
  'ort-composed': OrtEnv;
  tfjs: TfEnv;
  jax: JaxEnv;
  transformers: TransformersEnv;
  wasm: OrtEnv;
}
export type EngineId = keyof Envs;

/** An operation ready to be repeated on inputs that are already where the engine computes. */
export interface Prepared {
  /** Enqueue the operation once. The promise of an engine that has one is awaited. */
  run(): void | Promise<void>;
  /** Everything enqueued is computed. */
  sync(): Promise<void>;
  /** The output of the last run, whole. Called once, after the first run. */
  read(): Promise<Float32Array>;
  dispose(): void | Promise<void>;
  /** What really runs, e.g. the kernel's version, or what is unequal about this engine's way. Shown. */
  readonly note?: string;
}

/** Float64 values of a right output at these indices. */
export interface Samples {
  readonly index: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

export interface Case<I = unknown> {
  /** Letters, digits and dashes; also the key in the JSON files. */
  readonly id: string;
  readonly group: 'matmul' | 'matvec' | 'attention' | 'rows' | 'conv' | 'whole';
  readonly title: string;
  /** For the reader, e.g. `64×3072×768`. */
  readonly shape: string;
  /** Multiplications and additions of one run, counted apart; 0 where flops say nothing. */
  readonly flops: number;
  /** Bytes that one run must read and write at least: every input and output once. */
  readonly bytes: number;
  /** Deterministic. Made once for all engines of the case. */
  inputs(): I | Promise<I>;
  reference(inputs: I): Samples | Promise<Samples>;
  /** An output is right when |got − wanted| ≤ abs + rel·|wanted| at every sample. */
  readonly tolerance: { readonly abs: number; readonly rel: number };
  readonly engines: { readonly [E in EngineId]?: (env: Envs[E], inputs: I) => Promise<Prepared> };
  /** Why an engine has no way to run this, by engine. Listed. */
  readonly absent?: { readonly [E in EngineId]?: string };
  /**
   * One run takes about `factor` times as long as one of case `id`: an engine that would then not fit its time is
   * skipped unrun.
   */
  readonly pilot?: { readonly id: string; readonly factor: number };
  /** One run of a peer takes minutes on a processor: so few samples, and so much time for all of an engine's. */
  readonly long?: { readonly samples: number; readonly engineMs: number };
  /** Left out by `--quick`. */
  readonly slow?: boolean;
}

/** Lets a case's own type of inputs go: the harness passes them on unseen. */
export const define = <I>(c: Case<I>): Case => c as unknown as Case;
