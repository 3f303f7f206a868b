import type { Fields } from '../../core/field.ts';
import type { DrawParams } from '../../math/reference/draw.ts';
import type { Vocabulary } from './grammar/trie.ts';
import type { Purpose } from '../../math/tokenUniform.ts';

export interface Paper {
  readonly title: string;
  readonly url: string;
}

/** What a stage may know besides the logits. */
export interface StageContext {
  /** Every token before this position, prompt included. */
  readonly history: readonly number[];
  /** Tokens of the prompt at the start of `history`. */
  readonly promptLength: number;
  /** Tokens that end a text; none when absent. */
  readonly endTokens?: readonly number[];
  /** The keyed uniform in [0, 1) of this position for a purpose; the same every time it is asked. Who draws for one place
   * more than once counts attempts, from 0. */
  uniform(purpose: Purpose, attempt?: number): number;
  /** The text of a token, for stages that look at text; null when the model has no tokenizer. */
  text(token: number): string | null;
  /** The tokens as bytes, one object per model, for stages that follow a grammar; absent when there is no tokenizer. */
  readonly vocabulary?: Vocabulary | undefined;
}

/**
 * One step of a token sampler: logits in, logits out, natural-log units. Removed tokens are −Infinity; a stage never
 * adds support and never returns an empty support (see `keepOne`), but may throw NothingAllowed. Pure: the input array is not written.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds stages of every type
export interface Stage<P = any, S = any> {
  /** As in llama.cpp and transformers, e.g. `top_k`, `min_p`. */
  readonly id: string;
  readonly title: string;
  readonly group: 'shape' | 'truncate' | 'penalise' | 'adaptive' | 'constrain';
  readonly paper: Paper;
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly params: Fields<P>;
  /** It removes tokens whatever their logits are, and changes no others. */
  readonly masks?: true;
  /** Without a draw of its own, it may change which token is the most likely: greedy decoding takes such stages. */
  readonly reorders?: true;
  /** Memory of a stage that adapts, e.g. mirostat's μ; absent when it has none. */
  start?(params: P): S;
  apply(logits: Float64Array, context: StageContext, params: P, state: S): Float64Array;
  /**
   * The memory after `token` was drawn; `surprise` is −log₂ of its probability under the distribution that `apply`
   * returned, `entering` the same under the one it was given, in bits.
   */
  observe?(
    state: S,
    event: { readonly token: number; readonly surprise: number; readonly entering: number },
    params: P,
  ): S;
  /** Why these parameters do nothing or cannot hold, as a sentence; null when fine. */
  refuse?(params: P): string | null;
}

/** A stage with its parameters, as a contender's chain lists it. */
export interface StageUse {
  readonly stage: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
}
export type Chain = readonly StageUse[];

/** The chain at work on one position: what a reader sees on clicking a token. */
export interface Trace {
  /** After the model, then after each stage; float64 logits. */
  readonly logits: readonly Float64Array[];
  /** The final distribution, Σ = 1. */
  readonly probabilities: Float64Array;
  /** The uniform that drew, or null when nothing was drawn. */
  readonly u: number | null;
  readonly token: number;
}

/** A sequence held by a session: a slot of the KV cache. */
export type SequenceId = number;

/**
 * One instruction of a decoding algorithm. An algorithm is a generator that yields these and receives `Answer`s: it
 * knows no GPU, no clock and no promise, so the same code runs against a model on the GPU, the float64 reference and a
 * table in a test.
 */
