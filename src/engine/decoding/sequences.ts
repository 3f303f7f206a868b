// Sequences as an algorithm sees them, on top of a session that may be lost and a context that may be too short.
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import type { PassAnswer, PassOptions, PassRow, TransformerSession } from '../../networks/transformerTypes.ts';

/** Opens a session on the model in use; called again after a lost device, when it makes everything anew. */
export type OpenSession = () => Promise<TransformerSession>;

interface Sequence {
  tokens: number[];
  /** The session that caches it, and how many of its tokens were shifted out after how many first ones. */
  home: TransformerSession;
  slot: number;
  dropped: number;
  head: number;
}

/** A row asked more of a sequence than its context holds, and the reader chose not to shift. */
export class ContextFullError extends Error {
  override readonly name = 'ContextFullError';
  readonly hint = 'Take a shorter prompt or fewer tokens, or let the oldest tokens be forgotten ("Past the context").';
}

/** Tokens that stay when a full sequence is to take `more`: its head (`headOf`) and the newest. */
export const keptByShift = (context: number, more: number): number => Math.min(Math.floor(context / 2), context - more);
/** First tokens that a shift leaves where they are: those asked for, and at most half of what stays. */
export const headOf = (kept: number, keep: number): number => Math.min(keep, Math.floor(kept / 2));
/** What is left of a text of which a shift dropped some after its head. */
export const afterShift = (tokens: readonly number[], head: number, dropped: number): readonly number[] =>
  dropped === 0 ? tokens : [...tokens.slice(0, head), ...tokens.slice(head + dropped)];

/** Sequences as whoever decodes uses them. */
export interface SequenceStore {
  /** An empty sequence, or a copy of `from`; resolves to its id. */
  open(from?: number): Promise<number>;
  rollback(id: number, length: number): Promise<void>;
  release(id: number): void;
  forward(rows: readonly PassRow[], options: PassOptions): Promise<PassAnswer>;
  readonly dispatchesPerToken: number;
}

export interface SequencesOptions {
  /** Forget the oldest tokens of a text that outgrows the context. */
  readonly shift: boolean;
  /** First tokens of every sequence that are never forgotten: the start token, the prompt's head. */
  readonly keep: number;
  readonly onNotice: (notice: string) => void;
}

const LOST = 'DeviceLostError';
/** A run survives this many losses. */
const REPLAYS = 3;

/**
 * Keeps every sequence's tokens, so that its cache can be rebuilt: after a lost device all tokens are processed again,
 * and when a sequence outgrows the context (with `shift`) its newer half is. The ids that an algorithm holds stay valid
 * through both.
 */
export class Sequences implements SequenceStore {
  readonly #open: OpenSession;
  readonly #shift: boolean;
  readonly #keep: number;
  readonly #onNotice: (notice: string) => void;
  readonly #sequences = new Map<number, Sequence>();
  #session: TransformerSession;
  #next = 0;
  #shifts = 0;
  passes = 0;

  private constructor(open: OpenSession, session: TransformerSession, { shift, keep, onNotice }: SequencesOptions) {
    this.#open = open;
    this.#session = session;
    this.#shift = shift;
    this.#keep = keep;
    this.#onNotice = onNotice;
  }
  static async create(open: OpenSession, options: SequencesOptions): Promise<Sequences> {
    return new Sequences(open, await open(), options);
  }

  get config(): TransformerConfig {
    return this.#session.config;
  }
  get dispatchesPerToken(): number {
    return this.#session.dispatchesPerToken;
  }
  /** Open sequences; 0 after a run has ended. */
  get count(): number {
    return this.#sequences.size;
  }

  /** The tokens that a sequence was fed. */
  tokens(id: number): readonly number[] {
    return this.#of(id).tokens;
  }
  /** Whether its cache holds them all: none was forgotten for want of room. */
  whole(id: number): boolean {
    return this.#of(id).dropped === 0;
  }

