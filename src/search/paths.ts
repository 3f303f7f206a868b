import { numberField } from '../core/field.ts';
import { nfe } from '../samplers/diffusion/counting.ts';
import { RENOISE } from './candidates.ts';
import { bestOfRuns } from './runs.ts';
import { Best, combined, inBatches, scored, take, telling, tooLittle } from './asks.ts';
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
    const { levels, piece, solve, denoise, budget } = context;
    const steps = levels.length - 1;
    const whole = Math.max(1, nfe(solve(levels)));
    if (whole > budget) throw tooLittle('Search over paths', budget, `one run takes ${whole}`);
    const n = Math.min(params.paths, Math.floor(budget / whole));
    const rounds = roundsOf(steps, params);
    if (rounds.length === 0) return yield* bestOfRuns(context, Math.floor(budget / whole));
    const first = rounds[0]!.at;
    const cost = (from: number, to: number) => nfe(piece(from, to));
    // A round that ends above 0 looks at D there, which is one evaluation more, or what its wrappers make of one.
    const round = rounds.reduce(
      (sum, { top, next }) => sum + cost(top, next) + (next < steps ? nfe(denoise(next)) : 0),
      0,
    );
    const m = Math.floor((budget - n * cost(0, first)) / (n * Math.max(1, round)));
    // With one noise each there would be nothing to choose from on the way.
    return yield* m < 2 ? bestOfRuns(context, Math.floor(budget / whole)) : climbing();

    function* climbing(): Searching {
      let states: States[] = [];
      const begins = { ops: piece(0, first), wanted: ['x'], make: (c: number) => ({ candidate: c }) };
      yield* inBatches(context, n, begins, function* ({ x }) {
        states.push(x!);
      });
      let candidate = n;
      let best: Best | null = null;
      for (const { at, top, next } of rounds) {
        const lift = Math.sqrt(levels[top]! ** 2 - levels[at]! ** 2);
        const ends = next === steps;
        const ops = [...piece(top, next), ...(ends ? [] : denoise(next))];
        const wanted = ends ? ['x'] : ['x', 'd'];
        const made: States[] = [];
        const judged: Float64Array[] = [];
        const [from, lowest] = [states, candidate];
        const make = (k: number) => {
          const own = lowest + k;
          const x = combined([1, from[Math.floor(k / m)]!], [lift, context.noise(own, RENOISE)]);
          return { candidate: own, given: { x, ...(!ends && { d: x }) } };
        };
        yield* inBatches(context, from.length * m, { ops, wanted, make }, function* ({ x, d }, k) {
          made.push(x!);
          judged.push(yield* scored(ends ? x! : d!));
          if (!ends) return;
          if (best) best.offer(x!, judged.at(-1)!, lowest + k);
          else best = new Best(x!, judged.at(-1)!);
          yield* telling(best.x, best.scores);
        });
        candidate += made.length;
        states = ends ? states : fittest(made, judged, n);
      }
      return best!;
    }
  },
};
