// What every decoding algorithm does alike: filling the prompt, passing tokens, ending samples.
import { tokenUniform } from '../../math/tokenUniform.ts';
import { NothingAllowed } from './grammar/engine.ts';
import { stageOf, stages } from './stages.ts';
import type {
  Algorithm,
  Answer,
  Chain,
  DecodeOp,
  DecodeRequest,
  Decoding,
  ForwardAnswer,
  SequenceId,
  Stage,
  StageContext,
  TokenRecord,
} from './types.ts';

type Model = 'target' | 'draft';
export type Forward = DecodeOp & { readonly op: 'forward' };
export type EndReason = (DecodeOp & { readonly op: 'end' })['why'];

/** One forward pass over several sequences. */
export function* forward(
  model: Model,
  rows: Forward['rows'],
  want: Forward['want'] = 'last',
  more: Pick<Forward, 'hidden' | 'draw' | 'early'> = {},
): Generator<DecodeOp, ForwardAnswer, Answer> {
  return (yield { op: 'forward', model, rows, want, ...more }) as ForwardAnswer;
}

export function* open(model: Model, from?: SequenceId): Generator<DecodeOp, SequenceId, Answer> {
  return (yield { op: 'open', model, ...(from !== undefined && { from }) }) as SequenceId;
}

export function* release(model: Model, sequence: SequenceId): Decoding {
  yield { op: 'release', model, sequence };
}

/** Most tokens, prompt included, that a sample may have. */
export const limitOf = (request: Pick<DecodeRequest, 'prompt' | 'maxTokens' | 'context'>): number =>
  Math.min(request.prompt.length + request.maxTokens, request.context);

/**
 * Why a sample with these tokens (prompt included) takes no more; null when it goes on. The stop string may begin in an
 * earlier token, of a branch also before it.
 */
export function endOf(request: DecodeRequest, tokens: readonly number[]): EndReason | null {
  const made = tokens.length - request.prompt.length;
  if (made > 0 && request.endTokens.includes(tokens[tokens.length - 1]!)) return 'end token';
  if (made > 0 && request.stop.length > 0) {
    const text = request.decode(tokens.slice(request.prompt.length - (request.continued ?? 0)));
    if (request.stop.some((s) => s !== '' && text.includes(s))) return 'stop string';
  }
  return tokens.length >= limitOf(request) ? 'length' : null;
}

/** One sample in the making. */
export interface Sample {
  readonly index: number;
  /** Prompt and everything emitted. */
  readonly tokens: number[];
}

/** The stream of random numbers that a sample draws from: a branch of sample 3 draws from that of 3. */
export const streamOf = (request: Pick<DecodeRequest, 'firstSample'>, sample: number): number =>
  sample + (request.firstSample ?? 0);

/**
 * What the stages may know at the end of `tokens` (prompt included): their position and their uniforms are those of the
 * token to come.
 */
export const contextAt = (request: DecodeRequest, sample: number, tokens: readonly number[]): StageContext => ({
  history: tokens,
  promptLength: request.prompt.length - (request.continued ?? 0),
  endTokens: request.endTokens,
  text: request.text,
  vocabulary: request.vocabulary,
  uniform: (purpose, attempt = 0) =>
    tokenUniform(request.seed, streamOf(request, sample), tokens.length, purpose, attempt),
});

/** Emits a token of a sample; when it was the last one, says so and answers true. */
export function* emit(
  request: DecodeRequest,
  sample: Sample,
  token: number,
  record: TokenRecord,
): Generator<DecodeOp, boolean, Answer> {
  sample.tokens.push(token);
  yield { op: 'emit', sample: sample.index, token, record };
  const why = endOf(request, sample.tokens);
  if (why) yield { op: 'end', sample: sample.index, why };
  return why !== null;
}

