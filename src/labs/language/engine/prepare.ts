// What a run or a sweep of the language lab begins with: models, prompt, caches; and what it cost.
import { algorithmOf, samplesOf } from '../config/contenderText.ts';
import { cacheOf, type LanguageContender, type LanguageExperiment } from '../config/experiment.ts';
import type { TextAfter, Tokenizer } from '../../../formats/tokenizer.ts';
import type { TransformerConfig } from '../../../formats/transformerConfig.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { languageCard, type LanguageModelId } from '../../../models/language.ts';
import { refusal } from '../../../samplers/decoding/common.ts';
import { usesGrammar } from '../../../samplers/decoding/grammar/engine.ts';
import { loadGrammars } from '../../../samplers/decoding/grammar/load.ts';
import { refuseChain } from '../../../samplers/decoding/refuse.ts';
import type { DecodeRequest, MixRequest } from '../../../samplers/decoding/types.ts';
import type { DecodingCost, Models } from '../../../engine/decoding/decodingRun.ts';
import type { ContenderCost, LanguageEvent, LoadProgress } from '../../../engine/decoding/events.ts';
import { ModelError } from '../../../hub/files.ts';
import { type LanguageLab, type ModelInUse } from './lab.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { afterShift, ContextFullError, headOf, Sequences } from '../../../engine/decoding/sequences.ts';
import { encodePrompt, endTokensOf, vocabularyOf, type EncodedPrompt } from '../../../engine/decoding/text.ts';
import { type WrittenText } from '../../../engine/decoding/texts.ts';

export type Emit = (event: LanguageEvent | LoadProgress) => void;

/** The draft a run would use; null when none is known. */
export function draftSource(e: Pick<LanguageExperiment, 'draft' | 'model'>): LanguageSource | null {
  if (e.draft) return e.draft;
  const draft = e.model.from === 'bundled' ? languageCard(e.model.id)?.draft : undefined;
  return draft ? { from: 'bundled', id: draft as LanguageModelId } : null;
}

/** Tokens that speculation may hold beyond the text. */
export const SLACK = 32;

export interface Prepared {
  readonly model: ModelInUse;
  readonly prompt: readonly number[];
  readonly models: Models;
  readonly notices: readonly string[];
  /** Texts as they go on from the prompt, and the same without special tokens. */
  readonly after: TextAfter;
  readonly plain: TextAfter;
  request(c: LanguageContender): DecodeRequest;
  close(): void;
}

/** Models loaded, prompt in tokens, caches allocated: what runs and sweeps begin with. */
export async function prepare(
  lab: LanguageLab,
  e: LanguageExperiment,
  contenders: readonly LanguageContender[],
  emit: Emit,
  signal: AbortSignal,
): Promise<Prepared> {
  await readyFor(contenders);
  const notices: string[] = [];
  const note = (text: string) => {
    notices.push(text);
    emit({ kind: 'notice', contender: null, text });
  };
  for (const text of await lab.override(e.kernels)) note(`${text}.`.replace(/\.\.$/, '.'));
  const model = await lab.use('target', e.model, e.format, nothingGiven, emit, signal);
  const { config, tokenizer } = model;
  const source = contenders.some((c) => algorithmOf(c.algorithm).needsDraft) ? draftSource(e) : null;
  const draft = source ? await lab.use('draft', source, 'auto', nothingGiven, emit, signal) : null;
  if (draft) assertSameTokens(model, draft);
  const encoded = await encodePrompt(e, tokenizer, config, model.template);
  for (const text of encoded.notices) note(text);
  const keep = keptHead(e, encoded);
  let prompt = encoded.tokens;
  if (prompt.length >= config.context) {
    if (e.overflow === 'refuse')
      throw new ContextFullError(
        `The prompt has ${prompt.length} tokens; this model was made for ${config.context}, what it writes included.`,
      );
    const [read, head] = [shortened(prompt, config.context, keep), headOf(Math.floor(config.context / 2), keep)];
    note(
      `The prompt has ${prompt.length} tokens and the context ${config.context}: only its ${head > 0 ? `first ${head === 1 ? 'one' : head} and ` : ''}last ${read.length - head} are read.`,
    );
    prompt = read;
  }
  const wanted =
    longestPrompt(contenders, { prompt, vocab: config.vocab, ...mixable(tokenizer, config) }) + e.maxTokens;
  const slots = contenders.reduce((n, c) => n + sequencesOf(c, samplesOf(c, e.samples, e.maxTokens)), 0);
  const open = (role: 'target' | 'draft', context: number) => () =>
    lab.session(
      role,
      Math.max(1, slots),
      Math.min(context, wanted + SLACK),
      role === 'target' ? cacheOf(e) : undefined,
    );
  const shift = e.overflow === 'shift';
  const target = await Sequences.create(open('target', config.context), { shift, keep, onNotice: note });
  try {
    const models = {
      target,
      draft: draft
        ? await Sequences.create(open('draft', draft.config.context), { shift, keep, onNotice: () => {} })
        : null,
    };
    const ends = endTokensOf(tokenizer, config);
    const after = tokenizer.after(prompt);
    const vocabulary = vocabularyOf(tokenizer, config);
    return {
      model,
      prompt,
      models,
      notices,
      after,
      plain: tokenizer.after(prompt, { skipSpecial: true }),
      request: (c) => ({
        prompt,
        maxTokens: e.maxTokens,
        samples: samplesOf(c, e.samples, e.maxTokens),
        seed: e.seed,
        chain: c.chain,
        vocab: config.vocab,
        endTokens: ends,
        context: shift
          ? Infinity
          : Math.min(config.context, draft && algorithmOf(c.algorithm).needsDraft ? draft.config.context : Infinity),
        text: (token) => tokenizer.piece(token),
        vocabulary,
        decode: (tokens) => after.decode(tokens),
        stop: e.stop,
        ...mixable(tokenizer, config),
      }),
      close: () => {
        models.target.destroy();
        models.draft?.destroy();
      },
    };
  } catch (error) {
    target.destroy();
    throw error;
  }
}

