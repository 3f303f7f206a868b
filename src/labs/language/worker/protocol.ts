import type { LanguageExperiment, FormatChoice } from '../config/experiment.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import type { LanguageReproduction } from '../config/fingerprint.ts';
import type { ConformanceResult, FitReport, Inspection, LoadedModel, SweepPoint } from '../engine/events.ts';
import type { ContenderCost, LanguageEvent, LoadProgress } from '../../../engine/decoding/events.ts';
import type { StoredModel } from '../../../hub/types.ts';
import type { DeviceRequests } from '../../../engine/worker/protocol.ts';

export type {
  ConformanceResult,
  ContenderCost,
  FitReport,
  Inspection,
  LanguageEvent,
  LoadProgress,
  LoadedModel,
  StoredModel,
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
export interface LanguageRequests extends DeviceRequests<{ readonly forceCpu: boolean }> {
  /**
   * Make a model ready. A failed load leaves the previous one usable. `files` are what the reader dropped, for from:
   * 'file'.
   */
  load: {
    in: {
      readonly source: LanguageSource;
      readonly format: FormatChoice;
      readonly files: readonly File[];
      readonly token: string | null;
    };
    progress: LoadProgress;
    out: LoadedModel;
  };
  /** What the narrower weights of the model in use cost; for after the first run. */
  loss: { in: Record<string, never>; progress: never; out: { readonly loss: LoadedModel['quantisationLoss'] } };
  /** What a model would need here, asked before its download. */
  fit: {
    in: { readonly source: LanguageSource; readonly files: readonly File[]; readonly token: string | null };
    progress: never;
    out: FitReport;
  };
  /** `fresh`: measure again what was written before and did not change. */
  run: {
    in: { readonly experiment: LanguageExperiment; readonly fingerprint: string | null; readonly fresh: boolean };
    progress: LanguageProgress;
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
  /** Models kept on this machine. */
  stored: {
    in: Record<string, never>;
    progress: never;
    out: { readonly models: readonly StoredModel[]; readonly used: number; readonly quota: number | null };
  };
  forget: { in: { readonly key: string }; progress: never; out: Record<string, never> };
  unload: { in: Record<string, never>; progress: never; out: Record<string, never> };
}
