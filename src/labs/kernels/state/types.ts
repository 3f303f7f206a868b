// The types of the kernel lab that the page draws: ui/ may import only state/ and config/.
import type { KernelRequests } from '../worker/protocol.ts';

export type {
  Accuracy,
  BandwidthPoint,
  DispatchSource,
  FamilyInfo,
  KernelRequests,
  KernelResult,
  Roofline,
  Shape,
  StepOutput,
  StepTime,
  VerifyCase,
  VerifyProgress,
  VerifyReport,
  Workload,
} from '../worker/protocol.ts';
export type { Failure } from '../../../engine/worker/protocol.ts';
export type KernelKind = keyof KernelRequests;
/** Of everything that takes long. */
export type Phase = 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
export type { TuneCandidate, TuneStep, Tuning } from '../../../engine/tuning/types.ts';
