// Runs a decoding algorithm on models: the asynchronous counterpart of runSync in samplers/decoding/testing.ts.
import type { Answer, DecodeOp, Decoding, TokenRecord } from '../../samplers/decoding/types.ts';
import { throwIfCancelled } from '../../core/cancel.ts';
import type { SequenceStore } from './sequences.ts';

export interface Models {
  readonly target: SequenceStore;
  readonly draft: SequenceStore | null;
}
/** Receives what an algorithm writes. */
export interface DecodingListener {
  emit(sample: number, token: number, record: TokenRecord): void;
  replace(sample: number, tokens: readonly number[], records: readonly TokenRecord[], score: number): void;
  end(sample: number, why: string, detail?: string): void;
}

/** The cost so far: wall time of this run's own passes in ms, and counts. */
export interface DecodingCost {
  prefillMs: number;
  firstTokenMs: number;
  totalMs: number;
  /** Tokens that the prompt's own pass produced. */
  fromPrompt: number;
  passes: number;
  /** Rows of those passes, summed: sequences times passes. */
  rows: number;
  /** Times that drafts of a text were judged. */
  checks: number;
  draftPasses: number;
  proposed: number;
  accepted: number;
}

type Target = 'target' | 'draft';

/**
 * One algorithm in progress. Runs take turns of one target pass each, so that their texts grow side by side and the
 * time of each is measured alone.
 */
export class DecodingRun {
  readonly cost: DecodingCost = {
    prefillMs: 0,
    firstTokenMs: 0,
    totalMs: 0,
    fromPrompt: 0,
    passes: 0,
    rows: 0,
    checks: 0,
    draftPasses: 0,
    proposed: 0,
    accepted: 0,
  };
  readonly #decoding: Decoding;
  readonly #models: Models;
  readonly #listener: DecodingListener;
  readonly #opened: Readonly<Record<Target, Set<number>>> = { target: new Set(), draft: new Set() };
  #answer: Answer = undefined;
  /** The pass that the next turn begins with. */
  #waiting: DecodeOp | null = null;
  #prefilled = false;
  #turnBegan = 0;
  #done = false;

  constructor(decoding: Decoding, models: Models, listener: DecodingListener) {
    this.#decoding = decoding;
    this.#models = models;
    this.#listener = listener;
  }

  get done(): boolean {
    return this.#done;
  }

  /** One turn: a pass of the target, what the algorithm does with it, and everything up to the next pass. */
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
    this.cost.totalMs += performance.now() - this.#turnBegan;
  }

  #next(): DecodeOp | null {
    const { value, done } = this.#decoding.next(this.#answer);
    this.#answer = undefined;
    return done ? null : value;
  }

  #of(model: Target): SequenceStore {
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
        this.cost.checks++;
        this.cost.proposed += op.proposed;
        this.cost.accepted += op.accepted;
        return undefined;
      case 'emit':
        this.#first(1);
        this.#listener.emit(op.sample, op.token, op.record);
        return undefined;
      case 'replace':
        this.#first(op.tokens.length);
        this.#listener.replace(op.sample, op.tokens, op.records, op.score);
        return undefined;
      case 'end':
        this.#listener.end(op.sample, op.why, op.detail);
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
      ...(op.early && { early: op.early }),
    });
    if (op.model === 'draft') this.cost.draftPasses++;
    else if (this.#prefilled) {
      this.cost.passes++;
      this.cost.rows += op.rows.length;
    } else {
      this.#prefilled = true;
      this.cost.prefillMs = this.#elapsed();
    }
    return answer;
  }

  #elapsed(): number {
    return this.cost.totalMs + performance.now() - this.#turnBegan;
  }
  #first(tokens: number): void {
    if (this.cost.firstTokenMs === 0) this.cost.firstTokenMs = this.#elapsed();
    if (this.cost.passes === 0) this.cost.fromPrompt += tokens;
  }

  /** Ends the run, early or after its end; releases every sequence that is still open. */
  close(): void {
    this.#done = true;
    this.#decoding.return();
    for (const model of ['target', 'draft'] as const) {
      for (const id of this.#opened[model]) this.#models[model]?.release(id);
      this.#opened[model].clear();
    }
  }
}
