import type { Asked } from '../core/role.ts';
import type { Architecture } from '../formats/modelJson.ts';
import type { Safetensors } from '../formats/safetensors.ts';
import type { DeviceInfo, GpuContext } from '../gpu/device.ts';
import type { ExitHeads } from '../models/types.ts';
import type { DenoiserArchitecture, FeatureArchitecture, Use } from '../models/networks/types.ts';

/** One evaluation of a plan: out = D(x; σ) of whom is asked. `x` and `out` are element offsets of registers in the arena. */
export interface Evaluation extends Asked {
  readonly sigma: number;
  readonly x: number;
  readonly out: number;
}

/**
 * A denoiser on the GPU. Creation compiles every pipeline and allocates every buffer; `prepare` writes the scalars of a
 * whole plan; `encode` then only records, so that a sampling loop allocates nothing.
 */
export interface GpuDenoiser {
  /** Network passes that an evaluation of `main` costs: 2 with guidance. Every other role takes one. */
  readonly passesPerEval: number;
  /**
   * Before `prepare` of a plan that asks for parts: allocates what keeping residuals takes, and uploads heads. Absent
   * where there are no parts.
   */
  reserve?(evaluations: readonly Asked[], heads: ExitHeads | null): Promise<void>;
  /**
   * Before a run: one entry per evaluation, in the order of the plan. Replaces the former plan. At most
   * `mostEvaluations`.
   */
  prepare(evaluations: readonly Evaluation[]): void;
  /** Record evaluation k of the prepared plan. */
  encode(pass: GPUComputePassEncoder, k: number): void;
  destroy(): void;
}

/** A network that measures images, on the GPU. */
export interface GpuFeatureNet {
  readonly featureDim: number;
  readonly classes: number;
  /** Results of the last pass, row-major [samples, featureDim] and [samples, classes]. */
  readonly features: GPUBuffer;
  readonly logits: GPUBuffer;
  /** Judge the register at this element offset of the arena (at creation: 0). */
  aim(at: number): void;
  encode(pass: GPUComputePassEncoder): void;
  /** Aim, run and read back. Waits for the GPU: for the end of a run, not for its loop. */
  read(at: number): Promise<{ readonly features: Float32Array; readonly logits: Float32Array }>;
  destroy(): void;
}

/** Where a denoiser works: `samples` rows in registers of one big storage buffer. */
export interface Place {
  /** Holds all registers, row-major [samples, dim] float32, each at a multiple of 256 bytes. */
  readonly arena: GPUBuffer;
  readonly samples: number;
  /** Memory is reported and freed under this name. */
  readonly owner: string;
}

/** 1,000 steps of the dearest sampler (four evaluations each), with room to spare. */
export const mostEvaluations = 4096;

/**
 * Binary16 weights stay binary16 where shaders can read them and memory is the limit; a software adapter converts more
 * slowly than it reads.
 */
export const keepsHalf = (info: DeviceInfo): boolean => info.features.has('shader-f16') && !info.isSoftware;

/** A plan with more evaluations than the argument slots of a network hold. */
export class PlanTooLongError extends Error {
  override readonly name = 'PlanTooLongError';
  readonly hint: string;
  constructor(evaluations: number, most: number) {
    super(
      `The sampler asks for ${evaluations} evaluations in one run; at most ${most} fit for this model and number of samples.`,
    );
    this.hint = 'Take fewer steps or fewer samples.';
  }
}

/** A model file's architecture and weights. */
export interface NetworkModel<A extends Architecture> {
  readonly architecture: A;
  readonly tensors: Safetensors;
}
/** An architecture on the GPU; its float64 half, which also reads it from model.json, is in models/networks. */
export interface GpuDenoiserArchitecture<A extends Architecture = Architecture> {
  readonly role: DenoiserArchitecture['role'];
  /** Begins to compile what `create` will need, while the weights are on their way; what fails is told there. */
  compile(ctx: GpuContext, architecture: A): void;
  create(ctx: GpuContext, model: NetworkModel<A>, place: Place, use: Use): Promise<GpuDenoiser>;
}
export interface GpuFeatureArchitecture<A extends Architecture = Architecture> {
  readonly role: FeatureArchitecture['role'];
  compile(ctx: GpuContext, architecture: A): void;
  create(ctx: GpuContext, model: NetworkModel<A>, place: Place): Promise<GpuFeatureNet>;
}
export type GpuArchitecture = GpuDenoiserArchitecture | GpuFeatureArchitecture;
/** The GPU half that goes with a float64 half: the same role, the same description. */
export type GpuHalf<C> =
  C extends DenoiserArchitecture<infer A>
    ? GpuDenoiserArchitecture<A>
    : C extends FeatureArchitecture<infer B>
      ? GpuFeatureArchitecture<B>
      : never;
