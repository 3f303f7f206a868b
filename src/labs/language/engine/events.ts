import type { ModelSource } from '../config/experiment.ts';
import type { TransformerConfig } from '../../../formats/transformerConfig.ts';
import type { TokenRecord } from '../../../samplers/decoding/types.ts';

/** One model of progress for every load: bytes first, then what is done with them. */
export interface LoadProgress {
  readonly kind: 'load';
  readonly phase: 'download' | 'read' | 'upload' | 'compile' | 'warm up';
  /** Display name of the model. */
  readonly model: string;
  readonly done: number;
  readonly total: number;
  /** Bytes per second over the last seconds, null when unknown. */
  readonly speed: number | null;
  readonly remainingMs: number | null;
  /** Bytes that came from this machine's own store instead of the network. */
  readonly fromStore: number;
}

export type Format = 'f32' | 'f16' | 'int8' | 'int4';

export interface LoadedModel {
  readonly source: ModelSource;
  readonly title: string;
  readonly config: TransformerConfig;
  readonly format: Format;
  readonly parameters: number;
  readonly gpuBytes: number;
  readonly loadMs: number;
  /** Sequences × tokens that the cache of a run may hold here. */
  readonly longestContext: number;
  readonly hasChatTemplate: boolean;
  /**
   * Change of mean log-loss by quantisation, nats per token against the file's own weights, with the number of tokens
   * measured; null when not quantised or not measurable.
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

export interface FitReport {
  readonly title: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly downloadBytes: number;
  /** Already on this machine. */
  readonly storedBytes: number;
  readonly freeBytes: number | null;
  readonly formats: readonly {
    readonly format: Format;
    readonly gpuBytes: number;
    readonly fits: boolean;
    /** e.g. "the head is split in 3 bindings" or why it does not fit */ readonly how: string;
  }[];
}

export interface StoredModel {
  readonly key: string;
  readonly title: string;
  readonly bytes: number;
  readonly complete: boolean;
  readonly usedAt: number;
}

/** Milliseconds are wall time of this contender's own passes; counts are totals over its samples. */
export interface ContenderCost {
  readonly promptTokens: number;
  readonly prefillMs: number;
  /** From the contender's start to its first token. */
  readonly firstTokenMs: number;
  readonly decodeMs: number;
  readonly tokens: number;
  /** Tokens that came of the prompt's own pass: no later pass made them, no later millisecond is theirs. */
  readonly fromPrompt: number;
  /** Forward passes of the target and of the draft after the prompt; `rows` adds up the sequences in the target's. */
  readonly passes: number;
  readonly rows: number;
  readonly draftPasses: number;
  readonly proposed: number;
  readonly accepted: number;
  /** GPU dispatches of one single-token pass. */
  readonly dispatchesPerToken: number;
}

export interface ShownToken {
  readonly id: number;
  readonly text: string;
  readonly record: TokenRecord;
}

export type LanguageEvent =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number | null }
  | { readonly kind: 'prompt'; readonly tokens: readonly { readonly id: number; readonly text: string }[] }
  /**
   * branch −1: the contender's own text; `from` is the place of the first of them in the generated text. A branch
   * begins with its picked token, at `at`.
   */
  | {
      readonly kind: 'tokens';
      readonly contender: number;
      readonly sample: number;
      readonly branch: number;
      readonly from: number;
      readonly tokens: readonly ShownToken[];
    }
  /** Beam search and best-of-N show their best text anew. */
  | {
      readonly kind: 'replace';
      readonly contender: number;
      readonly sample: number;
      readonly branch: number;
      readonly tokens: readonly ShownToken[];
      readonly score: number;
    }
  | {
      readonly kind: 'end';
      readonly contender: number;
      readonly sample: number;
      readonly branch: number;
      readonly why: string;
      /** Countdown: does the answer evaluate to the target. */ readonly solved: boolean | null;
    }
  | { readonly kind: 'cost'; readonly contender: number; readonly cost: ContenderCost }
  | { readonly kind: 'metrics'; readonly contender: number; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'notice'; readonly contender: number | null; readonly text: string };

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
