// A text that is read over and over as a reader clicks through it: what it shares with the last one is not read again.
import { commonPrefix } from '../../../engine/decoding/prefixes.ts';
import type { TransformerSession } from '../../../networks/transformerTypes.ts';

/** Logits at the last places of a text, and those of early layers where they were asked for. */
export interface Places {
  readonly logits: readonly Float32Array[];
  /** early[place][k]. */
  readonly early: readonly (readonly Float32Array[])[] | undefined;
}

/** One sequence of a session, and the tokens that it holds. */
export class HeldText {
  readonly session: TransformerSession;
  readonly #sequence: number;
  #tokens: readonly number[] = [];

  private constructor(session: TransformerSession, sequence: number) {
    this.session = session;
    this.#sequence = sequence;
  }
  static async on(session: TransformerSession): Promise<HeldText> {
    return new HeldText(session, await session.open());
  }

  /** Logits after the last `count` + 1 places of a text. */
  async read(tokens: readonly number[], count: number, early?: readonly number[]): Promise<Places> {
    const same = Math.min(commonPrefix(this.#tokens, tokens), tokens.length - 1 - count);
    this.session.rollback(this.#sequence, same);
    this.#tokens = tokens;
    const fresh = tokens.slice(same);
    const split = fresh.length - count - 1;
    const row = (part: readonly number[]) => [{ sequence: this.#sequence, tokens: part }];
    if (split > 0) await this.session.forward(row(fresh.slice(0, split)), { want: 'last' });
    const answer = await this.session.forward(row(fresh.slice(Math.max(0, split))), {
      want: 'all',
      ...(early && { early }),
    });
    return { logits: answer.logits[0]!, early: answer.early?.[0] };
  }
}
