/** What the kernel lab measures and says; the worker's messages are made of these. */
import type { Dim, Group, Shape, Work } from '../kernels/catalogue/types.ts';
import type { KernelChoices, KernelFamily } from '../core/kernelVersions.ts';
import type { Picture } from '../engine/diffusion/tiles.ts';

export type { Dim, Group, Shape, Work };

/** A family as the page shows it: no functions, so that it crosses to the page. */
export interface FamilyInfo {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly summary: string;
  readonly tunes: KernelFamily | null;
  readonly dims: readonly Dim[];
  readonly shapes: readonly { readonly label: string; readonly shape: Shape }[];
  /**
   * `lacks`: what this device does not offer of what the version needs; empty where it runs. `chosen`: what the labs
   * run here.
   */
  readonly versions: readonly {
    readonly id: string;
    readonly title: string;
    readonly needs: readonly string[];
    readonly lacks: readonly string[];
    readonly chosen: boolean;
  }[];
}

/** One dispatch as the reader may study it. */
export interface DispatchSource {
  readonly label: string;
  /** The whole WGSL as compiled: constants filled in, library files appended. */
  readonly code: string;
  readonly bound: readonly {
    readonly name: string;
    readonly access: 'read' | 'read_write' | 'uniform';
    readonly bytes: number;
  }[];
  readonly workgroups: readonly [number, number, number];
  /** Dispatches with this very source in one run of the operation. */
  readonly times: number;
}

/** How a time was taken. Milliseconds of one run of the operation. */
export interface Timing {
  readonly medianMs: number;
  /** Quartiles of the samples. */
  readonly lowMs: number;
  readonly highMs: number;
  readonly samples: number;
  /** Runs of the operation inside each timed pass. */
  readonly repeats: number;
  readonly source: 'timestamp' | 'wall';
  /** The clock's step, divided among the repeats. */
  readonly resolutionMs: number;
}

export interface Accuracy {
  readonly pass: boolean;
  /** Σ(got − expected)² / Σ expected². */
  readonly nmse: number;
  readonly maxError: number;
  readonly tolerance: number;
  /** Largest distance in units in the last place of f32, over elements of at least a thousandth of the largest. */
  readonly maxUlp: number;
  readonly checked: number;
  readonly count: number;
  readonly worst: {
    readonly output: string;
    readonly index: number;
    readonly got: number;
    readonly expected: number;
  } | null;
}

/** Bandwidth of one working set, in bytes a second. */
export interface BandwidthPoint {
  readonly bytes: number;
  readonly read: number;
  readonly copy: number;
}

/** The limits of this very device, as microbenchmarks found them: what the best fifth of their samples reached. */
export interface Roofline {
  /**
   * Multiply-adds counted as two, a second: best of several accumulator counts, and with the 64 live accumulators of a
   * matmul tile.
   */
  readonly peakFlops: number;
  readonly matmulFlops: number;
  /** f16 arithmetic; null without shader-f16. */
  readonly peakFlopsF16: number | null;
  /** By rising working set; the last is memory, the earlier ones are caches. */
  readonly bandwidth: readonly BandwidthPoint[];
  /** Relative spread ((q3 − q1) / median) of the samples behind the peak. */
  readonly spread: number;
  readonly measuredAt: string;
}

/** What one version did at one shape. */
export interface KernelResult {
  readonly family: string;
  readonly version: string;
  readonly shape: Shape;
  readonly accuracy: Accuracy;
  /**
   * Null when the output was wrong, the version does not run here, the shape is too large, or the time broke the
   * roofline; then `because` says so. With a time it says what the time lacks: samples, or that it lies a little above
   * the roofline.
   */
  readonly timing: Timing | null;
  readonly because: string;
  readonly compileMs: number;
  readonly work: Work;
  /** Bytes that this version's loads and stores ask for. */
  readonly movedBytes: number;
  /** From the median; null without a timing. */
  readonly flops: number | null;
  readonly bytesPerSecond: number | null;
  /**
   * What the roofline allows at this intensity and working set, as a time; and the share of it that was reached (≤ 1).
   */
  readonly roofMs: number;
  readonly share: number | null;
  readonly boundBy: 'compute' | 'memory';
}

/**
 * What a step made, so that the page can measure drawing it: the state as the diffusion lab shows it, or the token's
 * text.
 */
export type StepOutput = Picture | { readonly kind: 'text'; readonly text: string };

/**
 * Parts of one diffusion step or one token, in milliseconds; `kernels` splits the GPU's time by dispatch label, each
 * dispatch in a pass of its own. Under a coarse clock a label's dispatches are repeated together, from warm caches.
 */
export interface StepTime {
  readonly index: number;
  readonly encodeMs: number;
  readonly submitMs: number;
  readonly kernels: readonly { readonly label: string; readonly ms: number; readonly dispatches: number }[];
  readonly readbackMs: number;
  readonly postMs: number;
  /**
   * The GPU's time of the same step in one pass, as the lab runs it, so that the cost of looking is seen. With it,
   * encode, submit, read-back and post add up to the step's wall time.
   */
  readonly plainMs: number;
  readonly source: 'timestamp' | 'wall';
  readonly resolutionMs: number;
  readonly output?: StepOutput;
}
export interface Workload {
  readonly kind: 'diffusion' | 'token';
  readonly model: string;
  /** Samples of a diffusion batch; sequences of a token. */
  readonly batch: number;
}

export interface VerifyCase {
  readonly section: string;
  readonly name: string;
  readonly pass: boolean;
  readonly detail: string;
  readonly ms: number;
  /** The sampler that it is about, by its id. */
  readonly sampler?: string;
  /** The largest difference between this device’s numbers and float64, and what was allowed. */
  readonly error?: number;
  readonly allowed?: number;
}
export type VerifyProgress =
  | {
      readonly kind: 'plan';
      readonly sections: readonly { readonly id: string; readonly title: string; readonly cases: number }[];
    }
  | { readonly kind: 'case'; readonly result: VerifyCase };
export interface VerifyReport {
  readonly stepscope: string;
  readonly at: string;
  readonly adapter: {
    readonly name: string;
    readonly vendor: string;
    readonly architecture: string;
    readonly software: boolean;
    readonly subgroups: readonly [number, number];
    readonly features: readonly string[];
    readonly language: readonly string[];
    readonly limits: Readonly<Record<string, number>>;
  };
  readonly userAgent: string;
  readonly kernels: KernelChoices;
  /** Ids of the sections that were run. */
  readonly sections: readonly string[];
  readonly passed: number;
  readonly failed: number;
  /** What this device cannot run, and why; never silent. */
  readonly notRun: readonly { readonly name: string; readonly because: string }[];
  readonly ms: number;
  readonly cases: readonly VerifyCase[];
}
