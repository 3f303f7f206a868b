import { betaQuantile } from '../math/beta.ts';
import { betaFields } from './betaSigma.ts';
import { distinctTimes } from './distinct.ts';
import { roundHalfEven } from './round.ts';
import { TABLE_LENGTH, tableField, tableSigma, type TableId } from './vpTable.ts';
import type { Schedule } from './types.ts';

/**
 * Quantiles of a beta distribution laid over the training time, rounded to the noise table, then 0: the "beta" of
 * ComfyUI and of the paper. Lee et al. 2024, https://arxiv.org/abs/2407.12173. Where two steps round to one entry,
 * published code drops one and takes fewer steps; here it moves to the nearest free entry, so n steps are n steps.
 */
export const betaTime: Schedule<{ alpha: number; beta: number; table: TableId }> = {
  id: 'beta_time',
  title: 'Beta quantiles of time',
  paper: {
    title:
      'Beta Sampling is All You Need: Efficient Image Generation Strategy for Diffusion Models using Stepwise Spectral Analysis',
    url: 'https://arxiv.org/abs/2407.12173',
  },
  summary: 'Steps gathered at both ends of the training time, where the spectrum of the picture changes most.',
  params: {
    ...betaFields,
    table: tableField,
  },
  sigmas(steps, _range, { alpha, beta, table }) {
    const last = TABLE_LENGTH - 1;
    // The places as NumPy's linspace spaces them: one ulp decides a tie.
    const place = (i: number) => 1 - i * (1 / steps);
    const times = Array.from({ length: steps }, (_, i) => roundHalfEven(betaQuantile(place(i), alpha, beta) * last));
    return [...distinctTimes(times).map((t) => tableSigma(table, t)), 0];
  },
};
