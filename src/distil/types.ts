import type { Fields } from '../core/field.ts';
import type { Asked } from '../core/role.ts';

/** What a step shows a method: particles θ, what was asked at θ + σz, and the noise in it. All row-major [n, dim]. */
export interface Seen {
  readonly theta: Float64Array;
  /** θ + σz. */
  readonly noised: Float64Array;
  readonly sigma: number;
  readonly z: Float64Array;
  /** e = (x − D(x; σ))/σ of each that was asked, in the order of `asks`. */
  readonly slopes: readonly Float64Array[];
  readonly dim: number;
}

/**
 * Score distillation: particles θ that are pushed until, noised, they look to a diffusion model like its data. A method
 * says whom it asks, and what direction it makes of the answers; the particles move against it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds methods of every parameter type
export interface DistilMethod<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly params: Fields<P>;
  /** Whether it needs to be told a mode, a class or a component, as its reference. */
  readonly guided: boolean;
  /** Whom it asks at each step; `reference` is the mode that it is told. */
  asks(params: P, reference: number): readonly Asked[];
  /** Its estimate of the gradient, before weight and learning rate. */
  direction(seen: Seen, params: P): Float64Array;
}