/** What a request has of the model for algorithms that mix distributions. */
export const mixable = (tokenizer: Tokenizer, config: TransformerConfig): Pick<DecodeRequest, 'encode' | 'depth'> => ({
  encode: (text) => tokenizer.encode(text),
  depth: { layers: config.layers, tied: config.tied },
});

/** Tokens of the longest prompt that is read for some contenders: their own, or one beside it. */
export const longestPrompt = (
  contenders: readonly Pick<LanguageContender, 'algorithm' | 'params'>[],
  request: MixRequest,
): number =>
  Math.max(
    request.prompt.length,
    ...contenders.map((c) => algorithmOf(c.algorithm).mixing?.(request, c.params).beside?.prompt.length ?? 0),
  );

/** What the chains of contenders need besides the lab itself. */
export async function readyFor(contenders: readonly LanguageContender[]): Promise<void> {
  if (contenders.some((c) => usesGrammar(c.chain))) await loadGrammars();
}

/** First tokens of the prompt that stay when the oldest are forgotten: what the reader asked for, and a start token. */
export const keptHead = (e: Pick<LanguageExperiment, 'keep'>, { started }: Pick<EncodedPrompt, 'started'>): number =>
  Math.max(e.keep, started ? 1 : 0);
/** What is read of a prompt that is longer than the context. */
export const shortened = (prompt: readonly number[], context: number, keep: number): readonly number[] => {
  const kept = Math.floor(context / 2);
  return afterShift(prompt, headOf(kept, keep), prompt.length - kept);
};

/** Most sequences that a contender holds at once. */
export const sequencesOf = (c: LanguageContender, samples: number) =>
  algorithmOf(c.algorithm).sequences?.(samples, c.params) ?? samples;

export function assertSameTokens(model: ModelInUse, draft: ModelInUse): void {
  const probe = 'The quick brown fox: 3 × 7 = 21, déjà vu!';
  const same =
    model.tokenizer.vocabSize === draft.tokenizer.vocabSize &&
    model.tokenizer.encode(probe).join() === draft.tokenizer.encode(probe).join();
  if (!same)
    throw new ModelError(
      `${draft.title} cannot draft for ${model.title}: their tokenizers differ (${draft.tokenizer.vocabSize} and ${model.tokenizer.vocabSize} tokens).`,
      'Choose a smaller model of the same family.',
    );
}

export const costOf = (
  cost: DecodingCost,
  promptTokens: number,
  tokens: number,
  dispatchesPerToken: number,
): ContenderCost => ({
  promptTokens,
  prefillMs: cost.prefillMs,
  firstTokenMs: cost.firstTokenMs,
  decodeMs: Math.max(0, cost.totalMs - cost.prefillMs),
  tokens,
  fromPrompt: Math.min(tokens, cost.fromPrompt),
  passes: cost.passes,
  rows: cost.checks || cost.rows,
  draftPasses: cost.draftPasses,
  proposed: cost.proposed,
  accepted: cost.accepted,
  dispatchesPerToken,
});
export const countOf = (texts: readonly WrittenText[]) => texts.reduce((n, t) => n + t.tokens.length, 0);

/** Why a contender will not run, as sentences. */
export function refusals(c: LanguageContender, e: LanguageExperiment, hasDraft: boolean): string[] {
  const own = refusal(
    algorithmOf(c.algorithm),
    { samples: samplesOf(c, e.samples, e.maxTokens), maxTokens: e.maxTokens, chain: c.chain },
    c.params,
    hasDraft,
  );
  return [...refuseChain(c.chain), ...(own ? [own] : [])];
}