export type DecodeOp =
  /** Append tokens to sequences, all in one forward pass; answers logits after the last token, or after every token, of each.
   * `hidden` asks for final-norm states too: true at the places of the logits, 'all' after every token fed even when
   * `want` is 'last'.
   * `draw`, one per row, lets the model draw the next token itself (on the GPU, a few bytes come back); a model that
   * cannot answers with logits as ever.
   * `early` asks for the logits that the head makes of the residual stream after so many layers, at the places of the
   * logits: not with `draw`. */
  | {
      readonly op: 'forward';
      readonly model: 'target' | 'draft';
      readonly rows: readonly { readonly sequence: SequenceId; readonly tokens: readonly number[] }[];
      readonly want: 'last' | 'all';
      readonly hidden?: boolean | 'all';
      readonly draw?: readonly DrawParams[];
      readonly early?: readonly number[];
    }
  /** A new empty sequence, or a copy of `from`. Answers its id. */
  | { readonly op: 'open'; readonly model: 'target' | 'draft'; readonly from?: SequenceId }
  /** Forget all but the first `length` tokens. */
  | {
      readonly op: 'rollback';
      readonly model: 'target' | 'draft';
      readonly sequence: SequenceId;
      readonly length: number;
    }
  | { readonly op: 'release'; readonly model: 'target' | 'draft'; readonly sequence: SequenceId }
  /** A token of a sample is final (provisional only for algorithms that send a `replace` later). */
  | { readonly op: 'emit'; readonly sample: number; readonly token: number; readonly record: TokenRecord }
  /**
   * Beam search and the like: replace the whole text of a sample; may come again as the search changes its mind. The
   * last `score` ranks the samples.
   */
  | {
      readonly op: 'replace';
      readonly sample: number;
      readonly tokens: readonly number[];
      readonly records: readonly TokenRecord[];
      readonly score: number;
    }
  /**
   * One target pass of speculation looked at a sample: how many tokens were proposed to it, and how many of them it
   * accepted.
   */
  | { readonly op: 'count'; readonly sample: number; readonly proposed: number; readonly accepted: number }
  | {
      readonly op: 'end';
      readonly sample: number;
      readonly why: 'end token' | 'stop string' | 'length' | 'nothing left' | 'nothing allowed';
      /** More of it, as a sentence. */
      readonly detail?: string;
    };

/** What is kept of every emitted token. Natural logarithms; entropies in nats. */
export interface TokenRecord {
  /** log p of the token under the model itself (softmax of the raw logits, no stage). */
  readonly logProbability: number;
  /** log p under the final distribution that drew it; null when nothing was drawn. */
  readonly drawnLogProbability: number | null;
  /** Entropy of the raw distribution. */
  readonly entropy: number;
  /** Rank of the token among the raw logits, 0 is the largest. */
  readonly rank: number;
  /** Mass of the raw distribution on the tokens that survived the stages. */
  readonly keptMass: number;
  /**
   * Uniform that settled the token: of the draw (for `arithmetic` the sample's code), of the acceptance when `drafted`,
   * of the draw from the residual when `corrected`; null when none.
   */
  readonly u: number | null;
  /**
   * `drafted`: proposed by a draft and accepted; `corrected`: drawn after a rejection; `bonus`: after a fully accepted
   * draft.
   */
  readonly by: 'model' | 'drafted' | 'corrected' | 'bonus' | 'reader';
}

/** logits[i][j]: row i of the forward's `rows`, its j-th wanted position; f32 as the model made them. */
export interface ForwardAnswer {
  readonly logits: readonly (readonly Float32Array[])[];
  /** Final-norm states, when asked. */
  readonly hidden?: readonly (readonly Float32Array[])[];
  /** early[row][place][k]: logits after the k-th of the layers asked for. */
  readonly early?: readonly (readonly (readonly Float32Array[])[])[];
  /** One per row when the model drew; `logits` is empty then. */
  readonly drawn?: readonly Drawn[];
}
/** A token that the model drew, with what its record needs. */
export interface Drawn {
  readonly token: number;
  readonly logProbability: number;
  readonly drawnLogProbability: number;
  readonly entropy: number;
  readonly rank: number;
  readonly keptMass: number;
}
export type Answer = ForwardAnswer | SequenceId | undefined;
/**
 * A generator that is closed early (`return`) can yield nothing more: its driver releases every sequence that it
 * opened.
 */
export type Decoding = Generator<DecodeOp, void, Answer>;

