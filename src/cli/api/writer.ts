// A language model that answers requests, one after the other, on a device or on the processor.
import { randomInt } from 'node:crypto';
import { type CacheTypes, plainCache } from '../../core/cacheFormat.ts';
import { Turns } from '../../core/turns.ts';
import { DecodingRun, type Models } from '../../engine/decoding/decodingRun.ts';
import { encodeConversation } from '../../engine/decoding/conversation.ts';
import { endTokensOf, vocabularyOf } from '../../engine/decoding/text.ts';
import { plainStops } from '../../formats/plainTemplate.ts';
import { ChatDesk } from '../../labs/language/engine/chat.ts';
import type { LanguageLab, ModelInUse } from '../../labs/language/engine/lab.ts';
import { longestPrompt, mixable, SLACK } from '../../labs/language/engine/prepare.ts';
import { algorithmOf } from '../../labs/language/config/contenderText.ts';
import { refusal } from '../../samplers/decoding/common.ts';
import { usesGrammar } from '../../samplers/decoding/grammar/engine.ts';
import { loadGrammars } from '../../samplers/decoding/grammar/load.ts';
import { refuseChain } from '../../samplers/decoding/refuse.ts';
import type { DecodeRequest, TokenRecord } from '../../samplers/decoding/types.ts';
import { likeliest, watched, type Alternative } from './alternatives.ts';
import type { Ask } from './ask.ts';
import { ApiRefusal } from './refusal.ts';
import { Choice, type ToldToken } from './written.ts';

/** A piece of a choice's text, with the tokens that it comes from where they were asked for. */
export interface Piece {
  readonly choice: number;
  readonly text: string;
  readonly token: ToldToken | null;
  /** Why the choice ended here; null while it goes on. */
  readonly why: string | null;
}
export interface Counted {
  readonly seed: number;
  readonly promptTokens: number;
  /** Of those, how many an earlier request had left read. */
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  readonly promptMs: number;
  readonly writtenMs: number;
}

export class Writer {
  readonly #lab: LanguageLab;
  readonly #model: ModelInUse;
  readonly #cache: CacheTypes | undefined;
  readonly #turns = new Turns();
  /** What earlier requests read and wrote: a conversation goes on from it. */
  readonly #desk = new ChatDesk();

  constructor(lab: LanguageLab, model: ModelInUse, cache?: CacheTypes) {
    this.#cache = cache;
    this.#lab = lab;
    this.#model = model;
  }
  get model(): ModelInUse {
    return this.#model;
  }

