import type { Fields } from '../core/field.ts';
import type { Role } from '../core/role.ts';
import type { Plan } from '../samplers/diffusion/types.ts';
import type { SigmaRange } from '../schedules/types.ts';

/** What is to be done with data that is given. */
export const TASKS = ['invert', 'edit', 'restore'] as const;
export type TaskId = (typeof TASKS)[number];

/** Registers that are filled before a plan: what was given, what was measured of it (0 elsewhere), 1 where it was seen. */
export type GivenReg = 'given' | 'measured' | 'mask';

/** The classes that roles are told, −1 is none, and how hard the wanted one is pushed: D = D_null + w·(D_target − D_null). */
export interface Told {
  readonly source: number;
  readonly target: number;
  readonly guidance: number;
}

/** Where a method's levels come from. */
export interface Levels {
  readonly steps: number;
  readonly range: SigmaRange;
}

/**
 * A method turns levels into a plan that begins with what is given and ends in `x`. As pure as a sampler. Inversions walk
 * levels upwards: the only place where they ascend.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds methods of every parameter type
export interface TaskMethod<P = any> {
  readonly id: string;
  readonly task: TaskId;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  /** The registers that it reads. */
  readonly given: readonly GivenReg[];
  /** Whom it asks. */
  readonly roles: readonly Role[];
  /** Steps to begin with. */
  readonly steps: number;
  readonly params: Fields<P>;
  stochastic(params: P): boolean;
  plan(levels: Levels, params: P, told: Told): Plan;
}
