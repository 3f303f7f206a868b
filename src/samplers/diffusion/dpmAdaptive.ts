import { numberField } from '../../core/field.ts';
import { combine, denoise, mark, start } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import { StepController, type Coefficients } from './parts/stepController.ts';
import { NoNumberError, TooManyError } from './parts/adaptive.ts';
import type { AdaptivePlan, AdaptiveSampler, Op, Reg } from './types.ts';

interface Params extends NoiseParams, Coefficients {
  order: number;
  rtol: number;
  atol: number;
  h_init: number;
  accept_safety: number;
  most: number;
}

/** Evaluations that the default tolerances come to on the bundled planes, about. */
const USUAL = 40;

/** Below this a rest of log σ is no step: k-diffusion stops there too. */
const REST = 1e-5;

/** out = (u − D(u))/σ. */
const slopeOf = (sigma: number, out: Reg, u: Reg, d: Reg): Op =>
  combine(out, [
    [1 / sigma, u],
    [-1 / sigma, d],
  ]);

/**
 * A step of DPM-Solver from σ = s over h of log σ, and the same at a lower order beside it, into `hi` and `lo`; the slope
 * at its start stands in `e0`. Lu et al. 2022, algorithms 1 and 2, of which the second has its first stage at a third.
 */
function* attempt(s: number, h: number, order: number): Generator<Op, void, Float64Array> {
  const t = s * Math.exp(-h);
  const whole = t * Math.expm1(h);
  const r = order === 2 ? 1 / 2 : 1 / 3;
  const s1 = s * Math.exp(-r * h);
  yield combine('u', [
    [1, 'x'],
    [-s1 * Math.expm1(r * h), 'e0'],
  ]);
  yield denoise(s1, 'd1', 'u');
  yield slopeOf(s1, 'e1', 'u', 'd1');
  const second = (out: Reg): Op =>
    combine(out, [
      [1, 'x'],
      [-whole + whole / (2 * r), 'e0'],
      [-whole / (2 * r), 'e1'],
    ]);
  if (order === 2) {
    yield combine('lo', [
      [1, 'x'],
      [-whole, 'e0'],
    ]);
    yield second('hi');
    return;
  }
  yield second('lo');
  const r2 = 2 / 3;
  const s2 = s * Math.exp(-r2 * h);
  const bend = (r2 / r) * s2 * (Math.expm1(r2 * h) / (r2 * h) - 1);
  yield combine('u', [
    [1, 'x'],
    [-s2 * Math.expm1(r2 * h) + bend, 'e0'],
    [-bend, 'e1'],
  ]);
  yield denoise(s2, 'd1', 'u');
  yield slopeOf(s2, 'e1', 'u', 'd1');
  const change = (t / r2) * (Math.expm1(h) / h - 1);
  yield combine('hi', [
    [1, 'x'],
    [-whole + change, 'e0'],
    [-change, 'e1'],
  ]);
}

function* plan(sigmas: readonly number[], params: Params): AdaptivePlan {
  const { order, rtol, atol, eta, most } = params;
  const positive = sigmas.filter((sigma) => sigma > 0);
  const last = positive.at(-1)!;
  const end = -Math.log(last);
  const control = new StepController(params.h_init, params, eta > 0 ? 1.5 : order, params.accept_safety);
  yield start(sigmas);
  yield combine('prev', [[1, 'x']]);
  let s = sigmas[0]!;
  let step = 0;
  let spent = 0;
  let known = false;
  while (-Math.log(s) < end - REST) {
    const cost = known ? order - 1 : order;
    if (spent + cost + 1 > most) throw new TooManyError('dpm_adaptive', { spent, most, sigma: s, goal: last });
    spent += cost;
    if (!known) {
      yield denoise(s, 'd');
      yield slopeOf(s, 'e0', 'x', 'd');
      known = true;
    }
    const t = Math.max(last, s * Math.exp(-control.h));
    // Down to where the noise that leads back up is that of an ancestral step, and never below the end.
    const down = eta > 0 ? Math.max(last, ancestralSplit(s, t, eta).down) : t;
    yield* attempt(s, Math.log(s / down), order);
    const [square] = yield {
      op: 'measure',
      per: 'run',
      of: [
        {
          terms: [
            [1, 'lo'],
            [-1, 'hi'],
          ],
          power: 2,
          scale: { absolute: atol, relative: rtol, of: ['lo', 'prev'] },
        },
      ],
    };
    if (!Number.isFinite(square)) throw new NoNumberError('dpm_adaptive', s);
    if (!control.take(Math.sqrt(square!))) continue;
    yield combine('prev', [[1, 'lo']]);
    const up = Math.sqrt(t * t - down * down);
    const noise = eta > 0 ? ancestralNoise(s, t, up, params) : { ops: [], terms: [] };
    yield* noise.ops;
    yield combine('x', [[1, 'hi'], ...noise.terms]);
    s = t - last < REST * last ? last : t;
    yield mark(++step, s, 'd1');
    known = false;
  }
  if (sigmas.at(-1) !== 0) return;
  yield denoise(last, 'd');
  yield combine('x', [[1, 'd']]);
  yield mark(step + 1, 0, 'd');
}

