import type { Fields } from '../../../core/field.ts';
import type { Variable } from './frames.ts';
import type { SourceId } from './sources.ts';

/** Σ w·φ_k(c·ζ): a coefficient of an exponential method as a function of ζ. φ₀ with c = 0 is the constant 1. */
export type PhiSum = readonly (readonly [weight: number, k: number, c: number])[];

/**
 * A column of a row: 1, 2, … are the stages of this step, −1, −2, … the first stages of the steps before.
 *
 * A row gives the weights of the values f over a part c of the step. Those in `fixed` are written out; those in `through`
 * follow: they integrate exactly the polynomial through these places, less what the fixed ones already do. So a row that is
 * all fixed is one of a Butcher tableau, fixed but for `through: [1]` one of an exponential Runge-Kutta method as papers print
 * it (the first column follows from the sum of the row), and all `through` one of an Adams method, on a grid of any spacing.
 */
export interface Row {
  readonly fixed: readonly (readonly [column: number, weight: PhiSum])[];
  readonly through: readonly number[];
}

export interface Tableau {
  /** Places of the stages as parts of the step; the first is 0. */
  readonly nodes: readonly number[];
  /** One for each stage from the second on, and one for the step. */
  readonly rows: readonly Row[];
}

/**
 * What is integrated, as z' = rate·z + f(z): the linear part exactly, f by the tableau.
 * `x0`: z = x̂ over λ = −log σ, f = D (data prediction). `epsilon`: z = x̂/σ over λ, f = −ε (noise prediction).
 * `lawson`: z = x̂/σ over λ, f = D/σ and no linear part left (integrating factor). `free`: the slope itself, in the variable
 * that the reader chooses.
 */
export type FrameKind = 'x0' | 'epsilon' | 'lawson' | 'free';

/**
 * How a method becomes one for the SDE. `ancestral`: the step goes down to σ↓ and noise leads up again, which is exact in
 * law when the step is. `exact`: the SDE's own decay (1 + η)h goes into the weights; for methods with a memory, whose values
 * then lie on one path. `none`: the ODE alone.
 */
export type NoiseKind = 'ancestral' | 'exact' | 'none';

/** A method as data; the engine makes it a sampler. */
export interface Method {
  readonly title: string;
  readonly source: SourceId;
  /** As measured; where it is less than the source says, `says` says so. */
  readonly order: number;
  /** A sentence of its own, after the one that all of its kind have. */
  readonly says?: string;
  readonly frame: FrameKind;
  /** Of `free` methods: what the variable is unless the reader chooses; σ if nothing is said. */
  readonly variable?: Variable;
  readonly noise: NoiseKind;
  /** Nodes that the reader may move. */
  readonly params?: Fields<Readonly<Record<string, number>>>;
  tableau(params: Readonly<Record<string, number>>): Tableau;
}
