import type { TemplateVariable } from '../../../formats/chatTemplate.ts';
import type { PerToken } from '../../../formats/perToken.ts';
import type { TransformerConfig } from '../../../formats/transformerConfig.ts';
import type { Format } from '../../../engine/decoding/events.ts';
import type { FitReport as ModelFit, LoadedModel as ModelInUse } from '../../../engine/modelRequests.ts';
import type { LanguageModelId } from '../../../models/language.ts';

export interface LoadedModel extends ModelInUse<LanguageModelId> {
  readonly config: TransformerConfig;
  readonly format: Format;
  readonly parameters: number;
  /** Of a mixture of experts: what one token is computed with, and what is read for it. */
  readonly active?: PerToken;
  readonly gpuBytes: number;
  readonly loadMs: number;
  /** Sequences × tokens that the cache of a run may hold here. */
  readonly longestContext: number;
  readonly hasChatTemplate: boolean;
  /** Why its chat template cannot be followed, as far as reading it tells. */
  readonly templateFault: string | null;
  /** What its chat template, or the plain one in its place, can be told. */
  readonly templateVariables: readonly TemplateVariable[];
  /** Names of its special tokens. */
  readonly specialNames: readonly string[];
  /**
   * Change of mean log-loss by quantisation, nats per token against the file's own weights, with the number of tokens
   * measured; null when not quantised, not measurable, or not measured yet (the request `loss`).
   */
  readonly quantisationLoss: {
    readonly before: number;
    readonly after: number;
    readonly tokens: number;
    readonly savedBytes: number;
  } | null;
  /** What the card says: held-out loss, licence, provenance. */
  readonly card: Readonly<Record<string, unknown>> | null;
  /** What the reader should know, e.g. that 16-bit weights were expanded. */
  readonly notices: readonly string[];
}

/** A conversation being read: how far, and in the end how much of it was there already. */
export type ChatEvent =
  | { readonly kind: 'reading'; readonly done: number; readonly of: number }
  | { readonly kind: 'read'; readonly reused: number; readonly read: number };

export interface FitReport extends ModelFit<Format> {
  readonly architecture: string;
  readonly parameters: number;
  /** Of a mixture of experts: weights that one token is computed with. */
  readonly active?: number;
}

export interface Candidate {
  readonly token: number;
  readonly text: string;
  readonly logit: number;
  readonly probability: number;
}
/** One stage of the chain on one position; the first is the model itself. */
export interface InspectedStage {
  readonly title: string;
  readonly top: readonly Candidate[];
  readonly entropy: number;
  readonly kept: number;
  readonly keptMass: number;
  /** Likely tokens that entered the stage and did not leave it, with the probability that they entered with. */
  readonly removed?: readonly Candidate[];
  /** What the stage itself says of the place, as sentences. */
  readonly words?: readonly string[];
}
/** A token that the reader typed, at one position. */
export interface TypedToken {
  readonly token: number;
  readonly text: string;
  /** Tokens that the typed text takes: of more than one this is the first. */
  readonly of: number;
  /** In the model's own distribution; 0 is the likeliest. */
  readonly rank: number;
  readonly probability: number;
  /** After all stages. */
  readonly drawn: number;
}
export interface Inspection {
  readonly stages: readonly InspectedStage[];
  /** The final distribution in the order of the draw: cumulative intervals of the first candidates. */
  readonly draw: {
    readonly u: number;
    readonly intervals: readonly {
      readonly token: number;
      readonly text: string;
      readonly from: number;
      readonly to: number;
    }[];
  } | null;
  readonly chosen: Candidate & { readonly rank: number; readonly surprisalBits: number };
  readonly note: string | null;
  readonly typed: readonly TypedToken[];
}

export interface SweepPoint {
  readonly contender: number;
  /** What was varied: `temperature` of the chain, or number of samples for Countdown. */
  readonly axis: 'temperature' | 'samples';
  readonly value: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly cost: { readonly tokens: number; readonly ms: number };
}

export interface ConformanceResult {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly passed: boolean;
  readonly details: string;
}
