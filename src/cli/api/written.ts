// One choice as it is written: its text, held back where a stop string may have begun, and its tokens with what is told of them.
import type { TextAfter } from '../../formats/tokenizer.ts';

/** A token as the API tells of it; log-probabilities are natural, under the model itself, before any stage. */
export interface ToldToken {
  readonly id: number;
  readonly text: string;
  readonly logprob: number;
  readonly top: readonly { readonly id: number; readonly text: string; readonly logprob: number }[];
}

/** Of a text's end, what could be the beginning of a stop string: nothing of it may leave before that is known. */
export function heldBack(text: string, stop: readonly string[]): number {
  let most = 0;
  for (const s of stop)
    for (let n = Math.min(s.length - 1, text.length); n > most; n--)
      if (text.endsWith(s.slice(0, n))) {
        most = n;
        break;
      }
  return most;
}

/** Gives a growing text out up to a stop string, never a part of one. */
export class StopFilter {
  readonly #stop: readonly string[];
  #held = '';
  #over = false;

  constructor(stop: readonly string[]) {
    this.#stop = stop;
  }
  /** What may leave now. */
  push(text: string): string {
    if (this.#over) return '';
    const whole = this.#held + text;
    const at = Math.min(...this.#stop.map((s) => whole.indexOf(s)).filter((i) => i >= 0));
    if (Number.isFinite(at)) {
      this.#over = true;
      this.#held = '';
      return whole.slice(0, at);
    }
    const cut = whole.length - heldBack(whole, this.#stop);
    this.#held = whole.slice(cut);
    return whole.slice(0, cut);
  }
  /** What was held back when nothing more comes. */
  flush(): string {
    const rest = this.#over ? '' : this.#held;
    this.#held = '';
    this.#over = true;
    return rest;
  }
}

/** Why a choice ended, as OpenAI's API says it. */
export const finishReason = (why: string): 'stop' | 'length' => (why === 'length' ? 'length' : 'stop');

/** One choice: tokens in, pieces of its text out. */
export class Choice {
  readonly #words: { push(token: number): string; flush(): string };
  readonly #filter: StopFilter;
  text = '';
  tokens = 0;
  why: string | null = null;

  constructor(after: TextAfter, stop: readonly string[]) {
    this.#words = after.incremental();
    this.#filter = new StopFilter(stop);
  }
  push(token: number): string {
    this.tokens++;
    return this.#add(this.#filter.push(this.#words.push(token)));
  }
  /** The rest of the text. */
  end(why: string): string {
    this.why = why;
    return this.#add(this.#filter.push(this.#words.flush()) + this.#filter.flush());
  }
  #add(text: string): string {
    this.text += text;
    return text;
  }
}
