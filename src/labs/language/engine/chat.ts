// The reply to a conversation, by every contender at once; what was read of it for the reply before is not read again.
import type { ChatMessage } from '../../../formats/chatTemplate.ts';
import { plainStops } from '../../../formats/plainTemplate.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { cacheLength, type CacheTypes, plainCache } from '../../../core/cacheFormat.ts';
import { cacheBytes } from '../../../networks/kvCache.ts';
import type { DecodeRequest } from '../../../samplers/decoding/types.ts';
import { encodeConversation } from '../../../engine/decoding/conversation.ts';
import { Prefixes } from '../../../engine/decoding/prefixes.ts';
import { ContextFullError, Sequences } from '../../../engine/decoding/sequences.ts';
import { endTokensOf, vocabularyOf } from '../../../engine/decoding/text.ts';
import { algorithmOf } from '../config/contenderText.ts';
import { cacheOf, type LanguageContender, type LanguageExperiment } from '../config/experiment.ts';
import {
  compareLanguageFingerprint,
  formatLanguageFingerprint,
  type LanguageReproduction,
} from '../config/fingerprint.ts';
import type { ChatEvent } from './events.ts';
import type { LanguageLab, ModelInUse } from './lab.ts';
import {
  assertSameTokens,
  draftSource,
  keptHead,
  longestPrompt,
  mixable,
  readyFor,
  refusals,
  sequencesOf,
  shortened,
  SLACK,
  type Emit,
  type Prepared,
} from './prepare.ts';
import { Row } from './row.ts';

export interface ChatAsk {
  readonly experiment: LanguageExperiment;
  /** The system text first, if there is one; the last is answered. */
  readonly messages: readonly ChatMessage[];
  /** Which attempt at this reply: each draws other random numbers, the first those of sample 0. */
  readonly tries: number;
  /** The record of a link, to compare the replies with. */
  readonly fingerprint: string | null;
}

/** What is kept of caches beside those in use may take this many bytes. */
const KEPT_BYTES = 2 ** 30;
/** Tokens that a cache is made for at least; doubled when a conversation outgrows it. */
const SHORTEST = 1024;

interface Held {
  readonly sequences: Sequences;
  readonly prefixes: Prefixes;
  readonly model: ModelInUse;
  /** Tokens of one sequence, and how many sequences may be in use. */
  readonly context: number;
  readonly cache: CacheTypes;
  readonly using: number;
}

/** The caches of a conversation, kept from turn to turn until its model goes or another view needs the device. */
export class ChatDesk {
  readonly #held: { target: Held | null; draft: Held | null } = { target: null, draft: null };
  #onNotice: (text: string) => void = () => {};

  /** Sequences kept in the target's cache. */
  get kept(): number {
    return this.#held.target?.prefixes.count ?? 0;
  }

  /** Caches for a turn: those of the turn before where they fit. */
  async of(
    lab: LanguageLab,
    role: 'target' | 'draft',
    model: ModelInUse,
    need: {
      readonly tokens: number;
      readonly using: number;
      readonly shift: boolean;
      readonly keep: number;
      readonly cache: CacheTypes;
    },
    onNotice: (text: string) => void,
  ): Promise<Prefixes> {
    this.#onNotice = onNotice;
    const held = this.#held[role];
    const cache = role === 'target' ? need.cache : plainCache; // a draft’s is small
    const tokens = Math.min(need.tokens, model.config.context);
    const kept = held?.cache.keys === cache.keys && held.cache.values === cache.values;
    if (held?.model === model && kept && held.context >= tokens && held.using >= need.using) return held.prefixes;
    held?.sequences.destroy();
    this.#held[role] = null;
    const context = Math.min(model.config.context, Math.max(SHORTEST, 2 ** Math.ceil(Math.log2(tokens))));
    const most = mostKept(lab.ctx, model, context, need.using, cache);
    const sequences = await Sequences.create(() => lab.session(role, need.using + most + 1, context, cache), {
      shift: need.shift,
      keep: need.keep,
      onNotice: (text) => role === 'target' && this.#onNotice(text),
    });
    const prefixes = new Prefixes(sequences, most);
    this.#held[role] = { sequences, prefixes, model, context, cache, using: need.using };
    return prefixes;
  }

  /** Gives all of it back. */
  close(): void {
    for (const role of ['target', 'draft'] as const) {
      this.#held[role]?.sequences.destroy();
      this.#held[role] = null;
    }
  }
}

/** Sequences that may be kept beside `using` others and the one that is being read: by memory, and by what can be bound. */
function mostKept(
  ctx: GpuContext | null,
  { config }: ModelInUse,
  context: number,
  using: number,
  cache: CacheTypes,
): number {
  const count = context * config.kvHeads * config.headDim;
  const longest = Math.max(cacheLength(cache.keys, count), cacheLength(cache.values, count));
  const bound = ctx ? Math.floor(ctx.info.limits.maxStorageBufferBindingSize / longest) : Infinity;
  const room = Math.floor(KEPT_BYTES / cacheBytes(config, context, cache));
  return Math.max(1, Math.min(2 * using, room, bound - using - 1));
}

