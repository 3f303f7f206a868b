import type { LanguageExperiment, FormatChoice } from '../config/experiment.ts';
import type { LanguageReproduction } from '../config/fingerprint.ts';
import type { ChatAsk } from '../engine/chat.ts';
import type { ChatEvent, ConformanceResult, FitReport, Inspection, LoadedModel, SweepPoint } from '../engine/events.ts';
import type { ContenderCost, LanguageEvent, LoadProgress } from '../../../engine/decoding/events.ts';
import type { ModelRequests } from '../../../engine/modelRequests.ts';
import type { LanguageModelId } from '../../../models/language.ts';
import type { DeviceRequests } from '../../../engine/worker/protocol.ts';

export type {
  ChatEvent,
  ConformanceResult,
  ContenderCost,
  FitReport,
  Inspection,
  LanguageEvent,
  LoadProgress,
  LoadedModel,
  SweepPoint,
};
export type LanguageProgress = LanguageEvent | LoadProgress;

/** Where a token stands, so that it can be explained or left for another one. */
export interface TokenPlace {
  readonly contender: number;
  readonly sample: number;
  /** Index into the experiment's branches, −1 for the contender's own text. */ readonly branch: number;
  /** In the generated text. */ readonly at: number;
}

/** What the language worker can be asked. A run, a sweep or a load ends older runs and sweeps; newest wins. */
export interface LanguageRequests
  extends
    DeviceRequests<{ readonly forceCpu: boolean }>,
    ModelRequests<LanguageModelId, FormatChoice, LoadedModel, FitReport, LoadProgress> {
  /** What the narrower weights of the model in use cost; for after the first run. */
  loss: { in: Record<string, never>; progress: never; out: { readonly loss: LoadedModel['quantisationLoss'] } };
  /** `fresh`: measure again what was written before and did not change. */
  run: {
    in: { readonly experiment: LanguageExperiment; readonly fingerprint: string | null; readonly fresh: boolean };
    progress: LanguageProgress;
    out: { readonly fingerprint: string; readonly reproduction: LanguageReproduction | null };
  };
  /** The reply to a conversation, by every contender. */
  chat: {
    in: ChatAsk;
    progress: LanguageProgress | ChatEvent;
    out: { readonly fingerprint: string; readonly reproduction: LanguageReproduction | null };
  };
  /** Why this token: the chain at work on its position, recomputed from the run's own logits. */
  inspect: {
    in: {
      readonly experiment: LanguageExperiment;
      readonly place: TokenPlace;
      /** Token ids generated before `at`. */ readonly before: readonly number[];
      readonly token: number;
      /** A token to look up besides, as text; '' for none. */ readonly typed: string;
    };
    progress: never;
    out: Inspection;
  };
  /** Quality against cost over chain or sample settings; see SweepPoint. */
  sweep: {
    in: { readonly experiment: LanguageExperiment };
    progress: { readonly kind: 'point'; readonly point: SweepPoint; readonly fraction: number } | LoadProgress;
    out: { readonly points: number };
  };
  /** The sampler conformance suite, case by case. */
  conformance: {
    in: Record<string, never>;
    /** `of`: how many cases there are. */
    progress: { readonly result: ConformanceResult; readonly of: number };
    out: { readonly passed: number; readonly failed: number };
  };
  unload: { in: Record<string, never>; progress: never; out: Record<string, never> };
}
