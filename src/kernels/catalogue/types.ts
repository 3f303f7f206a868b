/**
 * The catalogue: every kernel family with its versions, shapes, work and float64 reference. The kernel lab, the tuner,
 * `verify` and the benchmark iterate over it; a new kernel is one file here and one line in index.ts.
 */
import type { GpuContext } from '../../gpu/device.ts';
import type { Call } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { KernelFamily } from '../../core/kernelVersions.ts';

/** What a family is run at, e.g. { m: 256, n: 256, k: 256 }: every dimension of the family, whole numbers. */
export type Shape = Readonly<Record<string, number>>;

/** One number of a shape, for the reader's own shapes. */
export interface Dim {
  readonly name: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Must divide the value; 1 by default. */ readonly multiple?: number;
}

export type Group =
  | 'linear'
  | 'convolution'
  | 'attention'
  | 'norm'
  | 'reduce'
  | 'sampling'
  | 'random'
  | 'diffusion'
  | 'density'
  | 'quant'
  | 'image';

export interface FamilyVersion {
  /** As in the file's name, e.g. `2.tiled`; a family of one file has the one version `1`. */
  readonly id: string;
  /** One line: what it does differently. */
  readonly title: string;
  /** Features or WGSL language features. */
  readonly needs: readonly string[];
}

/** What the operation itself asks for, whatever the kernel. */
export interface Work {
  /** Arithmetic operations, a multiply-add counted as two; transcendental functions as one. */
  readonly flops: number;
  /** Bytes that must cross memory at least once: inputs read once, outputs written once. */
  readonly bytes: number;
}

/**
 * Checked elements of an output: all of a small one, else a spread that holds the first, the last and the tile borders.
 */
export interface Expected {
  /** Ascending, from the output's `at`. */ readonly indices: Uint32Array;
  /** Float64 reference at those indices. */ readonly values: Float64Array;
}

export interface Output {
  readonly name: string;
  readonly buffer: GPUBuffer;
  /** Element offset and count of what is read back. `u32` outputs must be equal. */
  readonly at: number;
  readonly count: number;
  readonly type: 'f32' | 'u32';
  /**
   * Largest |error| allowed, in units of the value (absolute); from the depth of the reduction, not from what came out.
   */
  readonly tolerance: number;
  expected(): Expected;
}

/** A family at one version and shape, on the device, ready to run. */
export interface Prepared {
  /** One run of the operation. Recording them again and again in one pass must stay valid (times are taken so). */
  readonly calls: readonly Call[];
  readonly outputs: readonly Output[];
  /** Put overwritten inputs back, for kernels that work in place; before a checked run. */
  reset(): void;
  /**
   * Frees the buffers, and the uniform slots once everything prepared after it on the same slots is destroyed too (they
   * are a stack).
   */
  destroy(): void;
}

export interface Family {
  /** As in the shader's name, e.g. `matmul`; a weight format is a suffix, e.g. `matvec_int8`. */
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  /** One or two sentences: what it computes, and where a model uses it. */
  readonly summary: string;
  readonly versions: readonly FamilyVersion[];
  /**
   * The family of src/core/kernelVersions.ts that `versions` are the versions of; absent where there is nothing to
   * choose.
   */
  readonly tunes?: KernelFamily;
  readonly dims: readonly Dim[];
  /** To choose from, the first is shown first. Real sizes of the bundled models, and round ones. */
  readonly shapes: readonly { readonly label: string; readonly shape: Shape }[];
  /** For verification: 1, workgroup − 1, workgroup, workgroup + 1, odd strides; small enough to check every element. */
  readonly edges: readonly Shape[];
  work(shape: Shape): Work;
  /**
   * Bytes that a version's loads and stores ask for, caches aside: from its tile sizes, counted per invocation or per
   * tile (workgroup memory does not count). Beside Work.bytes it shows how much a version leans on the caches. NaN
   * where nobody has counted (a test minds).
   */
  moves(version: string, shape: Shape): number;
  /**
   * Compiles, uploads deterministic non-trivial inputs and packs arguments. Rejects with a RangeError that says why a
   * shape does not fit a version.
   */
  prepare(ctx: GpuContext, slots: UniformSlots, version: string, shape: Shape): Promise<Prepared>;
}
