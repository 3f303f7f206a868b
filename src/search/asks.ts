// What searches ask for, each with the type of its answer, and what they do with states between two asks.
import { nfe } from '../samplers/diffusion/counting.ts';
import type { Op, Reg } from '../samplers/diffusion/types.ts';
import {
  SearchError,
  type Ask,
  type Candidate,
  type Rows,
  type SearchContext,
  type States,
  type Told,
} from './types.ts';

type RunAsk = Extract<Ask, { kind: 'run' }>;

type Registers = Readonly<Record<Reg, States>>;

export function* runs(ask: Omit<RunAsk, 'kind'>): Generator<Ask, readonly Registers[], Told> {
  return (yield { kind: 'run', ...ask }).registers!;
}
export function* run({
  candidate,
  given,
  ...ask
}: Omit<RunAsk, 'kind' | 'of'> & Candidate): Generator<Ask, Registers, Told> {
  return (yield* runs({ ...ask, of: [{ candidate, ...(given && { given }) }] }))[0]!;
}

/**
 * So many candidates, as many side by side as are denoised at once; `hear` is told of each in turn. The first of them waits for what
 * was asked before, unless it stands `beside` that, and the others for nothing.
 */
export function* inBatches(
  { atOnce }: Pick<SearchContext, 'atOnce'>,
  count: number,
  { make, beside = false, ...ask }: Omit<RunAsk, 'kind' | 'of'> & { make(k: number): Candidate },
  hear: (registers: Registers, k: number, of: Candidate) => Generator<Ask, void, Told>,
): Generator<Ask, void, Told> {
  for (let from = 0; from < count; from += atOnce) {
    const of = Array.from({ length: Math.min(atOnce, count - from) }, (_, k) => make(from + k));
    const made = yield* runs({ ...ask, of, beside: beside || from > 0 });
    for (const [k, registers] of made.entries()) yield* hear(registers, from + k, of[k]!);
  }
}

/** A state whose D is wanted. What an evaluation draws is the plain run's. */
export const asking = (x: States): Candidate => ({ candidate: 0, given: { x, d: x } });
export function* scored(x: States, rows?: Rows): Generator<Ask, Float64Array, Told> {
  return (yield { kind: 'score', x, ...(rows && { rows }) }).scores!;
}
export function* telling(x: States, scores: Float64Array): Generator<Ask, void, Told> {
  yield { kind: 'best', x, scores };
}

/** Σ cᵢ·statesᵢ. */
export function combined(...terms: readonly (readonly [coefficient: number, of: States])[]): States {
  const out = new Float64Array(terms[0]![1].length);
  for (const [c, of] of terms) for (let i = 0; i < out.length; i++) out[i]! += c * of[i]!;
  return out;
}

/** The better of two candidates of each start; at equal scores the first stays. */
export class Best {
  readonly x: States;
  readonly scores: Float64Array;
  /** Which candidate was taken, by start. */
  readonly which: Int32Array;
  readonly #dim: number;

  constructor(x: States, scores: Float64Array, which = 0) {
    this.x = x.slice();
    this.scores = scores.slice();
    this.which = new Int32Array(scores.length).fill(which);
    this.#dim = x.length / scores.length;
  }

  /** A score that is no number is never better; whatever is, is better than it. */
  offer(x: States, scores: Float64Array, which: number, rows?: Rows): void {
    for (let i = 0; i < scores.length; i++) {
      if (rows && !rows[i]) continue;
      if (!(scores[i]! > this.scores[i]! || (Number.isNaN(this.scores[i]!) && !Number.isNaN(scores[i]!)))) continue;
      this.scores[i] = scores[i]!;
      this.which[i] = which;
      this.x.set(x.subarray(i * this.#dim, (i + 1) * this.#dim), i * this.#dim);
    }
  }
}

/** Row i of the population that `which` names for it. */
export function take(from: readonly States[], which: ArrayLike<number>): States {
  const out = new Float64Array(from[0]!.length);
  const dim = out.length / which.length;
  for (let i = 0; i < which.length; i++) out.set(from[which[i]!]!.subarray(i * dim, (i + 1) * dim), i * dim);
  return out;
}

/** How many whole runs a budget buys, where it buys one at least. */
export function runsFor({ budget }: Pick<SearchContext, 'budget'>, ops: readonly Op[], title: string): number {
  // A run that stands still to its end asks nobody; it is counted as one evaluation, or there would be no end of them.
  const each = Math.max(1, nfe(ops));
  if (each > budget) throw tooLittle(title, budget, `one run takes ${each}`);
  return Math.floor(budget / each);
}
export const tooLittle = (title: string, budget: number, because: string): SearchError =>
  new SearchError(
    `${title} cannot begin on ${budget} ${budget === 1 ? 'evaluation' : 'evaluations'}: ${because}.`,
    'Take a larger budget, or fewer steps.',
  );
