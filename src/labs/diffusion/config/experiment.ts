import type { AffectsTable } from '../../../frame/config/affects.ts';
import type { KernelChoices } from '../../../core/kernelVersions.ts';
import type { ModelId } from '../../../models/index.ts';
import type { Contender } from '../../../samplers/contenders/types.ts';

export type { Contender };

/** Everything that defines a run: what the URL holds, what the history stores, what tests replay. */
export interface Experiment {
  readonly model: ModelId;
  /** Use the trained network of a 2-D target instead of its closed form. */
  readonly learned: boolean;
  /** Points the reader drew, in data units; used by the `drawn` model. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** uint32 seed of the keyed noise. */
  readonly seed: number;
  readonly samples: number;
  /** Classifier-free guidance weight w: D = D_null + w·(D_class − D_null). 1 is no guidance. */
  readonly guidance: number;
  /** Class index, or −1 for every class in turn (sample i gets class i mod classes). */
  readonly label: number;
  readonly contenders: readonly Contender[];
  /** NFE budgets of the sweep, ascending. */
  readonly budgets: readonly number[];
  /** Seeds per sweep point (seed, seed + 1, …), for the error bars. */
  readonly seeds: number;
  /** Kernel versions to run instead of those chosen for the device; usually none. */
  readonly kernels: KernelChoices;
}

/** What each part of the experiment affects; see frame/config/affects.ts. */
export const diffusionAffects: AffectsTable<Experiment> = {
  model: 'result',
  learned: 'result',
  points: 'result',
  seed: 'result',
  samples: 'result',
  guidance: 'result',
  label: 'result',
  contenders: 'own',
  budgets: 'result',
  seeds: 'result',
  kernels: 'result',
};
