// What fits a contender to a model, and what a link keeps of it.
import { tested } from './fault.mjs';

export const fits = [
  tested(
    'optimisers/aysComputed',
    'optimisers/ays',
    'the bound weighs levels by one power of sigma too few',
    'levels[j]! ** 2;',
    'levels[j]!;',
  ),
  tested(
    'optimisers/adamByDifferences',
    'optimisers/fits',
    'a difference is taken over half its length',
    'finite((up - down) / (2 * reach))',
    'finite((up + down) / (2 * reach))',
  ),
  tested(
    'optimisers/levels',
    'optimisers/fits',
    'told levels move by a whole gap, and may cross',
    'lambda[i + 1]! - lambda[i]!) / 2;',
    'lambda[i + 1]! - lambda[i]!);',
  ),
  tested(
    'optimisers/bestOf',
    'optimisers/fits',
    'what is kept is the newest, not the best on held-out starts',
    'now.valid < best.valid',
    'now.valid !== best.valid',
  ),
  tested(
    'optimisers/evolve',
    'optimisers/fits',
    'children come of the worst',
    'toSorted((a, b) => a.loss - b.loss)',
    'toSorted((a, b) => b.loss - a.loss)',
  ),
  tested(
    'samplers/diffusion/composed',
    'samplers/diffusion/oracles',
    'a corrector looks back one evaluation too few',
    'Array.from({ length: back + 1 }',
    'Array.from({ length: back }',
  ),
  tested(
    'samplers/diffusion/bespoke',
    'samplers/diffusion/oracles',
    'the scale of the step before is forgotten',
    'scale = next;',
    'scale = 1;',
  ),
  tested(
    'samplers/contenders/fitted',
    'labs/diffusion/state/fitted',
    'the denoiser is told the levels themselves',
    'sigma: toldAt(e.sigma, sigmas, asked)',
    'sigma: toldAt(e.sigma, sigmas, sigmas)',
  ),
  tested(
    'samplers/contenders/fitRemark',
    'labs/diffusion/state/fitted',
    'a fit for another number of steps is at home',
    'fit.steps === steps ? []',
    'fit.steps >= steps ? []',
  ),
  tested(
    'labs/diffusion/engine/fit',
    'labs/diffusion/engine/fit',
    'a gain is counted the wrong way round',
    'old.map((v, i) => v - now[i]!)',
    'old.map((v, i) => now[i]! - v)',
  ),
];
