// What contenders have written so far, and the events that report it, batched so that the page receives one every
// REPORT_MS at most.
import type { TextAfter } from '../../formats/tokenizer.ts';
import type { TokenRecord } from '../../samplers/decoding/types.ts';
import type { LanguageEvent, ShownToken } from './events.ts';

export interface WrittenText {
  readonly tokens: number[];
  readonly records: TokenRecord[];
  why: string | null;
  /** More of why it ended, as a sentence. */
  detail?: string | undefined;
  score: number | null;
}
const REPORT_MS = 30;

/** The texts of one contender, or of one branch of it, as they go on from the prompt (`after`). */
export class Texts {
  readonly texts: WrittenText[];
  readonly #after: TextAfter;
  readonly #place: { readonly contender: number; readonly branch: number };
  readonly #firstSample: number;
  readonly #report: (event: LanguageEvent) => void;
  #incremental: { push(token: number): string; flush(): string }[];
  #pending: { from: number; tokens: ShownToken[] }[];
  #reportedAt = 0;
  #shared = 0;

  constructor(
    after: TextAfter,
    place: { readonly contender: number; readonly branch: number },
    samples: number,
    firstSample: number,
    report: (event: LanguageEvent) => void,
  ) {
    this.#after = after;
    this.#place = place;
    this.#firstSample = firstSample;
    this.#report = report;
    this.texts = Array.from({ length: samples }, () => ({ tokens: [], records: [], why: null, score: null }));
    this.#incremental = this.texts.map(() => after.incremental());
    this.#pending = this.texts.map(() => ({ from: 0, tokens: [] }));
  }

  /** A token that the page has already: a branch's text up to where it leaves its parent. */
  share(sample: number, token: number, record: TokenRecord): void {
    this.#incremental[sample]!.push(token);
    this.texts[sample]!.tokens.push(token);
    this.texts[sample]!.records.push(record);
    this.#pending[sample]!.from = this.texts[sample]!.tokens.length;
    this.#shared = this.texts[sample]!.tokens.length;
  }

  emit(sample: number, token: number, record: TokenRecord): void {
    const text = this.texts[sample]!;
    const pending = this.#pending[sample]!;
    if (pending.tokens.length === 0) pending.from = text.tokens.length;
    pending.tokens.push({ id: token, text: this.#incremental[sample]!.push(token), record });
    text.tokens.push(token);
    text.records.push(record);
    if (performance.now() - this.#reportedAt > REPORT_MS) this.flush();
  }

  /** The whole text of a sample anew. */
  replace(sample: number, tokens: readonly number[], records: readonly TokenRecord[], score: number): void {
    const text = this.texts[sample]!;
    const incremental = (this.#incremental[sample] = this.#after.incremental());
    text.tokens.splice(0, Infinity, ...tokens);
    text.records.splice(0, Infinity, ...records);
    text.score = score;
    this.#pending[sample] = { from: tokens.length, tokens: [] };
    this.#report({
      kind: 'replace',
      ...this.#place,
      sample: sample + this.#firstSample,
      tokens: tokens.map((id, i) => ({ id, text: incremental.push(id), record: records[i]! })).slice(this.#shared),
      score,
    });
  }

  end(sample: number, why: string, detail?: string): void {
    this.texts[sample]!.why = why;
    this.texts[sample]!.detail = detail;
  }

  flush(): void {
    this.#reportedAt = performance.now();
    for (const [sample, { from, tokens }] of this.#pending.entries()) {
      if (tokens.length === 0) continue;
      this.#report({ kind: 'tokens', ...this.#place, sample: sample + this.#firstSample, from, tokens });
      this.#pending[sample] = { from: from + tokens.length, tokens: [] };
    }
  }
}
