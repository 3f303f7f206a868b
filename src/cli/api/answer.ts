// What was written, in OpenAI's shapes: whole, or piece by piece. `timings` is as llama.cpp's server adds it; `seed` is what to
// send for the same text again.
import type { Ask } from './ask.ts';
import type { Counted, Piece } from './writer.ts';
import { finishReason, type ToldToken } from './written.ts';

export interface Head {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}
interface Gathered {
  text: string;
  readonly tokens: ToldToken[];
  /** Where each token begins in the text. */
  readonly offsets: number[];
  why: string | null;
}

const bytesOf = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const chatToken = ({ text, logprob, top }: ToldToken) => ({
  token: text,
  logprob,
  bytes: bytesOf(text),
  top_logprobs: top.map((a) => ({ token: a.text, logprob: a.logprob, bytes: bytesOf(a.text) })),
});
const chatLogprobs = (ask: Ask, tokens: readonly ToldToken[]) =>
  ask.logprobs === null ? null : { content: tokens.map(chatToken), refusal: null };
const plainLogprobs = (ask: Ask, tokens: readonly ToldToken[], offsets: readonly number[]) =>
  ask.logprobs === null
    ? null
    : {
        tokens: tokens.map(({ text }) => text),
        token_logprobs: tokens.map(({ logprob }) => logprob),
        top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.map((a) => [a.text, a.logprob]))),
        text_offset: offsets,
      };

const usage = ({ promptTokens, cachedTokens, writtenTokens }: Counted) => ({
  prompt_tokens: promptTokens,
  completion_tokens: writtenTokens,
  total_tokens: promptTokens + writtenTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});
const timings = ({ promptTokens, cachedTokens, writtenTokens, promptMs, writtenMs }: Counted) => ({
  cache_n: cachedTokens,
  prompt_n: promptTokens - cachedTokens,
  prompt_ms: promptMs,
  predicted_n: writtenTokens,
  predicted_ms: writtenMs,
});
const common = ({ id, created, model }: Head, object: string) => ({ id, object, created, model });

/** Gathers pieces into one answer. */
export class Whole {
  readonly #ask: Ask;
  readonly #choices: Gathered[];
  constructor(ask: Ask) {
    this.#ask = ask;
    const count = ask.n * Math.max(1, ask.prompts.length);
    this.#choices = Array.from({ length: count }, () => ({ text: '', tokens: [], offsets: [], why: null }));
  }
  hear({ choice, text, token, why }: Piece): void {
    const own = this.#choices[choice]!;
    if (token) {
      own.tokens.push(token);
      own.offsets.push(own.text.length);
    }
    own.text += text;
    own.why ??= why;
  }
  body(head: Head, counted: Counted): object {
    const ask = this.#ask;
    const chat = ask.endpoint === 'chat';
    return {
      ...common(head, chat ? 'chat.completion' : 'text_completion'),
      choices: this.#choices.map(({ text, tokens, offsets, why }, index) => ({
        index,
        ...(chat ? { message: { role: 'assistant', content: text, refusal: null } } : { text }),
        logprobs: chat ? chatLogprobs(ask, tokens) : plainLogprobs(ask, tokens, offsets),
        finish_reason: finishReason(why ?? 'length'),
      })),
      usage: usage(counted),
      timings: timings(counted),
      seed: counted.seed,
    };
  }
}

/** Turns pieces into the chunks of a stream; a piece without anything to tell makes none. */
export class Chunks {
  readonly #ask: Ask;
  readonly #head: Head;
  readonly #begun = new Set<number>();
  readonly #offset = new Map<number, number>();
  constructor(ask: Ask, head: Head) {
    this.#ask = ask;
    this.#head = head;
  }
  #chunk(rest: object): object {
    const object = this.#ask.endpoint === 'chat' ? 'chat.completion.chunk' : 'text_completion';
    return { ...common(this.#head, object), ...rest, ...(this.#ask.streamUsage && { usage: null }) };
  }
  of({ choice: index, text, token, why }: Piece): readonly object[] {
    const ask = this.#ask;
    const finish_reason = why === null ? null : finishReason(why);
    if (text === '' && !token && why === null) return [];
    if (ask.endpoint === 'completions') {
      const offset = this.#offset.get(index) ?? 0;
      this.#offset.set(index, offset + text.length);
      const logprobs = token ? plainLogprobs(ask, [token], [offset]) : null;
      return [this.#chunk({ choices: [{ index, text, logprobs, finish_reason }] })];
    }
    const choice = (delta: object, reason: string | null, told: ToldToken | null) =>
      this.#chunk({
        choices: [{ index, delta, logprobs: told ? chatLogprobs(ask, [told]) : null, finish_reason: reason }],
      });
    const out: object[] = [];
    if (!this.#begun.has(index)) out.push(choice({ role: 'assistant', content: '' }, null, null));
    this.#begun.add(index);
    if (text !== '' || token) out.push(choice({ content: text }, null, token));
    if (why !== null) out.push(choice({}, finish_reason, null));
    return out;
  }
  /** After the last piece, where the reader asked for it. */
  last(counted: Counted): readonly object[] {
    if (!this.#ask.streamUsage) return [];
    const chunk = {
      ...this.#chunk({ choices: [] }),
      usage: usage(counted),
      timings: timings(counted),
      seed: counted.seed,
    };
    return [chunk];
  }
}
