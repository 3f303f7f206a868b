import type { Fields } from '../../core/field.ts';
import type { Asked, Role } from '../../core/role.ts';
import type { Guide } from '../../math/guide.ts';
import type { Reg } from '../diffusion/types.ts';
import type { CommonParams } from './common.ts';

/**
 * One evaluation of a plan, to be answered by a guided one: what roles say can be asked for and combined, and D must
 * lie in `out` in the end.
 */
export interface Guided {
  readonly x: Reg;
  readonly sigma: number;
  readonly out: Reg;
  /** The prediction that is rescaled is D − kappa·x, but for a factor. */
  readonly kappa: number;
  /** The plan's step in which it lies, from 0, and how many there are. */
  readonly step: number;
  readonly steps: number;
  /** The register that holds what is said here; what was said before is not asked again. */
  ask(role: Exclude<Role, 'main'>, label?: Asked['label']): Reg;
  /** A register of the method's own; what it writes there stays for the evaluations to come. */
  own(name: string): Reg;
  /** Whether anything has been written to it. */
  written(reg: Reg): boolean;
  combine(out: Reg, terms: readonly (readonly [coefficient: number, reg: Reg])[]): void;
  guide(out: Reg, a: Reg, b: Reg, by: Guide): void;
}

/**
 * A method of guidance: pure, as a sampler is. It rewrites each evaluation of `main` into evaluations by role and what
 * combines them, so that it runs with every sampler, in float64 and on the GPU, and is counted and shown like the rest.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds methods of every parameter type
export interface GuidanceMethod<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  /** What it asks beside `class`: a model that cannot answer cannot be guided by it. */
  readonly asks: readonly Exclude<Role, 'main' | 'class'>[];
  /** It is about the numbers of an image, of which a point has two. */
  readonly images?: boolean;
  readonly params: Fields<P & CommonParams>;
  /** Whether more steps are another guidance, so that no solution lies at their end; never unless said. */
  stepwise?(params: P & CommonParams): boolean;
  /** Whether it answers without anybody, and nothing is left to rescale. */
  alone?(at: Guided, params: P & CommonParams): boolean;
  /** Levels inside the interval only: outside, the class answers alone. */
  apply(at: Guided, params: P & CommonParams): void;
}