/**
 * DPM-Solver-12 and -23 with steps as long as their own error allows. Lu et al. 2022, https://arxiv.org/abs/2206.00927,
 * section 3.4 and appendix C, with the controller and the norm of k-diffusion: one length for all samples, so that the
 * hardest sets it. Of the list the first and the last positive level count. A step that is not taken does not ask again
 * what it knows of its start, which k-diffusion does: the states are the same, the evaluations fewer.
 */
export const dpmAdaptive: AdaptiveSampler<Params> = {
  adaptive: true,
  id: 'dpm_adaptive',
  title: 'DPM-Solver adaptive',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary:
    'Chooses its own steps: two orders beside each other, a step as long as their difference allows. The tolerance sets its cost, not a number of steps.',
  family: 'Several evaluations a step',
  order: 3, // of what it takes; the error follows the tolerance
  stochastic: ({ eta, s_noise }) => eta > 0 && s_noise > 0,
  params: {
    order: numberField({
      label: 'order',
      help: 'Of the steps that are taken; the error is their distance from steps of one order less.',
      default: 3,
      min: 2,
      max: 3,
      integer: true,
    }),
    rtol: numberField({
      label: 'relative tolerance',
      help: 'Error that a step may make, as a share of the state. In float32 errors below 10⁻⁵ are rounding.',
      default: 0.05,
      min: 1e-8,
      max: 1,
      log: true,
    }),
    atol: numberField({
      label: 'absolute tolerance',
      help: 'Error that a step may make where the state is near 0; the larger of both counts.',
      default: 0.0078,
      min: 1e-9,
      max: 1,
      log: true,
    }),
    h_init: numberField({
      label: 'first step',
      help: 'Length of the first attempt in log σ.',
      default: 0.05,
      min: 1e-4,
      max: 10,
      log: true,
    }),
    pcoeff: numberField({
      label: 'P',
      help: 'How much the change of the error moves the step length.',
      default: 0,
      min: 0,
      max: 1,
    }),
    icoeff: numberField({
      label: 'I',
      help: 'How much the error itself moves the step length; 1 alone is the usual rule.',
      default: 1,
      min: 0,
      max: 1,
    }),
    dcoeff: numberField({
      label: 'D',
      help: 'How much the change of the change moves the step length.',
      default: 0,
      min: 0,
      max: 1,
    }),
    accept_safety: numberField({
      label: 'safety',
      help: 'A step is taken when the next one would be at least this share as long.',
      default: 0.81,
      min: 0.1,
      max: 0.99,
    }),
    eta: { ...noiseFields.eta, default: 0 },
    s_noise: noiseFields.s_noise,
    most: numberField({
      label: 'most evaluations',
      help: 'At this many it gives up and says so: a tolerance below rounding is never met.',
      default: 1000,
      min: 10,
      max: 10000,
      integer: true,
    }),
  },
  atMost: (_, { most }) => most,
  near: (budget, params) => {
    // A step's error goes with its length to the power of the order: the tolerance of k times the evaluations.
    const share = (USUAL / Math.max(1, budget)) ** params.order;
    const within = (v: number, least: number) => Math.min(1, Math.max(least, v));
    return { ...params, rtol: within(params.rtol * share, 1e-8), atol: within(params.atol * share, 1e-9) };
  },
  plan,
};
