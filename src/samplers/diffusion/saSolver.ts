import { booleanField, numberField } from '../../core/field.ts';
import { noiseFields } from './parts/stochastic.ts';
import { saSolverPlan, type SaParams } from './parts/saSolverPlan.ts';
import type { Sampler } from './types.ts';

const stochastic = ({ tau, s_noise, s_tmin, s_tmax }: SaParams) =>
  tau > 0 && s_noise > 0 && s_tmax > 0 && s_tmax >= s_tmin;
const paper = {
  title: 'SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion Models',
  url: 'https://arxiv.org/abs/2309.05019',
};
const params = {
  tau: numberField({
    label: 'τ',
    help: 'How much of the noise is renewed: 0 is the ODE, 1 the full reverse SDE.',
    default: 1,
    min: 0,
    max: 1,
  }),
  s_noise: noiseFields.s_noise,
  s_tmin: numberField({
    label: 'lowest σ',
    help: 'No noise in steps that end below this level.',
    default: 0,
    min: 0,
    max: 5,
  }),
  s_tmax: numberField({
    label: 'highest σ',
    help: 'No noise in steps that end above this level.',
    default: 1000,
    min: 0,
    max: 1000,
  }),
  predictor_order: numberField({
    label: 'predictor order',
    help: 'How many denoised pictures the predictor goes through.',
    default: 3,
    min: 1,
    max: 4,
    integer: true,
  }),
  corrector_order: numberField({
    label: 'corrector order',
    help: 'How many the corrector goes through, the newest included; 0 is none.',
    default: 4,
    min: 0,
    max: 4,
    integer: true,
  }),
  simple_order_2: booleanField({
    label: 'simple weights',
    help: 'Where two pictures are used, the weights of the authors’ code, which diffusers always takes.',
    default: false,
  }),
};

/** SA-Solver as predictor and corrector of one evaluation (PEC). See parts/saSolverPlan.ts. */
export const saSolver: Sampler<SaParams> = {
  id: 'sa_solver',
  title: 'SA-Solver',
  paper,
  summary: 'Adams methods for the reverse SDE: every step is corrected with the next evaluation and its own noise.',
  order: 2,
  stochastic,
  params,
  plan: (sigmas, p) => saSolverPlan(sigmas, p, false),
};

/** SA-Solver that also evaluates what it has corrected (PECE). */
export const saSolverPece: Sampler<SaParams> = {
  id: 'sa_solver_pece',
  title: 'SA-Solver, PECE',
  paper,
  summary: 'SA-Solver that looks again at the corrected picture before it goes on: two evaluations a step.',
  order: 2,
  stochastic,
  params,
  plan: (sigmas, p) => saSolverPlan(sigmas, p, true),
};
