import { runsFor } from './asks.ts';
import { bestOfRuns } from './runs.ts';
import type { NoiseSearch } from './types.ts';

/**
 * Random search, or best of n. Ma et al. 2025, https://arxiv.org/abs/2501.09732, section 3.2: whole runs from independent
 * noise, of which each start keeps the one that the verifier likes best. One run is the plain sampler.
 */
export const random: NoiseSearch<object> = {
  id: 'random',
  title: 'Random (best of n)',
  paper: {
    title: 'Inference-Time Scaling for Diffusion Models beyond Scaling Denoising Steps',
    url: 'https://arxiv.org/abs/2501.09732',
  },
  summary: 'Runs the plain sampler from as many independent noises as the budget buys, and keeps the best end.',
  params: {},
  *search(context) {
    return yield* bestOfRuns(context, runsFor(context, context.solve(context.levels), 'Best of n'));
  },
};
