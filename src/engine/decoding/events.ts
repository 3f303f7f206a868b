import type { TokenRecord } from '../../samplers/decoding/types.ts';

export type { LoadProgress } from '../modelRequests.ts';

/** `stored`: each matrix in the type of number that its file has. */
export type Format = 'f32' | 'f16' | 'int8' | 'int4' | 'stored';

/** Milliseconds are wall time of this contender's own passes; counts are totals over its samples. */
export interface ContenderCost {
  readonly promptTokens: number;
  readonly prefillMs: number;
  /** From the contender's start to its first token. */
  readonly firstTokenMs: number;
  readonly decodeMs: number;
  readonly tokens: number;
  /** Tokens that the prompt's own pass produced: they belong to no later pass and to none of `decodeMs`. */
  readonly fromPrompt: number;
  /**
   * Forward passes of the target and of the draft after the prompt; `rows` adds up the texts in the target's, each once
   * however many drafts of it were read.
   */
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
  /** Beam search and best-of-N replace the shown text by a better one. */
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
      /** Characters of the generated text before the stop string that ended it; null when none did. */
      readonly cut: number | null;
      /** Countdown: whether the answer evaluates to the target. */
      readonly solved: boolean | null;
    }
  | { readonly kind: 'cost'; readonly contender: number; readonly cost: ContenderCost }
  | { readonly kind: 'metrics'; readonly contender: number; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'notice'; readonly contender: number | null; readonly text: string };