/** Ends a sample for which a stage allows nothing any more; any other fault is thrown on. */
export function* endedByStage(sample: number, error: unknown): Decoding {
  if (!(error instanceof NothingAllowed)) throw error;
  yield { op: 'end', sample, why: 'nothing allowed', detail: error.message };
}

/**
 * Ends every sample at once when the prompt leaves no room for a single token. Throws a RangeError for a prompt without
 * a token.
 */
export function* ended(request: DecodeRequest): Generator<DecodeOp, boolean, Answer> {
  if (request.prompt.length === 0)
    throw new RangeError(
      "The prompt has no token, so the model has nothing to continue. Type a word, or begin with the model's start token.",
    );
  if (request.prompt.length < limitOf(request)) return false;
  for (let sample = 0; sample < request.samples; sample++) yield { op: 'end', sample, why: 'length' };
  return true;
}

/**
 * The prompt in one sequence, in one pass, and copies of it: `count` sequences after the same tokens, and the logits
 * (and states) of the pass.
 */
export function* prefill(
  model: Model,
  tokens: readonly number[],
  count: number,
  more: Pick<Forward, 'hidden' | 'draw'> = {},
): Generator<DecodeOp, { sequences: SequenceId[]; answer: ForwardAnswer | null }, Answer> {
  const first = yield* open(model);
  const answer = tokens.length > 0 ? yield* forward(model, [{ sequence: first, tokens }], 'last', more) : null;
  const sequences = [first];
  while (sequences.length < count) sequences.push(yield* open(model, first));
  return { sequences, answer };
}

/**
 * Indices of the `count` largest values, largest first, equal ones in the order of their index. O(n + count log count)
 * on average-case data.
 */
export function largest(values: ArrayLike<number>, count: number): number[] {
  const n = values.length;
  const before = (a: number, b: number) => values[b]! - values[a]! || a - b;
  if (count >= n) return Array.from({ length: n }, (_, i) => i).sort(before);
  if (count <= 0) return [];
  let kept: number[] = [];
  let bar = -Infinity;
  for (let i = 0; i < n; i++) {
    if (kept.length >= count && !(values[i]! > bar)) continue;
    kept.push(i);
    if (kept.length >= 4 * count + 16) {
      kept = kept.sort(before).slice(0, count);
      bar = values[kept[count - 1]!]!;
    }
  }
  return kept.sort(before).slice(0, count);
}

/** Whether an algorithm does anything with a stage. */
export const takesStage = (algorithm: Algorithm, stage: Stage | undefined): boolean =>
  algorithm.usesChain || (algorithm.takesReordering === true && stage?.reorders === true);

/** Why a run cannot be as it is asked, as a sentence; null when it can. */
export function refusal(
  algorithm: Algorithm,
  request: { readonly samples: number; readonly maxTokens: number; readonly chain: Chain },
  params: unknown,
  hasDraft: boolean,
): string | null {
  if (algorithm.needsDraft && !hasDraft && algorithm.mixing)
    return `${algorithm.title} needs a smaller model with the same tokenizer as its amateur: choose one as the draft model.`;
  if (algorithm.needsDraft && !hasDraft)
    return `${algorithm.title} needs a draft model with the same tokenizer: choose one, or choose prompt lookup, which needs none.`;
  const idle = algorithm.usesChain ? [] : request.chain.filter((s) => !takesStage(algorithm, stageOf(s.stage)));
  if (idle.length > 0) {
    const one = idle.length === 1;
    const takes = algorithm.takesReordering
      ? ` It takes stages that change which token is the most likely: ${Object.values(stages)
          .filter((s: Stage) => s.reorders)
          .map((s) => s.id)
          .join(', ')}.`
      : '';
    return `${algorithm.title} draws nothing, so its ${one ? 'stage' : 'stages'} ${idle.map((s) => s.stage).join(', ')} would be ignored: remove ${one ? 'it' : 'them'}, or choose sampling.${takes}`;
  }
  return algorithm.refuse?.(request, params) ?? null;
}
