import { brownianIncrement } from '../../../math/brownian.ts';
import { numberField } from '../../../core/field.ts';
import { noise } from './ops.ts';
import type { Op, Reg } from '../types.ts';

/** The two parameters that SDE and ancestral samplers share, named as in k-diffusion. */
export const noiseFields = {
  eta: numberField({
    label: 'η',
    help: 'How much of the noise is renewed: 0 is the ODE, 1 the full reverse SDE.',
    default: 1,
    min: 0,
    max: 1,
  }),
  s_noise: numberField({
    label: 'noise scale',
    help: 'Multiplies the fresh noise; 1 keeps the right variance.',
    default: 1,
    min: 0,
    max: 1.5,
  }),
};
export interface NoiseParams {
  eta: number;
  s_noise: number;
}
export const drawsNoise = ({ eta, s_noise }: NoiseParams): boolean => eta > 0 && s_noise > 0;

/**
 * The ancestral split of a step s → t: go down to σ↓ without noise, then add σ↑ of it, σ↓² + σ↑² = t².
 * σ↑ = η·t·√(1 − t²/s²), the posterior deviation of the forward process; DDIM eq. 16 in these coordinates.
 */
export function ancestralSplit(s: number, t: number, eta: number): { down: number; up: number } {
  const up = Math.min(t, eta * t * Math.sqrt(1 - (t / s) ** 2));
  return { down: Math.sqrt(t * t - up * up), up };
}

/**
 * The split of the ancestral step in flow time f = σ/(1 + σ), where f↓ = f_t·(1 − η(1 − f_t/f_s)), so that
 * σ↓ = t(1 − q)/(1 + tq) with q = η(s − t)/(s(1 + t)). As steps shrink, σ↑² → 2η·t²·log(s/t): the SDE whose rate is η.
 */
export function flowSplit(s: number, t: number, eta: number): { down: number; up: number } {
  const q = (eta * (s - t)) / (s * (1 + t));
  const down = (t * (1 - q)) / (1 + t * q);
  return { down, up: Math.sqrt((t - down) * (t + down)) };
}

/** How an ancestral sampler splits its steps: by variances, or in flow time. */
export type Split = 'variance' | 'flow';

/** The split of a step and its noise, on the path whose clock the rate of that split sets. */
export function ancestralStep(
  split: Split,
  s: number,
  t: number,
  params: NoiseParams,
): { down: number; ops: Op[]; terms: (readonly [number, Reg])[] } {
  if (split === 'variance') {
    const { down, up } = ancestralSplit(s, t, params.eta);
    return { down, ...ancestralNoise(s, t, up, params) };
  }
  const { down, up } = flowSplit(s, t, params.eta);
  const scale = up * params.s_noise;
  if (!(scale > 0)) return { down, ops: [], terms: [] };
  return { down, ops: [noise(brownianIncrement(s, t, params.eta))], terms: [[scale, 'noise']] };
}

/**
 * The noise of an ancestral step and its term, or nothing when the scale is 0. The path's clock is σ^(−2η²): as steps
 * shrink, σ↑² → 2η²·t²·log(s/t), the SDE whose rate is η².
 */
export function ancestralNoise(
  s: number,
  t: number,
  up: number,
  { eta, s_noise }: NoiseParams,
): { ops: Op[]; terms: (readonly [number, Reg])[] } {
  const scale = up * s_noise;
  return scale > 0
    ? { ops: [noise(brownianIncrement(s, t, eta * eta))], terms: [[scale, 'noise']] }
    : { ops: [], terms: [] };
}

/**
 * The same for the SDE with rate η solved exactly over a step: deviation t·√(1 − (t/s)^(2η)), clock σ^(−2η). See
 * math/brownian.ts.
 */
export function sdeNoise(
  s: number,
  t: number,
  { eta, s_noise }: NoiseParams,
): { ops: Op[]; terms: (readonly [number, Reg])[] } {
  const scale = s_noise * t * Math.sqrt(-Math.expm1(-2 * eta * Math.log(s / t)));
  return scale > 0 ? { ops: [noise(brownianIncrement(s, t, eta))], terms: [[scale, 'noise']] } : { ops: [], terms: [] };
}