export async function runChat(
  lab: LanguageLab,
  desk: ChatDesk,
  { experiment, messages, tries, fingerprint }: ChatAsk,
  emit: (event: ChatEvent | Parameters<Emit>[0]) => void,
  signal: AbortSignal,
): Promise<{ readonly fingerprint: string; readonly reproduction: LanguageReproduction | null }> {
  const last = messages.findLast((m) => m.role === 'user')?.content ?? '';
  const asked = { ...experiment, samples: 1, prompt: last, branches: [] };
  const notices: string[] = [];
  const note = (text: string) => {
    notices.push(text);
    emit({ kind: 'notice', contender: null, text });
  };
  await readyFor(asked.contenders);
  const able = asked.contenders.map((c, contender) => {
    const why = refusals(c, asked, draftSource(asked) !== null);
    for (const text of why) emit({ kind: 'notice', contender, text });
    return why.length === 0;
  });
  const contenders = asked.contenders.filter((_, i) => able[i]);
  for (const text of await lab.override(asked.kernels)) note(`${text}.`.replace(/\.\.$/, '.'));
  const model = await lab.use('target', asked.model, asked.format, nothingGiven, emit, signal);
  const source = contenders.some((c) => algorithmOf(c.algorithm).needsDraft) ? draftSource(asked) : null;
  const draft = source ? await lab.use('draft', source, 'auto', nothingGiven, emit, signal) : null;
  if (draft) assertSameTokens(model, draft);

  const { config, tokenizer, template } = model;
  const e = template === null ? { ...asked, stop: [...asked.stop, ...plainStops(asked.variables)] } : asked;
  const encoded = await encodeConversation(
    { messages, variables: e.variables, names: e.names },
    tokenizer,
    config,
    template,
  );
  for (const text of encoded.notices) note(text);
  const keep = keptHead(e, encoded);
  const shift = e.overflow === 'shift';
  const tooLong = encoded.tokens.length >= config.context;
  if (tooLong && !shift)
    throw new ContextFullError(
      `The conversation has ${encoded.tokens.length} tokens; this model was made for ${config.context}, its reply included.`,
    );
  const prompt = tooLong ? shortened(encoded.tokens, config.context, keep) : encoded.tokens;
  if (tooLong) note(`The conversation has outgrown the context of ${config.context} tokens: its oldest are not read.`);
  emit({ kind: 'prompt', tokens: prompt.map((id) => ({ id, text: tokenizer.piece(id) })) });

  const need = {
    tokens:
      longestPrompt(contenders, { prompt, vocab: config.vocab, ...mixable(tokenizer, config) }) + e.maxTokens + SLACK,
    using: Math.max(
      1,
      contenders.reduce((n, c) => n + sequencesOf(c, 1), 0),
    ),
    shift,
    keep,
    cache: cacheOf(e),
  };
  const target = await desk.of(lab, 'target', model, need, note);
  const drafts = draft ? await desk.of(lab, 'draft', draft, need, note) : null;
  const reading = await target.read(prompt, signal, (done) => emit({ kind: 'reading', done, of: prompt.length }));
  emit({ kind: 'read', ...reading });

  const after = tokenizer.after(prompt);
  const request = (c: LanguageContender): DecodeRequest => ({
    prompt,
    maxTokens: e.maxTokens,
    samples: 1,
    firstSample: tries,
    ofSamples: tries + 1,
    seed: e.seed,
    chain: c.chain,
    vocab: config.vocab,
    endTokens: endTokensOf(tokenizer, config),
    context: shift
      ? Infinity
      : Math.min(config.context, draft && algorithmOf(c.algorithm).needsDraft ? draft.config.context : Infinity),
    text: (token) => tokenizer.piece(token),
    decode: (tokens) => after.decode(tokens),
    stop: e.stop,
    vocabulary: vocabularyOf(tokenizer, config),
    ...mixable(tokenizer, config),
  });
  const prepared = (): Prepared => {
    return {
      model,
      prompt,
      models: { target: target.view(), draft: drafts?.view() ?? null },
      notices,
      after,
      plain: tokenizer.after(prompt, { skipSpecial: true }),
      request,
      close: () => {},
    };
  };
  const rows = e.contenders.map((c, i) => (able[i] ? new Row(prepared(), e, c, i, emit, undefined) : null));
  try {
    const unfinished = () => rows.filter((r) => r !== null && !r.done);
    for (let active = unfinished(); active.length > 0; active = unfinished())
      for (const row of active) await row!.turn(signal);
  } finally {
    for (const row of rows) row?.close();
  }
  const texts = rows.map((row) => row?.texts.texts.map((t) => t.tokens) ?? []);
  return {
    fingerprint: formatLanguageFingerprint(texts),
    reproduction: fingerprint === null ? null : compareLanguageFingerprint(fingerprint, texts),
  };
}
