// Searches that choose inside a run: a step of DDPM is drawn several times, and D of each new state says what it leads to.
import { brownianIncrement } from '../math/brownian.ts';
import { INITIAL_DRAW } from '../math/normal.ts';
import { plainDraw } from '../samplers/diffusion/parts/ops.ts';
import { nfe } from '../samplers/diffusion/counting.ts';
import { asking, Best, combined, inBatches, scored, telling, tooLittle } from './asks.ts';
import type { Ask, Rows, SearchContext, Searching, States, Told } from './types.ts';

/** A state at a level, what the model says of it, and what the verifier says of that. */
export class Choice {
  readonly x: Best;
  readonly d: Best;
  constructor(x: States, d: States, scores: Float64Array) {
    this.x = new Best(x, scores);
    this.d = new Best(d, scores);
  }
  get scores(): Float64Array {
    return this.d.scores;
  }
  offer(x: States, d: States, scores: Float64Array, candidate: number, rows?: Rows): void {
    this.x.offer(x, scores, candidate, rows);
    this.d.offer(d, scores, candidate, rows);
  }
}

/** Levels at which such a search evaluates: all above 0. The answer is D at the last of them. */
export const levelsAbove0 = ({ levels }: Pick<SearchContext, 'levels'>): readonly number[] =>
  levels.filter((sigma) => sigma > 0);

/** The best of some starting noises, by D at the first level. */
function* chooseStart(context: SearchContext, count: number): Generator<Ask, Choice, Told> {
  const sigma = context.levels[0]!;
  let choice: Choice | null = null;
  const make = (candidate: number) => asking(combined([sigma, context.noise(candidate, [[1, INITIAL_DRAW]])]));
  const asked = { ops: context.denoise(0), wanted: ['d'], make };
  yield* inBatches(context, count, asked, function* ({ d }, candidate, { given }) {
    const x = given!.x!;
    const scores = yield* scored(d!);
    if (choice) choice.offer(x, d!, scores, candidate);
    else choice = new Choice(x, d!, scores);
    yield* telling(choice.d.x, choice.scores);
  });
  return choice!;
}

/**
 * Candidate by candidate, a step of DDPM from s down to t, as `samplers/diffusion/ddpm.ts` takes it with small variance.
 * Candidate 0 draws what that sampler draws, an increment of its Brownian path, which is a sum of many draws; what no other run
 * shares is one draw.
 */
export function stepper({ context, from, s, t, number }: Step): (candidate: number) => States {
  const kept = (t / s) ** 2;
  const own = brownianIncrement(s, t);
  const draws = (candidate: number) => (candidate === 0 ? own : plainDraw(number));
  return (candidate) =>
    combined(
      [kept, from.x.x],
      [1 - kept, from.d.x],
      [t * Math.sqrt(1 - kept), context.noise(candidate, draws(candidate))],
    );
}

/** What a step is asked: where it stands, and how many tries each start has left. A try is an evaluation, or what wrappers make of one. */
export interface Step {
  readonly context: SearchContext;
  readonly from: Choice;
  /** Counted from 0. */
  readonly number: number;
  readonly s: number;
  readonly t: number;
  readonly last: boolean;
  /** Tries of each start that are left for this step and all later ones. */
  readonly left: Int32Array;
  /** What an even share of the budget gives each step. */
  readonly quota: number;
}
export interface Stepped {
  readonly to: Choice;
  /** What each start has spent in this step. */
  readonly spent: Int32Array;
}

/** The frame of both: a start is chosen, then step after step, and the last D is the answer. */
export function* stepByStep(
  context: SearchContext,
  { title, starts }: { readonly title: string; readonly starts: number },
  step: (at: Step) => Generator<Ask, Stepped, Told>,
): Searching {
  const levels = levelsAbove0(context);
  const steps = levels.length - 1;
  const { samples } = context;
  const each = levels.map((_, k) => nfe(context.denoise(k)));
  // Wrappers may ask more at some levels than at others: where they do, every try is reckoned as the dearest.
  const dearest = Math.max(1, ...each);
  const budget = Math.floor(context.budget / dearest);
  if (budget < steps + 1)
    throw tooLittle(title, context.budget, `${steps + 1} levels take ${dearest === 1 ? 'one' : dearest} each`);
  // A budget that is short of what was asked for leaves every step its one evaluation.
  const begun = Math.min(starts, budget - steps);
  const quota = steps === 0 ? 0 : Math.floor((budget - begun) / steps);
  let choice = yield* chooseStart(context, steps === 0 ? budget : begun);
  const left = new Int32Array(samples).fill(budget - begun);
  const perStep = [each[0]! * (steps === 0 ? budget : begun)];
  for (let k = 0; k < steps; k++) {
    const [s, t] = [levels[k]!, levels[k + 1]!];
    const at = { context, from: choice, number: k, s, t, last: k === steps - 1, left, quota };
    const { to, spent }: Stepped = yield* step(at);
    spent.forEach((n, i) => (left[i]! -= n));
    perStep.push((each[k + 1]! * spent.reduce((a, b) => a + b, 0)) / samples);
    choice = to;
    yield* telling(choice.d.x, choice.scores);
  }
  return { x: choice.d.x, scores: choice.scores, perStep };
}

/** A field of both searches. */
export const STARTS = {
  label: 'starts',
  help: 'Starting noises that are tried by their D before the first step.',
  default: 8,
  min: 1,
  max: 100,
  integer: true,
} as const;
