// Many steps at once: a window of states slides down the levels. In each sweep every state is asked about, all side by side; then
// the changes are carried down the window, and it goes on to the first state that still moved.
import { NoNumberError } from './adaptive.ts';
import { combine, mark, start } from './ops.ts';
import type { AdaptivePlan, Evaluate, Op, Reg } from '../types.ts';

/** One step from level s to t of one state. */
export interface At {
  /** Which step of the schedule. */
  readonly i: number;
  readonly s: number;
  readonly t: number;
  /** The state before this sweep, and D there. */
  readonly x: Reg;
  readonly d: Reg;
}

type Terms = readonly (readonly [number, Reg])[];

export interface WindowOf {
  readonly id: string;
  readonly sigmas: readonly number[];
  /** States at once, at most. */
  readonly window: number;
  /** A state stands when it moved by at most this share of a posterior draw's deviation, in every sample. */
  readonly tolerance: number;
  /** How states that nobody asked about yet are guessed: as the last one, or on the line from it to its D. */
  readonly guess: 'constant' | 'line';
  /** Steps of a solve before the first sweep, through the first window; with one the guess is its line. */
  readonly coarse: number;
  /** The state of level σ where it is guessed as the last one, which is of level s: so much of that. */
  readonly same: (s: number, sigma: number) => number;
  /** What is made of the start once. */
  readonly before?: Iterable<Op>;
  /** More evaluations of a state, before the batch: their states, what is asked, what is made of the answers. */
  readonly more?: (at: At) => {
    readonly before: readonly Op[];
    readonly of: readonly Evaluate[];
    readonly after: readonly Op[];
  };
  /** The step as terms, and instructions that come right before their sum. */
  step(at: At): { readonly ops: readonly Op[]; readonly terms: Terms };
  /** What register `v`, how far the state moved in this sweep, adds to the next one. */
  carry(at: At, v: Reg): { readonly ops: readonly Op[]; readonly terms: Terms };
}

/** Evaluations of states at most: the window goes on by a step a sweep at least. */
export function mostOf(steps: number, window: number): number {
  const p = Math.min(window, steps);
  return p * (steps - p) + (p * (p + 1)) / 2;
}

/** Registers: of each state the one before a sweep and the one after, D, and `more`; the state, and how far one moved. */
export const registersOfWindow = (steps: number, window: number, more = 0): number => {
  const p = Math.min(window, steps);
  return 2 * (p + 1) + p * (1 + more) + 3;
};

const line = (s: number, t: number, x: Reg, d: Reg): Terms => [
  [t / s, x],
  [1 - t / s, d],
];

export function* slide(w: WindowOf): AdaptivePlan {
  const { sigmas } = w;
  const n = sigmas.length - 1;
  const p = Math.min(w.window, n);
  /** Of each place which of its two registers holds the state. */
  const bank = Array.from({ length: p + 1 }, () => 0);
  const place = (j: number) => j % (p + 1);
  const state = (j: number): Reg => `${bank[place(j)] === 0 ? 'a' : 'b'}${place(j)}`;
  const next = (j: number): Reg => `${bank[place(j)] === 0 ? 'b' : 'a'}${place(j)}`;
  const answer = (i: number): Reg => `d${i % p}`;
  const at = (i: number): At => ({ i, s: sigmas[i]!, t: sigmas[i + 1]!, x: state(i), d: answer(i) });

  /** States from j + 1 to `last`, guessed from state j. */
  function* guess(j: number, last: number, on: 'constant' | 'line', d: Reg): Generator<Op> {
    for (let k = j + 1; k <= last; k++)
      yield combine(
        state(k),
        on === 'line' ? line(sigmas[j]!, sigmas[k]!, state(j), d) : [[w.same(sigmas[j]!, sigmas[k]!), state(j)]],
      );
  }

  yield start(sigmas);
  yield combine(state(0), [[1, 'x']]);
  if (w.before) yield* w.before;
  /** Steps whose D is known from the solve before. */
  const known = new Set<number>();
  for (let k = 0; k < w.coarse && p > 1; k++) {
    const [from, to] = [Math.floor((k * p) / w.coarse), Math.floor(((k + 1) * p) / w.coarse)];
    if (from === to) continue;
    yield { op: 'eval', x: state(from), sigma: sigmas[from]!, out: answer(from) };
    known.add(from);
    yield* guess(from, to, 'line', answer(from));
  }
  if (known.size === 0) yield* guess(0, p, 'constant', answer(0));

  for (let b = 0; b < n;) {
    const end = Math.min(n, b + p);
    const rows = Array.from({ length: end - b }, (_, k) => at(b + k));
    const more = rows.map((row) => (row.t > 0 && row.i > b && w.more?.(row)) || { before: [], of: [], after: [] });
    for (const { before } of more) yield* before;
    const of = rows.flatMap(({ i, x, s, d }, worker): readonly Evaluate[] => [
      ...(known.delete(i) ? [] : [{ x, sigma: s, out: d, worker }]),
      ...more[worker]!.of.map((e) => ({ ...e, worker })),
    ]);
    // Worker 0 has the window: a state goes to whoever asks about it, and what comes of it back.
    for (const { worker, x } of of) if (worker! > 0) yield { op: 'send', from: 0, to: worker!, x };
    if (of.length > 0) yield { op: 'evalBatch', of };
    for (const { worker, out } of of) if (worker! > 0) yield { op: 'send', from: worker!, to: 0, x: out };
    for (const { after } of more) yield* after;
    for (const row of rows) {
      const own = w.step(row);
      // Before the first state of a window nothing moves, and a step to σ = 0 is D.
      const moved = row.i > b && row.t > 0 ? w.carry(row, 'v') : { ops: [], terms: [] };
      yield* moved.ops;
      yield* own.ops;
      yield combine(next(row.i + 1), [...own.terms, ...moved.terms]);
      if (row.i + 1 < end)
        yield combine('v', [
          [1, next(row.i + 1)],
          [-1, state(row.i + 1)],
        ]);
    }
    const moves: Float64Array = yield {
      op: 'measure',
      per: 'sample',
      of: rows.map(({ i }) => ({
        terms: [
          [1, next(i + 1)],
          [-1, state(i + 1)],
        ],
        power: 2,
      })),
    };
    const samples = moves.length / rows.length;
    const still = rows.map(({ s, t, i }, k) => {
      // The denoised value goes with the state that it was made of.
      if (t === 0) return true;
      const most = w.tolerance ** 2 * t * t * (1 - (t / s) ** 2);
      const own = moves.subarray(k * samples, (k + 1) * samples);
      if (!own.every(Number.isFinite)) throw new NoNumberError(w.id, sigmas[i]!, HINT);
      return own.every((v) => v <= most);
    });
    const first = still.indexOf(false);
    const to = first < 0 ? end : b + first + 1;
    for (let j = b + 1; j <= end; j++) bank[place(j)] = 1 - bank[place(j)]!;
    for (let j = b + 1; j <= to; j++) {
      // At σ = 0 the last D is the state.
      yield combine('x', [[1, sigmas[j] === 0 ? answer(j - 1) : state(j)]]);
      yield mark(j, sigmas[j]!, answer(j - 1));
    }
    if (to < n) yield* guess(end, Math.min(n, to + p), w.guess, answer(end - 1));
    b = to;
  }
}

const HINT = 'Take a smaller window, less guidance, or coordinates of constant variance where it has the choice.';
