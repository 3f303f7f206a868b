import { choiceField, numberField } from '../../core/field.ts';
import { heunStep } from './parts/heunStep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Op, Sampler } from './types.ts';

type Variable = 'sigma' | 'flow';
interface Params {
  variable: Variable;
  heun: number;
}

/** What is straight in a variable: α·x̂ over its time τ. The slope is (α·x̂ − D)/τ. */
const frameOf = (variable: Variable, sigma: number): { readonly alpha: number; readonly tau: number } =>
  variable === 'sigma' ? { alpha: 1, tau: sigma } : { alpha: 1 / (1 + sigma), tau: sigma / (1 + sigma) };

/**
 * FlowTurbo's pseudo-corrector: Heun's step whose first slope is the one that the step before has taken at its own
 * predicted point, so that one evaluation a step is enough. Zhao et al. 2024, https://arxiv.org/abs/2409.18128, section 3.3.
 * Blocks of Heun may come first, as published (H₁P₅ and the like); the refiner R is a wrapper (wrappers/refiner.ts). The first
 * pseudo-corrector evaluates where it stands. A step to σ = 0 returns the denoised value.
 */
export const pseudoCorrector: Sampler<Params> = {
  id: 'pseudo_corrector',
  title: 'Pseudo-corrector (FlowTurbo)',
  paper: {
    title: 'FlowTurbo: Towards Real-time Flow-Based Image Generation with Velocity Refiner',
    url: 'https://arxiv.org/abs/2409.18128',
  },
  summary: 'Heun’s step for one evaluation: its first slope is what the step before found at its predicted point.',
  order: 2,
  stochastic: () => false,
  params: {
    variable: choiceField<Variable>({
      label: 'straight in',
      help: 'Where a step is a straight line: the noise level, or the time of a flow, as published.',
      default: 'flow',
      options: [
        ['flow', 'time of a flow'],
        ['sigma', 'noise level σ'],
      ],
    }),
    heun: numberField({
      label: 'Heun first',
      help: 'Steps of Heun’s method, two evaluations each, before the first pseudo-corrector.',
      default: 0,
      min: 0,
      max: 20,
      integer: true,
    }),
  },
  *plan(sigmas, { variable, heun }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      if (t === 0) {
        yield denoise(s);
        yield combine('x', [[1, 'd']]);
        yield mark(i + 1, t);
      } else if (i < heun) yield mark(i + 1, t, yield* heunStep(s, t));
      else {
        if (i === heun) {
          yield denoise(s);
          yield slopeIn(variable, s, 'x');
        }
        const [from, to] = [frameOf(variable, s), frameOf(variable, t)];
        const h = to.tau - from.tau;
        const keep = from.alpha / to.alpha;
        yield combine('y', [
          [keep, 'x'],
          [h / to.alpha, 'v'],
        ]); // predicted by the kept slope
        yield denoise(t, 'd', 'y');
        yield combine('x', [
          [keep, 'x'],
          [h / (2 * to.alpha), 'v'],
          [h / (2 * to.tau), 'y'],
          [-h / (2 * to.alpha * to.tau), 'd'],
        ]); // the mean of the kept slope and the one found at y
        if ((sigmas[i + 2] ?? 0) > 0) yield slopeIn(variable, t, 'y');
        yield mark(i + 1, t);
      }
    }
  },
};

/** v = (α·x̂ − D)/τ at a state. */
function slopeIn(variable: Variable, sigma: number, state: 'x' | 'y'): Op {
  const { alpha, tau } = frameOf(variable, sigma);
  return combine('v', [
    [alpha / tau, state],
    [-1 / tau, 'd'],
  ]);
}
