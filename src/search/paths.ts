import { numberField } from '../core/field.ts';
import { nfe } from '../samplers/diffusion/counting.ts';
import { RENOISE } from './candidates.ts';
import { bestOfRuns } from './runs.ts';
import { Best, combined, run, scored, take, telling, tooLittle } from './asks.ts';
import type { NoiseSearch, Searching, States } from './types.ts';

interface Params {
  paths: number;
  begin: number;
  up: number;
  down: number;
}

/** A round goes from level `at` up to level `top`, and down to `next`. */
interface Round {
  readonly at: number;
  readonly top: number;
  readonly next: number;
}

/** The rounds of a schedule of so many steps: each ends lower than it began, the last at 0. None where there is but one step. */
export function roundsOf(steps: number, { begin, up, down }: Omit<Params, 'paths'>): Round[] {
  const rounds: Round[] = [];
  const least = Math.max(down, up + 1);
  for (let at = Math.max(1, Math.min(steps - 1, Math.round(begin * steps))); at < steps;) {
    const top = Math.max(0, at - up);
    const next = Math.min(steps, Math.max(at + 1, top + least));
    rounds.push({ at, top, next });
    at = next;
  }
  return rounds;
}

/** The n best of any number of populations, start by start, the best first; of equals the earlier. */
function fittest(populations: readonly States[], scores: readonly Float64Array[], n: number): States[] {
  const orders = Array.from(scores[0]!, (_, i) =>
    scores.map((_s, c) => c).sort((a, b) => scores[b]![i]! - scores[a]![i]! || a - b),
  );
  return Array.from({ length: Math.min(n, populations.length) }, (_, rank) =>
    take(
      populations,
      orders.map((order) => order[rank]!),
    ),
  );
}

/**
 * Search over paths. Ma et al. 2025, https://arxiv.org/abs/2501.09732, section 3.2 (read second-hand): n runs go down to a level;
 * there each is lifted to a higher level by m fresh noises, all n·m are solved down further, and the n whose D the verifier
 * likes best go on; at 0 the best end is kept. Of a budget it makes m as large as it goes; where not even two fit, it is
 * best of as many runs as the budget buys, and of one run the plain sampler.
 */
export const paths: NoiseSearch<Params> = {
  id: 'paths',
  title: 'Over paths',
  paper: {
    title: 'Inference-Time Scaling for Diffusion Models beyond Scaling Denoising Steps',
    url: 'https://arxiv.org/abs/2501.09732',
  },
  summary:
    'Keeps a few states, noises each some levels up again in several ways, and goes on with what leads to the best.',
  params: {
    paths: numberField({
      label: 'n',
      help: 'States that every start keeps.',
      default: 2,
      min: 1,
      max: 16,
      integer: true,
    }),
    begin: numberField({
      label: 'begin',
      help: 'Share of the steps that is walked before the first choice.',
      default: 0.4,
      min: 0,
      max: 1,
    }),
    up: numberField({
      label: 'up',
      help: 'Steps that a state is noised back.',
      default: 2,
      min: 1,
      max: 50,
      integer: true,
    }),
    down: numberField({
      label: 'down',
      help: 'Steps that it is then solved down; one more than back, at least.',
      default: 4,
      min: 2,
      max: 100,
      integer: true,
    }),
  },
  *search(context, params) {
    const { levels, solve, denoise, budget } = context;
    const steps = levels.length - 1;
    const cost = (from: number, to: number) => nfe(solve(levels.slice(from, to + 1)));
    const whole = cost(0, steps);
    if (whole > budget) throw tooLittle('Search over paths', budget, `one run takes ${whole}`);
    const n = Math.min(params.paths, Math.floor(budget / whole));
    const rounds = roundsOf(steps, params);
    if (rounds.length === 0) return yield* bestOfRuns(context, Math.floor(budget / whole));
    const first = rounds[0]!.at;
    // A round that ends above 0 looks at D there, which is one evaluation more.
    const round = rounds.reduce((sum, { top, next }) => sum + cost(top, next) + (next < steps ? 1 : 0), 0);
    const m = Math.floor((budget - n * cost(0, first)) / (n * round));
    // With one noise each there would be nothing to choose from on the way.
    return yield* m < 2 ? bestOfRuns(context, Math.floor(budget / whole)) : climbing();

    function* climbing(): Searching {
      let states: States[] = [];
      const begin = solve(levels.slice(0, first + 1));
      for (let c = 0; c < n; c++)
        states.push((yield* run({ ops: begin, wanted: ['x'], candidate: c, beside: c > 0 })).x!);
      let candidate = n;
      let best: Best | null = null;
      for (const { at, top, next } of rounds) {
        const lift = Math.sqrt(levels[top]! ** 2 - levels[at]! ** 2);
        const ends = next === steps;
        const ops = [...solve(levels.slice(top, next + 1)), ...(ends ? [] : denoise(levels[next]!))];
        const made: States[] = [];
        const judged: Float64Array[] = [];
        for (const state of states)
          for (let k = 0; k < m; k++, candidate++) {
            const x0 = combined([1, state], [lift, context.noise(candidate, RENOISE)]);
            const given = { x: x0, ...(!ends && { d: x0 }) };
            const wanted = Object.keys(given);
            const done = yield* run({ ops, given, wanted, candidate, beside: made.length > 0 });
            made.push(done.x!);
            judged.push(yield* scored(ends ? done.x! : done.d!));
            if (!ends) continue;
            if (best) best.offer(done.x!, judged.at(-1)!, candidate);
            else best = new Best(done.x!, judged.at(-1)!);
            yield* telling(best.x, best.scores);
          }
        states = ends ? states : fittest(made, judged, n);
      }
      return best!;
    }
  },
};
