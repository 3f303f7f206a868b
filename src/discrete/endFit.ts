import { numberField } from '../core/field.ts';
import { adam } from '../math/descents.ts';
import { divergence, padded } from './measures.ts';
import { baseField, PAPER } from './parts.ts';
import { backward, kernelOf, lawsOf, timesOf } from './step.ts';
import type { Course, DiscreteMethod, Problem, Rule } from './types.ts';

interface Params {
  base: Rule;
  iterations: number;
}

/** Of a difference, as a share: a step's matrix is smooth, and its numbers have sixteen digits. */
const REACH = 1e-6;

/** Numbers to a course: logarithms of scales, then of the steps' shares. */
function courseOf(start: number, theta: ArrayLike<number>): Course & { readonly shares: readonly number[] } {
  const steps = theta.length / 2;
  const all = Array.from(theta);
  const largest = Math.max(...all.slice(steps));
  const weights = all.slice(steps).map((v) => Math.exp(v - largest));
  const total = weights.reduce((sum, v) => sum + v, 0);
  const shares = weights.map((v) => v / total);
  return { times: timesOf(start, shares), scales: all.slice(0, steps).map(Math.exp), shares };
}

/**
 * KL(data ‖ end of the run) in nats, and its slope in every number. The run is a product of matrices: one pass forward for the
 * laws, one back for what each state is worth, and each number is in one step or two, whose matrix alone is differenced.
 */
export function endLoss(
  problem: Problem,
  rule: Rule,
  theta: Float64Array,
): { readonly loss: number; readonly slope: Float64Array } {
  const { p, values, process } = problem;
  const states = process.states(values);
  const steps = theta.length / 2;
  const { times, scales, shares } = courseOf(process.start, theta);
  const laws = lawsOf(problem, rule, { times, scales });
  const truth = padded(p, values, states);
  const end = laws[steps]!;
  let worth: Float64Array = truth.map((v, i) => (v > 0 && end[i]! > 1e-12 ? -v / end[i]! : 0));
  const slope = new Float64Array(2 * steps);
  /** Slopes in the times between. */
  const inTime = new Float64Array(steps + 1);
  for (let k = steps - 1; k >= 0; k--) {
    const [t, s, scale] = [times[k]!, times[k + 1]!, scales[k]!];
    const after = worth;
    const before = laws[k]!;
    const mean = (f: Float64Array) => f.reduce((sum, v, x) => sum + v * before[x]!, 0);
    worth = backward(after, kernelOf(problem, rule, t, s, scale), states);
    const here = mean(worth);
    const risen = (t1: number, s1: number, by: number) =>
      mean(backward(after, kernelOf(problem, rule, t1, s1, by), states)) - here;
    slope[k] = risen(t, s, scale * Math.exp(REACH)) / REACH;
    const reach = REACH * (t - s);
    if (k > 0) inTime[k]! += risen(t - reach, s, scale) / -reach;
    if (k < steps - 1) inTime[k + 1]! += risen(t, s + reach, scale) / reach;
  }
  // A step's share moves all later times: t_k = start·(1 − what came before), and shares are a softmax.
  const inShare = shares.map((_, j) => {
    let sum = 0;
    for (let k = j + 1; k < steps; k++) sum -= process.start * inTime[k]!;
    return sum;
  });
  const mean = shares.reduce((sum, v, j) => sum + v * inShare[j]!, 0);
  shares.forEach((v, j) => (slope[steps + j] = v * (inShare[j]! - mean)));
  return { loss: divergence(truth, end), slope };
}

/**
 * What scales and times could do at best: both are fitted to the law at the end, which no sampler of a real model knows. The
 * parameters are those of LSD+ (Fu et al. 2025, https://arxiv.org/abs/2509.19962), the objective is ours: KL of the data's law
 * to the run's, descended with its exact gradient.
 */
export const endFit: DiscreteMethod<Params> = {
  id: 'end_fit',
  title: 'Fitted to the end',
  paper: PAPER,
  summary:
    'The numbers of LSD+, fitted to the law that comes out: what they could do at best. It knows the data’s law, so it is a bound and no method.',
  params: {
    base: baseField,
    iterations: numberField({
      label: 'iterations',
      help: 'Steps of the descent; the best is kept.',
      default: 60,
      min: 0,
      max: 2000,
      integer: true,
    }),
  },
  rule: ({ base }) => base,
  *learn(problem, steps, { base, iterations }) {
    let at = adam.begin(new Float64Array(2 * steps));
    let best = { loss: Infinity, theta: at.theta };
    for (let i = 0; ; i++) {
      const { loss, slope } = endLoss(problem, base, at.theta);
      if (loss < best.loss) best = { loss, theta: at.theta };
      if (i >= iterations) break;
      const rate = 0.1 * (0.55 + 0.45 * Math.cos((Math.PI * i) / iterations));
      at = adam.step(at, slope, rate);
      yield (i + 1) / iterations;
    }
    const { times, scales } = courseOf(problem.process.start, best.theta);
    return { times, scales };
  },
};