  /** Writes what was asked for; requests wait for each other. ApiRefusal where it cannot be written. */
  write(asked: Ask, heard: (piece: Piece) => void, signal: AbortSignal): Promise<Counted> {
    return this.#turns.take(async () => {
      if (usesGrammar(asked.contender.chain)) await loadGrammars();
      const { template } = this.#model;
      // A model without a template reads plain turns, and would go on to write the next one.
      const plain = asked.endpoint === 'chat' && template === null ? plainStops(asked.variables) : [];
      const ask = { ...asked, stop: [...asked.stop, ...plain] };
      const began = performance.now();
      const seed = ask.seed ?? randomInt(2 ** 32);
      const prompts =
        ask.endpoint === 'chat' ? [await this.#conversation(ask)] : ask.prompts.map((p) => this.#tokensOf(p));
      let [read, cached, written, promptMs] = [0, 0, 0, 0];
      for (const [i, prompt] of prompts.entries()) {
        const told = (piece: Piece) => heard({ ...piece, choice: i * ask.n + piece.choice });
        const counted = await this.#writeOne(ask, prompt, seed, told, signal);
        read += prompt.length;
        cached += counted.cached;
        written += counted.tokens;
        promptMs += counted.promptMs;
      }
      const ms = performance.now() - began;
      return {
        seed,
        promptTokens: read,
        cachedTokens: cached,
        writtenTokens: written,
        promptMs,
        writtenMs: ms - promptMs,
      };
    });
  }

  /** Names of special tokens in messages are plain text: a script passes on what others wrote. */
  async #conversation({ messages, variables }: Ask): Promise<readonly number[]> {
    const { tokenizer, config, template } = this.#model;
    return (await encodeConversation({ messages, variables, names: 'text' }, tokenizer, config, template)).tokens;
  }
  #tokensOf(prompt: string | readonly number[]): readonly number[] {
    const { tokenizer, config } = this.#model;
    const tokens = typeof prompt === 'string' ? tokenizer.encode(prompt) : prompt;
    const beyond = tokens.find((id) => id >= config.vocab);
    if (beyond !== undefined)
      throw new ApiRefusal(`prompt names token ${beyond}: the model has tokens 0 to ${config.vocab - 1}.`, {
        param: 'prompt',
      });
    const first = tokenizer.startToken ?? config.startToken ?? config.endTokens[0];
    if (tokens.length > 0) return tokens;
    if (first === undefined)
      throw new ApiRefusal('prompt is empty: the model needs something to go on from.', { param: 'prompt' });
    return [first];
  }

  #request(ask: Ask, prompt: readonly number[], seed: number): DecodeRequest {
    const { config, tokenizer } = this.#model;
    const after = tokenizer.after(prompt);
    return {
      prompt,
      maxTokens: Math.min(ask.maxTokens ?? Infinity, config.context - prompt.length),
      samples: ask.n,
      seed,
      chain: ask.contender.chain,
      vocab: config.vocab,
      endTokens: endTokensOf(tokenizer, config),
      context: config.context,
      text: (token) => tokenizer.piece(token),
      decode: (tokens) => after.decode(tokens),
      stop: ask.stop,
      vocabulary: vocabularyOf(tokenizer, config),
      ...mixable(tokenizer, config),
    };
  }

  /** Runs that together write all choices: one, or one for each where their tokens are told one by one. */
  #assertFits(ask: Ask, prompt: readonly number[], request: DecodeRequest): void {
    const { config } = this.#model;
    if (prompt.length >= config.context)
      throw new ApiRefusal(
        `The prompt has ${prompt.length} tokens; this model was made for ${config.context}, what it writes included.`,
        { code: 'context_length_exceeded' },
      );
    const algorithm = algorithmOf(ask.contender.algorithm);
    const needs = algorithm.needsDraft ? `${algorithm.title} needs a draft model, and the API has none.` : null;
    const told = ask.logprobs !== null && !['sampling', 'greedy'].includes(ask.contender.algorithm);
    const [why] = [
      needs,
      told ? `logprobs are told of sampling and greedy decoding, not of ${algorithm.title}.` : null,
      ...refuseChain(ask.contender.chain),
      refusal(algorithm, request, ask.contender.params, false),
    ].filter((text) => text !== null);
    if (why) throw new ApiRefusal(why);
  }

  async #writeOne(
    ask: Ask,
    prompt: readonly number[],
    seed: number,
    heard: (piece: Piece) => void,
    signal: AbortSignal,
  ): Promise<{ readonly tokens: number; readonly cached: number; readonly promptMs: number }> {
    const request = this.#request(ask, prompt, seed);
    this.#assertFits(ask, prompt, request);
    const algorithm = algorithmOf(ask.contender.algorithm);
    const slots = algorithm.sequences?.(ask.n, ask.contender.params) ?? ask.n;
    const need = {
      tokens: longestPrompt([ask.contender], request) + request.maxTokens + SLACK,
      using: Math.max(1, slots),
      shift: false,
      keep: 0,
      cache: this.#cache ?? plainCache,
    };
    const began = performance.now();
    try {
      const prefixes = await this.#desk.of(this.#lab, 'target', this.#model, need, () => {});
      const { reused } = await prefixes.read(prompt, signal);
      const readMs = performance.now() - began;
      const target = prefixes.view();
      const runs = this.#runs(ask, request, { target, draft: null }, heard);
      for (let active = runs; active.length > 0; active = active.filter(({ run }) => !run.done))
        for (const { run } of active) await run.turn(signal);
      for (const { close } of runs) close();
      const tokens = runs.reduce((sum, { written }) => sum + written(), 0);
      const promptMs = runs.reduce((sum, { run }) => sum + run.cost.prefillMs, readMs);
      // An algorithm that asks for every token's states reads them all itself.
      return { tokens, cached: target.reused > 0 ? reused : 0, promptMs };
    } catch (error) {
      // What a request that failed half way holds of the caches nobody can tell.
      this.#desk.close();
      throw error;
    }
  }

  #runs(ask: Ask, request: DecodeRequest, models: Models, heard: (piece: Piece) => void) {
    const { tokenizer } = this.#model;
    const plain = tokenizer.after(request.prompt, { skipSpecial: true });
    const begin = (samples: number, first: number) => {
      const choices = Array.from({ length: samples }, () => new Choice(plain, ask.stop));
      const texts = new Map<number, { tokens: readonly number[]; records: readonly TokenRecord[] }>();
      let seen: readonly Alternative[] = [];
      const told = (id: number, record: TokenRecord): ToldToken | null =>
        ask.logprobs === null
          ? null
          : {
              id,
              text: tokenizer.piece(id),
              logprob: record.logProbability,
              top: seen.map((a) => ({ ...a, text: tokenizer.piece(a.id) })),
            };
      const own = { ...request, samples, firstSample: first, ofSamples: request.samples };
      const inner = algorithmOf(ask.contender.algorithm).run(own, ask.contender.params);
      const decoding =
        ask.logprobs === null ? inner : watched(inner, (logits) => (seen = likeliest(logits, ask.logprobs!)));
      const run = new DecodingRun(decoding, models, {
        emit(sample, token, record) {
          const text = choices[sample]!.push(token);
          heard({ choice: sample + first, text, token: told(token, record), why: null });
        },
        // A search changes its mind until its end: what it settles on is told then.
        replace: (sample, tokens, records) => void texts.set(sample, { tokens, records }),
        end(sample, why) {
          if (why === 'nothing allowed')
            throw new ApiRefusal(
              `After ${choices[sample]!.tokens} tokens no token of this model goes on as the grammar wants; the text so far: ${choices[sample]!.text.slice(-200)}`,
              { status: 422 },
            );
          const choice = choices[sample]!;
          const text = (texts.get(sample)?.tokens ?? []).map((token) => choice.push(token)).join('') + choice.end(why);
          heard({ choice: sample + first, text, token: null, why });
        },
      });
      const written = () => choices.reduce((sum, { tokens }) => sum + tokens, 0);
      return { run, written, close: () => run.close() };
    };
    return ask.logprobs === null
      ? [begin(request.samples, 0)]
      : Array.from({ length: request.samples }, (_, i) => begin(1, i));
  }
}