  #of(id: number): Sequence {
    const sequence = this.#sequences.get(id);
    if (!sequence) throw new Error(`sequence ${id} is not open`);
    return sequence;
  }

  open(from?: number): Promise<number> {
    return this.#surviving(async () => {
      const source = from === undefined ? null : this.#of(from);
      const id = this.#next;
      const home = this.#session;
      this.#sequences.set(id, {
        tokens: source ? [...source.tokens] : [],
        home,
        slot: await home.open(source?.slot),
        dropped: source?.dropped ?? 0,
        head: source?.head ?? 0,
      });
      this.#next++;
      return id;
    });
  }
  rollback(id: number, length: number): Promise<void> {
    const s = this.#of(id);
    if (length > s.tokens.length) throw new RangeError(`sequence ${id} has ${s.tokens.length} tokens, not ${length}`);
    s.tokens.length = length;
    if (s.dropped === 0 || length > s.head + s.dropped) {
      this.#session.rollback(s.slot, length - s.dropped);
      return Promise.resolve();
    }
    // Back to before the shift: the tokens shifted out are processed again.
    const kept = Math.floor(this.#session.context / 2);
    s.dropped = length > this.#session.context ? length - kept : 0;
    s.head = headOf(kept, this.#keep);
    return this.#surviving(() => this.#reread(s));
  }
  release(id: number): void {
    const s = this.#of(id);
    this.#sequences.delete(id);
    // A sequence that the new session had no room for was lost with the old one.
    if (s.home === this.#session) s.home.release(s.slot);
  }

  forward(rows: readonly PassRow[], options: PassOptions): Promise<PassAnswer> {
    return this.#surviving(async () => {
      for (const { sequence, tokens } of rows) await this.#makeRoom(this.#of(sequence), tokens.length);
      const answer = await this.#session.forward(
        rows.map(({ sequence, tokens }) => ({ sequence: this.#of(sequence).slot, tokens })),
        options,
      );
      // Only now do the tokens belong to the sequences: a pass that was lost half way is repeated from the same state.
      for (const { sequence, tokens } of rows) this.#of(sequence).tokens.push(...tokens);
      this.passes++;
      return answer;
    });
  }
  async #makeRoom(s: Sequence, more: number): Promise<void> {
    const { context } = this.#session;
    if (s.tokens.length - s.dropped + more <= context) return;
    if (!this.#shift)
      throw new ContextFullError(
        `The text has ${s.tokens.length} tokens and ${more} more are to come, but the model was made for ${context}.`,
      );
    if (more >= context)
      throw new ContextFullError(`${more} tokens at once do not fit the model's context of ${context}.`);
    const kept = keptByShift(context, more);
    s.head = headOf(kept, this.#keep);
    s.dropped = s.tokens.length - kept;
    if (this.#shifts++ === 0)
      this.#onNotice(
        `The text outgrew the context of ${context} tokens: the oldest are forgotten${s.head > 0 ? ` after the first ${s.head === 1 ? 'one' : s.head}` : ''}, and the newer half is read again.`,
      );
    await this.#reread(s);
  }

  async #reread(s: Sequence): Promise<void> {
    this.#session.rollback(s.slot, 0);
    const kept = afterShift(s.tokens, s.head, s.dropped);
    if (kept.length > 0) await this.#session.forward([{ sequence: s.slot, tokens: kept }], { want: 'last' });
  }

  /**
   * Runs a task. When the device is lost meanwhile, opens a session on the next one, processes every sequence again and
   * repeats the task.
   */
  async #surviving<T>(task: () => Promise<T>): Promise<T> {
    for (let attempt = 0, remade = true; ; attempt++) {
      try {
        if (!remade) {
          this.#session = await this.#open();
          for (const s of this.#sequences.values()) {
            s.slot = await this.#session.open();
            s.home = this.#session;
            await this.#reread(s);
          }
          remade = true;
        }
        return await task();
      } catch (error) {
        if (!(error instanceof Error && error.name === LOST) || attempt >= REPLAYS) throw error;
        remade = false;
      }
    }
  }

  destroy(): void {
    this.#sequences.clear();
    this.#session.destroy();
  }
}
