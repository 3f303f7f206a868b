import type { AffectsTable } from '../../../frame/config/affects.ts';
import type { KernelChoices } from '../../../frame/config/kernelChoices.ts';

export const kernelViews = ['kernels', 'roofline', 'time', 'tuning', 'verify', 'memory'] as const;
export type KernelView = (typeof kernelViews)[number];

/** Which model's step or token is taken apart. */
export interface KernelWorkload {
  readonly kind: 'diffusion' | 'token';
  readonly model: string;
  readonly batch: number;
}

/** What the kernel lab looks at: everything that its link holds. */
export interface KernelExperiment {
  readonly view: KernelView;
  /** A family of the catalogue. The catalogue lives in the worker, so that it is checked there: see settle.ts. */
  readonly family: string;
  /** Null is the family's first shape. */
  readonly shape: Readonly<Record<string, number>> | null;
  /** Versions to measure, all when empty. */
  readonly versions: readonly string[];
  /** Timed passes of each version. */
  readonly samples: number;
  /** Versions that the reader forces, instead of what was measured or what the table says. */
  readonly kernels: KernelChoices;
  readonly workload: KernelWorkload;
}

/** What checking a link needs to know of a family. */
export interface KnownFamily {
  readonly id: string;
  readonly dims: readonly {
    readonly name: string;
    readonly label: string;
    readonly min: number;
    readonly max: number;
    readonly multiple?: number;
  }[];
  readonly shapes: readonly { readonly shape: Readonly<Record<string, number>> }[];
  readonly versions: readonly { readonly id: string }[];
}

/**
 * What each part of the experiment affects; see frame/config/affects.ts. Nothing is measured by itself after an edit:
 * what was measured is kept under family, version and shape.
 */
export const kernelAffects: AffectsTable<KernelExperiment> = {
  view: 'view',
  family: 'own',
  shape: 'own',
  versions: 'own',
  samples: 'result',
  kernels: 'result',
  workload: 'own',
};
