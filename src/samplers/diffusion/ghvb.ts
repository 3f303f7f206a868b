import { numberField } from '../../core/field.ts';
import { ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/** Adams-Bashforth in backward differences: Σ γ_j ∇^j. Hairer, Nørsett & Wanner, Solving ODEs I, eq. III.1.5. */
const GAMMA = [1, 1 / 2, 5 / 12, 3 / 8];
const BINOMIAL = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1]];

/**
 * Weights of the last `terms` velocities, newest first. Momentum filters the slopes: v = β/(1 − (1 − β)E⁻¹) e. For Σ
 * b_j v_{−j} to equal Σ γ_j ∇^j e up to order `terms`, b = (1/β) Σ_j (β γ_j + (1 − β) γ_{j−1}) ∇^j, cut after `terms`.
 * β = 1 is Adams-Bashforth.
 */
export function momentumWeights(terms: number, beta: number): number[] {
  const w = new Array<number>(terms).fill(0);
  for (let j = 0; j < terms; j++) {
    const g = GAMMA[j]! + (j > 0 ? ((1 - beta) / beta) * GAMMA[j - 1]! : 0);
    for (let k = 0; k <= j; k++) w[k]! += g * (k % 2 === 0 ? 1 : -1) * BINOMIAL[j]![k]!;
  }
  return w;
}

/**
 * GHVB: Polyak's momentum put into the Adams-Bashforth family, so that its order and its stability can be dialled
 * between the integers. Wizadwongsa et al. 2023, https://arxiv.org/abs/2307.11118. Order 2.5 is three terms with β = ½;
 * whole orders are iPNDM. A step to σ = 0 returns the denoised value.
 */
export const ghvb: Sampler<{ order: number }> = {
  id: 'ghvb',
  title: 'GHVB (momentum)',
  paper: {
    title: 'Diffusion Sampling with Momentum for Mitigating Divergence Artifacts',
    url: 'https://arxiv.org/abs/2307.11118',
  },
  summary: 'Gives the slope some inertia, which calms divergence under strong guidance.',
  order: 2,
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order',
      help: 'The fraction is the damping: 2.5 is three terms at half weight; whole numbers have no momentum.',
      default: 2.5,
      min: 1,
      max: 4,
      step: 0.1,
    }),
  },
  *plan(sigmas, { order }) {
    const terms = Math.ceil(order);
    const beta = order === terms ? 1 : order - Math.floor(order);
    const history = ring('v', terms);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const v = history(i);
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
      } else {
        yield slope(s, beta === 1 || i === 0 ? v : 'e');
        if (beta < 1 && i > 0)
          yield combine(v, [
            [beta, 'e'],
            [1 - beta, history(i - 1)],
          ]); // v ← (1 − β)v + βe; v starts as e
        const w = momentumWeights(Math.min(terms, i + 1), i === 0 ? 1 : beta);
        yield combine('x', [[1, 'x'], ...w.map((c, j) => [(t - s) * c, history(i - j)] as const)]);
      }
      yield mark(i + 1, t);
    }
  },
};
