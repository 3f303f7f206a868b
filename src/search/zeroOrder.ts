import { numberField } from '../core/field.ts';
import { INITIAL_DRAW } from '../math/normal.ts';
import { Best, combined, inBatches, run, runsFor, scored, take, telling } from './asks.ts';
import type { NoiseSearch, States } from './types.ts';

/**
 * Zero-order search. Ma et al. 2025, https://arxiv.org/abs/2501.09732, section 3.2 (read second-hand): around a pivot noise
 * z lie K neighbours z' = cos φ·z + sin φ·z_j, unit normals as z is; the pivot moves to the best of them where that is better.
 * What a stochastic sampler draws on the way stays the plain run's, so that an end is a function of its starting noise. Rounds
 * wait for each other. K = 0 would be the plain run, and so is a budget of one run; φ = π/2 is random search.
 */
export const zeroOrder: NoiseSearch<{ neighbours: number; angle: number }> = {
  id: 'zero_order',
  title: 'Zero-order',
  paper: {
    title: 'Inference-Time Scaling for Diffusion Models beyond Scaling Denoising Steps',
    url: 'https://arxiv.org/abs/2501.09732',
  },
  summary: 'Looks at a few noises near the best one so far, moves there if one ends better, and looks again.',
  params: {
    neighbours: numberField({
      label: 'K',
      help: 'Neighbours that are tried before the pivot may move.',
      default: 3,
      min: 1,
      max: 64,
      integer: true,
    }),
    angle: numberField({
      label: 'φ',
      help: 'How far they lie from the pivot, in radians: 0 is the pivot itself, π/2 any other noise.',
      default: 0.3,
      min: 0.01,
      max: 1.5707963,
    }),
  },
  *search(context, { neighbours, angle }) {
    const ops = context.solve(context.levels);
    const count = runsFor(context, ops, 'Zero-order search');
    const unit = (candidate: number) => context.noise(candidate, [[1, INITIAL_DRAW]]);
    const from = (z: States) => ({ x: combined([context.levels[0]!, z]) });
    let pivot = unit(0);
    const first = yield* run({ ops, given: from(pivot), wanted: ['x'], candidate: 0 });
    const best = new Best(first.x!, yield* scored(first.x!));
    yield* telling(best.x, best.scores);
    for (let candidate = 1; candidate < count;) {
      const [at, centre] = [candidate, pivot];
      const tried = Math.min(neighbours, count - at);
      const around = [centre];
      best.which.fill(0);
      const make = (k: number) => {
        const z = combined([Math.cos(angle), centre], [Math.sin(angle), unit(at + k)]);
        around.push(z);
        return { candidate: 0, given: from(z) };
      };
      yield* inBatches(context, tried, { ops, wanted: ['x'], make }, function* ({ x }, k) {
        best.offer(x!, yield* scored(x!), k + 1);
      });
      candidate += tried;
      pivot = take(around, best.which);
      yield* telling(best.x, best.scores);
    }
    return best;
  },
};
