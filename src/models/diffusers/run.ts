// What a run that keeps a scheduler's conventions makes of a network: when it is asked, and what is taken for D.
import { scalarsAt, type Parameterisation, type Scalars } from '../parameterisation.ts';
import type { Denoiser } from '../types.ts';
import { timeOfLevel, type Conventions } from './conventions.ts';

/** The scalars of a network in such a run: at the run's levels it is told the run's times, elsewhere the table's. */
export const runScalars =
  (p: Parameterisation, conventions: Conventions) =>
  (sigma: number): Scalars => {
    const scalars = scalarsAt(p, sigma);
    return { ...scalars, noise: timeOfLevel(conventions, sigma) ?? scalars.noise };
  };

/** What a sampler is given for D: given·D + bounded·clip(D) + kept·x̂. */
export interface Amendment {
  /** clip(D) is D bounded to ± this; without a bound it is D. */
  readonly clip: number | null;
  readonly given: number;
  readonly bounded: number;
  readonly kept: number;
}

/**
 * The amendment at a level, null where D stays as it is. A run that clips D and keeps the network's noise goes to
 * x̂' = clip(D) + r·(x̂ − D) with r = σ'/σ. For a sampler that steps to x̂' = r·x̂ + (1 − r)·D' that is
 * D' = (clip(D) − r·D)/(1 − r), so it holds for Euler and for DDIM with η = 0, and for no other.
 */
export function amendmentAt(conventions: Conventions, sigma: number): Amendment | null {
  const { clip, clipKeepsNoise, boundary, sigmas, targets } = conventions;
  const i = sigmas.indexOf(sigma);
  const edge = boundary?.[i];
  if (edge) return { clip, given: 0, bounded: edge.denoised, kept: edge.kept };
  if (clip === null) return null;
  const ratio = clipKeepsNoise && i >= 0 ? targets[i]! / sigma : 0;
  return { clip, given: -ratio / (1 - ratio), bounded: 1 / (1 - ratio), kept: 0 };
}

/** The denoiser as the run takes it. */
export const runDenoiser =
  (denoise: Denoiser, conventions: Conventions): Denoiser =>
  (x, sigma) => {
    const d = denoise(x, sigma);
    const amendment = amendmentAt(conventions, sigma);
    if (!amendment) return d;
    const { given, bounded, kept } = amendment;
    const clip = amendment.clip ?? Infinity;
    return d.map((v, i) => given * v + bounded * Math.max(-clip, Math.min(clip, v)) + kept * x[i]!);
  };
