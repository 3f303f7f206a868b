import { absorbing } from './absorbing.ts';
import { endFit } from './endFit.ts';
import { lsd } from './lsd.ts';
import { lsdPlus } from './lsdPlus.ts';
import { euler, tweedie } from './plain.ts';
import type { DiscreteMethod, Process } from './types.ts';
import { uniform } from './uniform.ts';

/** The registries: one line a method, one a noising. */
export const discreteMethods = {
  euler,
  tweedie,
  lsd,
  lsd_plus: lsdPlus,
  end_fit: endFit,
} as const satisfies Record<string, DiscreteMethod>;
export type DiscreteMethodId = keyof typeof discreteMethods;
export const discreteMethodIds = Object.keys(discreteMethods) as readonly DiscreteMethodId[];

export const processes = { uniform, absorbing } as const satisfies Record<string, Process>;
export type ProcessId = keyof typeof processes;
