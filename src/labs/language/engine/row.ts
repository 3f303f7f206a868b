// One contender's run: its turns, and what the page is told of them.
import { algorithmOf, contenderTitle, samplesOf } from '../config/contenderText.ts';
import { type LanguageContender, type LanguageExperiment } from '../config/experiment.ts';
import { solves } from '../../../metrics/text/countdown.ts';
import { judgeText } from '../../../metrics/text/index.ts';
import { languageCard } from '../../../models/language.ts';
import { DecodingRun } from '../../../engine/decoding/decodingRun.ts';
import type { ContenderCost } from '../../../engine/decoding/events.ts';
import { endTokensOf, stopAt } from '../../../engine/decoding/text.ts';
import { Texts, type WrittenText } from '../../../engine/decoding/texts.ts';

import { costOf, countOf, type Prepared, type Emit } from './prepare.ts';
import type { Remembered } from './runMemory.ts';

const COST_MS = 200;

/** One contender's run. */
export class Row {
  readonly contender: LanguageContender;
  readonly texts: Texts;
  /** Wrote itself, instead of being remembered. */
  readonly fresh: boolean;
  readonly #prepared: Prepared;
  readonly #e: LanguageExperiment;
  readonly #index: number;
  readonly #emit: Emit;
  readonly #decoding: DecodingRun | null;
  readonly #known: Remembered | undefined;
  #told = 0;

  constructor(
    prepared: Prepared,
    e: LanguageExperiment,
    contender: LanguageContender,
    index: number,
    emit: Emit,
    known: Remembered | undefined,
  ) {
    this.contender = contender;
    this.#prepared = prepared;
    this.#e = e;
    this.#index = index;
    this.#emit = emit;
    this.#known = known;
    this.fresh = !known;
    this.texts = new Texts(
      prepared.after,
      { contender: index, branch: -1 },
      samplesOf(contender, e.samples, e.maxTokens),
      0,
      emit,
    );
    this.#decoding = known
      ? null
      : new DecodingRun(
          algorithmOf(contender.algorithm).run(prepared.request(contender), contender.params),
          prepared.models,
          {
            emit: (...args) => this.texts.emit(...args),
            replace: (...args) => this.texts.replace(...args),
            end: (...args) => this.texts.end(...args),
          },
        );
    if (known) this.#repeat(known);
  }

  #repeat({ texts, notices }: Remembered): void {
    for (const [sample, text] of texts.entries()) {
      if (text.score !== null) this.texts.replace(sample, text.tokens, text.records, text.score);
      else text.tokens.forEach((token, i) => this.texts.emit(sample, token, text.records[i]!));
      if (text.why !== null) this.texts.end(sample, text.why, text.detail);
    }
    for (const text of notices)
      if (!this.#prepared.notices.includes(text)) this.#emit({ kind: 'notice', contender: this.#index, text });
    this.#finish();
  }

  get done(): boolean {
    return !this.#decoding || this.#decoding.done;
  }
  cost(): ContenderCost {
    return this.#decoding
      ? costOf(
          this.#decoding.cost,
          this.#prepared.prompt.length,
          countOf(this.texts.texts),
          this.#prepared.models.target.dispatchesPerToken,
        )
      : this.#known!.cost;
  }

  async turn(signal: AbortSignal): Promise<void> {
    try {
      await this.#decoding!.turn(signal);
    } catch (error) {
      throw named(error, this.contender);
    }
    if (this.#decoding!.done) return this.#finish();
    if (performance.now() - this.#told < COST_MS) return;
    this.#told = performance.now();
    this.#emit({ kind: 'cost', contender: this.#index, cost: this.cost() });
  }

  #finish(): void {
    this.texts.flush();
    const { model } = this.#prepared;
    const checked = model.source.from === 'bundled' && languageCard(model.source.id)?.checker === 'countdown';
    this.texts.texts.forEach((t, sample) =>
      this.#emit({
        kind: 'end',
        contender: this.#index,
        sample,
        branch: -1,
        why: t.why ?? 'length',
        cut: cutOf(this.#prepared, this.#e, t),
        solved: checked ? solves(this.#e.prompt + writtenText(this.#prepared, this.#e, t)) : null,
      }),
    );
    // The texts of one contender often end for one reason.
    for (const detail of new Set(this.texts.texts.flatMap((t) => t.detail ?? [])))
      this.#emit({ kind: 'notice', contender: this.#index, text: `${this.#whose(detail)} ${detail}` });
    const cut = this.texts.texts.filter((t) => t.why === 'length' && t.tokens.length < this.#e.maxTokens).length;
    if (cut > 0)
      this.#emit({
        kind: 'notice',
        contender: this.#index,
        text: `${cut === 1 ? 'A text' : `${cut} texts`} of ${contenderTitle(this.contender)} ended at the model's context of ${model.config.context} tokens.`,
      });
    this.#emit({ kind: 'metrics', contender: this.#index, values: judged(this.#prepared, this.#e, this.texts.texts) });
    this.#emit({ kind: 'cost', contender: this.#index, cost: this.cost() });
  }

  #whose(detail: string): string {
    const { texts } = this.texts;
    if (texts.length === 1) return 'The text ended.';
    const numbers = texts.flatMap((t, i) => (t.detail === detail ? [i + 1] : []));
    return numbers.length === 1 ? `Text ${numbers[0]} ended.` : `Texts ${numbers.join(', ')} ended.`;
  }

  close(): void {
    this.#decoding?.close();
  }
}

/** A fault of one contender names it. */
function named(error: unknown, c: LanguageContender): unknown {
  if (error instanceof Error && error.name === 'Error') error.message = `${contenderTitle(c)}: ${error.message}`;
  return error;
}

/** Where the stop string that ended a text begins in it. */
export const cutOf = (
  { after }: Pick<Prepared, 'after'>,
  { stop }: Pick<LanguageExperiment, 'stop'>,
  { tokens, why }: WrittenText,
): number | null => (why === 'stop string' ? stopAt(after.decode(tokens), stop) : null);

/** What was written, without special tokens, and up to the stop string that ended it. */
export function writtenText(
  { plain }: Pick<Prepared, 'plain'>,
  { stop }: Pick<LanguageExperiment, 'stop'>,
  { tokens, why }: WrittenText,
): string {
  const text = plain.decode(tokens);
  return why === 'stop string' ? text.slice(0, stopAt(text, stop) ?? text.length) : text;
}

/** Every text metric that applies. */
export function judged(
  prepared: Prepared,
  e: LanguageExperiment,
  texts: readonly WrittenText[],
): Record<string, number> {
  const { model } = prepared;
  const ends = new Set(endTokensOf(model.tokenizer, model.config));
  return judgeText({
    prompt: e.prompt,
    samples: texts.map((t) => {
      const tokens = t.tokens.length > 0 && ends.has(t.tokens.at(-1)!) ? t.tokens.slice(0, -1) : t.tokens;
      return {
        tokens,
        text: writtenText(prepared, e, { ...t, tokens }),
        logProbabilities: t.records.map((r) => r.logProbability),
      };
    }),
  }) as Record<string, number>;
}
