// The types of the language lab that the page draws: ui/ may import only state/ and config/.
import type { FitReport, Inspection, LanguageEvent, LoadProgress } from '../worker/protocol.ts';

export type {
  ConformanceResult,
  ContenderCost,
  FitReport,
  Inspection,
  LanguageEvent,
  LanguageRequests,
  LoadProgress,
  LoadedModel,
  SweepPoint,
  TokenPlace,
} from '../worker/protocol.ts';
export type { Failure } from '../../../engine/worker/protocol.ts';
export type { Slot } from '../../../frame/state/slots.ts';
export type TokensEvent = Extract<LanguageEvent, { kind: 'tokens' }>;
export type ShownToken = TokensEvent['tokens'][number];
export type TokenRecord = ShownToken['record'];
export type InspectedStage = Inspection['stages'][number];
export type Candidate = InspectedStage['top'][number];
export type Format = FitReport['formats'][number]['format'];
export type Phase = LoadProgress['phase'];
