// Runs a decoding algorithm against models: the asynchronous twin of runSync in samplers/decoding/testing.ts.
import type { Answer, DecodeOp, Decoding, TokenRecord } from '../../samplers/decoding/types.ts';
import { throwIfCancelled } from '../../core/cancel.ts';
import type { Sequences } from './sequences.ts';

export interface Models {
  readonly target: Sequences;
  readonly draft: Sequences | null;
}
export interface Heard {
  emit(sample: number, token: number, record: TokenRecord): void;
  replace(sample: number, tokens: readonly number[], records: readonly TokenRecord[], score: number): void;
  end(sample: number, why: string): void;
}

/** What a contender has spent so far: wall time of its own passes in ms, and counts. */
export interface Spent {
  prefillMs: number;
  firstTokenMs: number;
  totalMs: number;
  /** Tokens that came of the prompt's own pass. */
  fromPrompt: number;
  passes: number;
  /** Sequences in those passes, added up. */
  rows: number;
  draftPasses: number;
  proposed: number;
  accepted: number;
}

type Target = 'target' | 'draft';

/**
 * One algorithm at work. Contenders take turns of one target pass each, so that their texts grow side by side and each
 * one's time is its own.
 */
export class Contest {
  readonly spent: Spent = {
    prefillMs: 0,
    firstTokenMs: 0,
    totalMs: 0,
    fromPrompt: 0,
    passes: 0,
    rows: 0,
    draftPasses: 0,
    proposed: 0,
    accepted: 0,
  };
  readonly #run: Decoding;
  readonly #models: Models;
  readonly #heard: Heard;
  readonly #opened: Readonly<Record<Target, Set<number>>> = { target: new Set(), draft: new Set() };
  #answer: Answer = undefined;
  /** The pass with which the next turn begins. */
  #waiting: DecodeOp | null = null;
  #prefilled = false;
  #turnBegan = 0;
  #done = false;

  constructor(run: Decoding, models: Models, heard: Heard) {
    this.#run = run;
    this.#models = models;
    this.#heard = heard;
  }

  get done(): boolean {
    return this.#done;
  }

  /** One turn: a pass of the target, what comes of it, and what leads to the next. */
  async turn(signal: AbortSignal): Promise<void> {
    this.#turnBegan = performance.now();
    for (let passed = false; ;) {
      throwIfCancelled(signal);
      const op = this.#waiting ?? this.#next();
      this.#waiting = null;
      if (!op) {
        this.#done = true;
        break;
      }
      if (op.op === 'forward' && op.model === 'target') {
        if (passed) {
          this.#waiting = op;
          break;
        }
        passed = true;
      }
      this.#answer = await this.#perform(op);
    }
    this.spent.totalMs += performance.now() - this.#turnBegan;
  }

  #next(): DecodeOp | null {
    const { value, done } = this.#run.next(this.#answer);
    this.#answer = undefined;
    return done ? null : value;
  }

  #of(model: Target): Sequences {
    const sequences = this.#models[model];
    if (!sequences) throw new Error('This algorithm needs a draft model, and none is loaded.');
    return sequences;
  }

  async #perform(op: DecodeOp): Promise<Answer> {
    switch (op.op) {
      case 'forward':
        return this.#forward(op);
      case 'open': {
        const id = await this.#of(op.model).open(op.from);
        this.#opened[op.model].add(id);
        return id;
      }
      case 'rollback':
        await this.#of(op.model).rollback(op.sequence, op.length);
        return undefined;
      case 'release':
        this.#of(op.model).release(op.sequence);
        this.#opened[op.model].delete(op.sequence);
        return undefined;
      case 'count':
        this.spent.proposed += op.proposed;
        this.spent.accepted += op.accepted;
        return undefined;
      case 'emit':
        this.#first(1);
        this.#heard.emit(op.sample, op.token, op.record);
        return undefined;
      case 'replace':
        this.#first(op.tokens.length);
        this.#heard.replace(op.sample, op.tokens, op.records, op.score);
        return undefined;
      case 'end':
        this.#heard.end(op.sample, op.why);
        return undefined;
      default:
        return op satisfies never;
    }
  }

  async #forward(op: DecodeOp & { readonly op: 'forward' }): Promise<Answer> {
    const answer = await this.#of(op.model).forward(op.rows, {
      want: op.want,
      ...(op.hidden && { hidden: op.hidden }),
      ...(op.draw && { draw: op.draw }),
    });
    if (op.model === 'draft') this.spent.draftPasses++;
    else if (this.#prefilled) {
      this.spent.passes++;
      this.spent.rows += op.rows.length;
    } else {
      this.#prefilled = true;
      this.spent.prefillMs = this.#elapsed();
    }
    return answer;
  }

  #elapsed(): number {
    return this.spent.totalMs + performance.now() - this.#turnBegan;
  }
  #first(tokens: number): void {
    if (this.spent.firstTokenMs === 0) this.spent.firstTokenMs = this.#elapsed();
    if (this.spent.passes === 0) this.spent.fromPrompt += tokens;
  }

  /** Ends early or after the end: every sequence that is still open is released. */
  close(): void {
    this.#done = true;
    this.#run.return();
    for (const model of ['target', 'draft'] as const) {
      for (const id of this.#opened[model]) this.#models[model]?.release(id);
      this.#opened[model].clear();
    }
  }
}