/** What an algorithm is given. */
export interface DecodeRequest {
  readonly prompt: readonly number[];
  /** So many of the prompt's last tokens are the text's own beginning: a branch goes on from them. */
  readonly continued?: number;
  /** Most tokens a sample gets after the prompt. */
  readonly maxTokens: number;
  readonly samples: number;
  /** Sample i draws the random numbers of i + firstSample; a branch of sample 3 draws those of 3. */
  readonly firstSample?: number;
  /**
   * Samples of the whole run that this is a part of, where they share something out among them; `samples` when absent.
   */
  readonly ofSamples?: number;
  readonly seed: number;
  readonly chain: Chain;
  readonly vocab: number;
  readonly endTokens: readonly number[];
  /**
   * Longest sequence of the model, prompt included; an algorithm ends a sample with 'length' before it would pass it.
   */
  readonly context: number;
  text(token: number): string | null;
  readonly vocabulary?: Vocabulary | undefined;
  /** Whole text of the tokens after the prompt, for stop strings. */
  decode(tokens: readonly number[]): string;
  readonly stop: readonly string[];
  /** Tokens of a text that stands for itself, as the model's prompts begin; absent when there is no tokenizer. */
  encode?(text: string): readonly number[];
  /** Layers of the model, and whether its head is its embedding; for algorithms that read layers before the last. */
  readonly depth?: { readonly layers: number; readonly tied: boolean };
}

/** What the distributions that an algorithm mixes are read from. */
export type MixRequest = Pick<DecodeRequest, 'prompt' | 'continued' | 'vocab' | 'encode' | 'depth'>;

/** One row of logits made of several, with what it was made of: what the inspector shows. */
export interface Mixed {
  /** What the chain is given; −Infinity where nothing may be drawn. */
  readonly logits: Float64Array;
  /** The rows besides the model's own, named. */
  readonly parts: readonly { readonly title: string; readonly logits: ArrayLike<number> }[];
  readonly title: string;
  /** How it was made here, as sentences. */
  readonly words: readonly string[];
}

/** The rows of a place besides the model's own, as a mixing asked for them. */
export interface OtherRows {
  readonly beside?: Float32Array | undefined;
  readonly early?: readonly Float32Array[] | undefined;
}

/** How the chain's logits are made of the model's and others of the same place. */
export interface Mixing {
  /** The text after another prompt, read by the target itself, or after the same one by the draft model. */
  readonly beside?: { readonly model: 'target' | 'draft'; readonly prompt: readonly number[] };
  /** Layers of the target whose logits are asked for. */
  readonly layers?: readonly number[];
  /** `allowed` are the model's logits less what the chain's masks forbid: what is plausible is judged among these. */
  mix(logits: Float32Array, others: OtherRows, allowed: ArrayLike<number>): Mixed;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds algorithms of every parameter type
export interface Algorithm<P = any> {
  /** e.g. `sampling`, `beam`, `speculative`. */
  readonly id: string;
  readonly title: string;
  readonly paper: Paper;
  readonly summary: string;
  readonly params: Fields<P>;
  /** True when a draft model is needed. */
  readonly needsDraft?: boolean;
  /** False when the algorithm ignores nothing but has no use for a chain (greedy, beam): a chain is then refused. */
  readonly usesChain: boolean;
  /** Draws nothing and takes the stages that change the order of tokens all the same. */
  readonly takesReordering?: true;
  /**
   * True when its samples have the same distribution as plain sampling with the chain; conformance tests run over
   * these.
   */
  readonly preservesDistribution: boolean;
  /**
   * Most sequences of the target, and of the draft, open at once; as many as samples when absent.
   */
  sequences?(samples: number, params: P): number;
  /** When what it draws from is made of several distributions: how. Throws an Error in words where it cannot be. */
  mixing?(request: MixRequest, params: P): Mixing;
  /** Why these settings contradict each other, as a sentence; null when fine. */
  refuse?(request: Pick<DecodeRequest, 'samples' | 'maxTokens' | 'chain'>, params: P): string | null;
  run(request: DecodeRequest, params: P): Decoding;
}
