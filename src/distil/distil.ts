// Particles under score distillation, step by step or a window of steps at once.
import type { Asked } from '../core/role.ts';
import { normals } from '../math/normal.ts';
import { uniforms } from '../math/uniform.ts';
import { optimisers, type Descent, type OptimiserId } from '../math/descents.ts';
import type { DistilMethod, Seen } from './types.ts';

/** First draw number used here: step k draws number k above it, whatever was drawn before. */
export const DISTIL_DRAW = 0x20000000;

/** What all methods that are compared share. */
export interface DistilTask {
  /** Where the particles start, row-major [n, dim]. */
  readonly start: Float64Array;
  readonly dim: number;
  readonly steps: number;
  readonly seed: number;
  /** Noise levels are drawn log-uniform between these. */
  readonly low: number;
  readonly high: number;
  /** The mode that guided methods are told. */
  readonly reference: number;
}

/** How a method's particles are moved. */
export interface DistilMove {
  readonly optimiser: OptimiserId;
  readonly rate: number;
  /** Whether a gradient is multiplied with σ: then all levels push alike in data units. */
  readonly weight: 'one' | 'sigma';
  /** Steps that are worked on at once; 1 is one after the other. */
  readonly window: number;
  /** Mean square by which a guess may be off and still be built on; 0 is the sequence exactly. */
  readonly threshold: number;
  /** What the threshold keeps of itself when it follows the median of errors; 1 leaves it as it is. */
  readonly keep: number;
}

/** D(x; σ) of whom is wanted. */
export interface Asking {
  readonly x: Float64Array;
  readonly sigma: number;
  readonly asked: Asked;
}

export type DistilOp =
  /** Independent evaluations: one pass, however many. Their answers come back through next(), in this order. */
  | { readonly op: 'ask'; readonly of: readonly Asking[] }
  /** The particles after `step` steps: what stands, whatever comes. `window` is how many steps were worked on for it. */
  | { readonly op: 'mark'; readonly step: number; readonly theta: Float64Array; readonly window: number };
/** It knows no device: whoever drives it evaluates. */
export type Distilling = Generator<DistilOp, void, readonly Float64Array[]>;

/** The level of a step: the same for all particles and all methods. */
export function levelOf({ seed, low, high }: Pick<DistilTask, 'seed' | 'low' | 'high'>, step: number): number {
  const u = uniforms(seed, DISTIL_DRAW + step, 1)[0]!;
  return low * (high / low) ** u;
}

/** What a step draws, by its number alone. */
function drawn(task: DistilTask, step: number): { readonly sigma: number; readonly z: Float64Array } {
  const { start, dim, seed } = task;
  return { sigma: levelOf(task, step), z: normals(seed, DISTIL_DRAW + step, start.length / dim, dim) };
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};
const meanSquare = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
};

/**
 * With a window of 1 it is plain descent. With more it is DreamPropeller, Zhou et al. 2023,
 * https://arxiv.org/abs/2311.17082, section 4: Picard iteration over the steps of an optimiser. Gradients are asked for at
 * all guesses of the window at once, each with the randomness of its own step; the optimiser is replayed over them from the
 * window's beginning, its moments too; and the window slides to the first state that the replay moved by more than the
 * threshold. Its first step is always exact, so it comes to an end. The paper's threshold follows the median of the errors.
 */
export function* distil<P>(
  task: DistilTask,
  move: DistilMove,
  method: DistilMethod<P>,
  params: NoInfer<P>,
): Distilling {
  const optimiser = optimisers[move.optimiser];
  const { steps, dim } = task;
  let at: Descent = optimiser.begin(task.start);
  let { threshold } = move;
  let guesses: readonly Float64Array[] = [task.start];
  yield { op: 'mark', step: 0, theta: task.start, window: 0 };
  for (let base = 0; base < steps;) {
    const window = Math.min(move.window, steps - base);
    const states = Array.from({ length: window }, (_, k) => guesses[k] ?? guesses.at(-1)!);
    const seen = states.map((theta, k): Omit<Seen, 'slopes'> => {
      const { sigma, z } = drawn(task, base + k);
      return { theta, noised: theta.map((v, i) => v + sigma * z[i]!), sigma, z, dim };
    });
    const whom = method.asks(params, task.reference);
    const of = seen.flatMap(({ noised, sigma }) => whom.map((asked): Asking => ({ x: noised, sigma, asked })));
    const answers = yield { op: 'ask', of };
    const replayed: Descent[] = [];
    for (const [k, one] of seen.entries()) {
      const slopes = whom.map((_, i) => {
        const guess = answers[k * whom.length + i]!;
        return one.noised.map((x, j) => (x - guess[j]!) / one.sigma);
      });
      const g = method.direction({ ...one, slopes }, params);
      const weighted = move.weight === 'sigma' ? g.map((v) => one.sigma * v) : g;
      at = optimiser.step(at, weighted, move.rate);
      replayed.push(at);
    }
    const errors = states.slice(1).map((old, k) => meanSquare(replayed[k]!.theta, old));
    const wrong = errors.findIndex((error) => !(error <= threshold));
    const good = wrong < 0 ? window : wrong + 1;
    if (errors.length > 0 && threshold > 0) threshold = move.keep * threshold + (1 - move.keep) * median(errors);
    at = replayed[good - 1]!;
    guesses = replayed.slice(good - 1).map(({ theta }) => theta);
    base += good;
    yield { op: 'mark', step: base, theta: at.theta, window };
  }
}
