import type { KernelChoices, KernelFamily } from '../../../frame/config/kernelChoices.ts';
import type {
  DispatchSource,
  FamilyInfo,
  KernelResult,
  Roofline,
  Shape,
  StepTime,
  VerifyProgress,
  VerifyReport,
  Workload,
} from '../../../measure/types.ts';
import type { Tuning, TuneStep } from '../../../engine/tuning/types.ts';
import type { DeviceRequests } from '../../../engine/worker/protocol.ts';

export type * from '../../../measure/types.ts';

/** Versions that the reader forces; they win over the tuning. */
interface StartIn {
  readonly kernels: KernelChoices;
}
interface StartOut {
  /** Forced versions that this device cannot run, as sentences. */
  readonly refused: readonly string[];
  readonly families: readonly FamilyInfo[];
  readonly tuning: Tuning | null;
}

/**
 * What the kernel lab's worker can be asked. It has a device of its own; measuring, tuning, profiling and verifying
 * take turns, and the newest ends the others.
 */
export interface KernelRequests extends DeviceRequests<StartIn, StartOut> {
  /** The limits of the device. Kept for the session unless `afresh`. */
  roofline: {
    in: { readonly afresh: boolean };
    progress: { readonly done: number; readonly of: number; readonly what: string };
    out: Roofline;
  };
  /** Every named version (all when empty) at a shape: first right, then timed. One result after another. */
  measure: {
    in: {
      readonly family: string;
      readonly versions: readonly string[];
      readonly shape: Shape;
      readonly samples: number;
    };
    progress: KernelResult;
    out: { readonly results: number };
  };
  sources: {
    in: { readonly family: string; readonly version: string; readonly shape: Shape };
    progress: never;
    out: { readonly dispatches: readonly DispatchSource[] };
  };
  /** A short measured search; kept in this browser when it ends. All tunable families when empty. */
  tune: { in: { readonly families: readonly KernelFamily[] }; progress: TuneStep; out: Tuning };
  /** Back to the table's choices. */
  resetTuning: { in: Record<string, never>; progress: never; out: Record<string, never> };
  /** Step after step until cancelled. */
  profile: {
    in: { readonly workload: Workload };
    progress:
      | { readonly kind: 'status'; readonly text: string; readonly fraction: number | null }
      | { readonly kind: 'step'; readonly step: StepTime };
    out: Record<string, never>;
  };
  /** Sections by id, all when empty. */
  verify: { in: { readonly sections: readonly string[] }; progress: VerifyProgress; out: VerifyReport };
}
