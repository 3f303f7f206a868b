// What contenders wrote, kept so that an edit of one does not make the others write again.
import { formatContender } from '../config/contenderText.ts';
import { languageAffects, type LanguageContender, type LanguageExperiment } from '../config/experiment.ts';
import { resultKey } from '../../../frame/config/affects.ts';
import type { ContenderCost } from '../../../engine/decoding/events.ts';
import { type WrittenText } from '../../../engine/decoding/texts.ts';

import { countOf } from './prepare.ts';

/** What a contender wrote under a key, so that an edit of another one does not make it write again. */
export interface Remembered {
  readonly texts: readonly WrittenText[];
  readonly cost: ContenderCost;
  readonly notices: readonly string[];
}
const MOST_KEPT = 24;
const MOST_TOKENS = 200_000;
export class RunMemory {
  readonly #kept = new Map<string, Remembered>();
  #of: object | null = null;
  /** What follows is of this model: a name may come to stand for another file, and another adapter has other costs. */
  begin(model: object): void {
    if (this.#of !== model) this.#kept.clear();
    this.#of = model;
  }
  /** The next run writes and times everything again. */
  clear(): void {
    this.#kept.clear();
  }
  get(key: string): Remembered | undefined {
    return this.#kept.get(key);
  }
  set(key: string, value: Remembered): void {
    this.#kept.set(key, value);
    let tokens = [...this.#kept.values()].reduce((n, { texts }) => n + countOf(texts), 0);
    for (const [old, { texts }] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && tokens <= MOST_TOKENS) break;
      this.#kept.delete(old);
      tokens -= countOf(texts);
    }
  }
}
export const keyOf = (e: LanguageExperiment, c: LanguageContender) =>
  `${resultKey(e, languageAffects)} ${formatContender(c)}`;
