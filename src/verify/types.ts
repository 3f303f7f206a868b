import type { SamplerId } from '../samplers/diffusion/index.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import type { LanguageModelId } from '../models/language.ts';
import type { ModelFiles } from '../hub/files.ts';
import type { LoadWeights } from '../engine/diffusion/problem.ts';

/** What the suite needs of where it runs: a page's worker or Node. */
export interface VerifyDeps {
  /** Stepscope's own version. */
  readonly version: string;
  /** Browser, or Node with its version. */
  readonly userAgent: string;
  /** Weights of the bundled diffusion models, checked against their card. */
  readonly load: LoadWeights;
  /** Files of a bundled language model. */
  open(id: LanguageModelId, signal: AbortSignal): Promise<ModelFiles>;
}

export interface Outcome {
  readonly pass: boolean;
  /** One or two sentences: what was compared with what, how much of it, the largest error and what was allowed. */
  readonly detail: string;
  /** The largest difference between this device’s numbers and float64, and what was allowed; where that was compared. */
  readonly error?: number;
  readonly allowed?: number;
}

/** A fraction of a second to a few seconds of work. */
export interface Case {
  /** What the reader looks for, e.g. `matmul 3.registers`; unique in its section. */
  readonly name: string;
  /** Of the one that it is about, by its id. */
  readonly sampler?: SamplerId;
  run(): Outcome | Promise<Outcome>;
}

export interface NotRun {
  readonly name: string;
  readonly because: string;
}
export interface Planned {
  readonly cases: readonly Case[];
  readonly notRun?: readonly NotRun[];
}

/** What a section's cases share. */
export interface Env {
  readonly ctx: GpuContext;
  readonly slots: UniformSlots;
  readonly deps: VerifyDeps;
  readonly signal: AbortSignal;
  /** Called when the suite ends, however it ends; the last one first. */
  defer(task: () => void | Promise<void>): void;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  plan(env: Env): Promise<Planned>;
}
