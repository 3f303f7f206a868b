/**
 * What the bench calls of its peers. They are installed only by the first `npm run bench`, and the type check has to
 * run everywhere, so their types are declared here: this surface and no more, each member no wider than the release's.
 */
declare module '@tensorflow/tfjs-core' {
  type TensorLike = Float32Array | Int32Array | readonly number[] | number[];
  export interface Tensor {
    readonly shape: number[];
    data(): Promise<Float32Array | Int32Array | Uint8Array>;
    dispose(): void;
  }
  export type Tensor1D = Tensor & { shape: [number] };
  type Operand = Tensor | number;
  export function setBackend(name: string): Promise<boolean>;
  export function ready(): Promise<void>;
  export function env(): { set(flag: string, value: number | boolean | string): void };
  export function backend(): object;
  export function tidy<T extends Tensor>(run: () => T): T;
  export function tensor(values: Float32Array, shape?: number[]): Tensor;
  export function tensor1d(values: Float32Array | number[], type?: 'float32' | 'int32'): Tensor;
  export function tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  export function tensor3d(values: Float32Array, shape: [number, number, number]): Tensor;
  export function matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  export function add(a: Operand, b: Operand): Tensor;
  export function sub(a: Operand, b: Operand): Tensor;
  export function mul(a: Operand, b: Operand): Tensor;
  export function mean(x: Tensor, axis: number, keepDims: boolean): Tensor;
  export function square(x: Tensor): Tensor;
  export function rsqrt(x: Tensor): Tensor;
  export function sigmoid(x: Tensor): Tensor;
  export function softmax(x: Tensor): Tensor;
  export function reshape(x: Tensor, shape: number[]): Tensor;
  export function transpose(x: Tensor, order: number[]): Tensor;
  export function split(x: Tensor, parts: number, axis: number): Tensor[];
  export function gather(x: Tensor, indices: Tensor1D): Tensor;
}

declare module '@tensorflow/tfjs-backend-webgpu' {
  export interface WebGPUBackend {
    readonly queue: GPUQueue;
    endComputePassEncoder(): void;
    submitQueue(): void;
  }
}

declare module '@jax-js/jax' {
  /** An operation takes its operands over; `ref` is another reference to the same array. */
  export interface Array {
    readonly shape: number[];
    readonly ref: Array;
    add(other: Array | number): Array;
    sub(other: Array | number): Array;
    mul(other: Array | number): Array;
    div(other: Array | number): Array;
    reshape(shape: number[]): Array;
    blockUntilReady(): Promise<Array>;
    data(): Promise<Float32Array | Int32Array | Uint32Array | Uint8Array | Float16Array | Float64Array>;
    dispose(): void;
  }
  export function init(...devices: 'webgpu'[]): Promise<string[]>;
  export function defaultDevice(device: 'webgpu'): string;
  export function blockUntilReady(arrays: Array[]): Promise<Array[]>;
  export function jit(f: never): (...args: never[]) => unknown;
  export namespace numpy {
    const float32: 'float32';
    const int32: 'int32';
    function array(
      data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
      options: { shape?: number[]; dtype: 'float32' | 'int32' },
    ): Array;
    function matmul(a: Array, b: Array): Array;
    function split(x: Array, parts: number, axis: number): Array[];
    function transpose(x: Array, order: number[]): Array;
    function take(x: Array, indices: Array, axis: number): Array;
    function mean(x: Array, axis: number, options: { keepdims: boolean }): Array;
    function square(x: Array): Array;
    function sqrt(x: Array): Array;
  }
  export namespace nn {
    function silu(x: Array): Array;
    function gelu(x: Array, options: { approximate: boolean }): Array;
    function softmax(x: Array): Array;
    function standardize(x: Array, axis: number, options: { epsilon: number }): Array;
    function dotProductAttention(q: Array, k: Array, v: Array): Array;
  }
}

declare module 'onnxruntime-web/webgpu' {
  type Element = 'float32' | 'int64' | 'int32' | 'uint8' | 'bool';
  export interface Tensor {
    getData(): Promise<Float32Array | BigInt64Array | Int32Array | Uint8Array | object>;
    dispose(): void;
  }
  export const Tensor: {
    new (type: Element, data: never, dims: readonly number[]): Tensor;
    new (type: 'float32', data: Float32Array, dims: readonly number[]): Tensor;
    new (type: 'int64', data: BigInt64Array, dims: readonly number[]): Tensor;
    fromGpuBuffer(buffer: GPUBuffer, options: never): Tensor;
  };
  export interface InferenceSession {
    readonly inputNames: readonly string[];
    run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
    release(): Promise<void>;
  }
  export namespace InferenceSession {
    interface SessionOptions {
      executionProviders?: readonly ('webgpu' | 'wasm')[];
      graphOptimizationLevel?: 'all';
      preferredOutputLocation?: 'cpu' | 'gpu-buffer';
      logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
      externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
    }
  }
  export const InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  export const env: {
    logLevel?: 'verbose' | 'info' | 'warning' | 'error' | 'fatal';
    readonly wasm: {
      wasmPaths?: string | { mjs?: string | URL; wasm?: string | URL };
      wasmBinary?: ArrayBufferLike | Uint8Array;
      numThreads?: number;
    };
    readonly webgpu: { readonly device: Promise<unknown> | unknown };
  };
}

declare module '@huggingface/transformers' {
  export class Tensor {
    constructor(type: 'int64', data: BigInt64Array, dims: number[]);
    readonly data: object;
  }
  export class LogitsProcessor {
    _call(ids: bigint[][], logits: Tensor): void | Tensor;
  }
  export class LogitsProcessorList {
    push(processor: LogitsProcessor): void;
  }
  interface Model {
    generate(options: never): Promise<object>;
    dispose(): Promise<unknown>;
  }
  export const AutoModelForCausalLM: {
    from_pretrained(
      id: string,
      options: {
        device: 'webgpu' | 'wasm';
        dtype: 'fp32';
        local_files_only: boolean;
        model_file_name: string;
      },
    ): Promise<Model>;
  };
  export const env: {
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    useBrowserCache: boolean;
    localModelPath: string;
    fetch: (input: string | URL) => Promise<Response>;
    readonly backends: {
      readonly onnx: {
        readonly wasm?: { wasmPaths?: string | { mjs?: string | URL; wasm?: string | URL }; numThreads?: number };
      };
    };
  };
}
