import { choiceField, numberField } from '../core/field.ts';
import { empiricalCritic, gaussianCritic } from './critics.ts';
import { minus } from './sds.ts';
import type { DistilMethod } from './types.ts';

/**
 * Variational score distillation. Wang et al. 2023, https://arxiv.org/abs/2305.16213, eq. 9: g = ε̂(x) − ε̂_φ(x), where the
 * second is the model of the particles themselves. The paper trains a LoRA for it alongside; what that LoRA converges to is
 * known here in closed form, the denoiser of the particles, fitted by a Gaussian or smoothed by a bandwidth. With bandwidth
 * 0 and one particle it is SDS, z and all.
 */
export const vsd: DistilMethod<{ critic: 'gaussian' | 'empirical'; bandwidth: number }> = {
  id: 'vsd',
  title: 'VSD',
  paper: {
    title: 'ProlificDreamer: High-Fidelity and Diverse Text-to-3D Generation with Variational Score Distillation',
    url: 'https://arxiv.org/abs/2305.16213',
  },
  summary:
    'As SDS, less what a model of the particles themselves says: they spread over the target as far as that model can tell their modes apart. The empirical critic can; a Gaussian one fits one mode, and on several they collapse as under SDS.',
  params: {
    critic: choiceField({
      label: 'critic',
      help: 'The model of the particles: a Gaussian fitted to all of them, which is right where the target has one mode, or each of them smoothed by a bandwidth.',
      default: 'empirical',
      options: [
        ['gaussian', 'Gaussian critic'],
        ['empirical', 'empirical critic'],
      ],
    }),
    bandwidth: numberField({
      label: 'bandwidth b',
      help: 'Width that the empirical critic gives each particle. Far below their spacing, at small noise, VSD is SDS.',
      default: 0.1,
      min: 0,
      max: 32,
      step: 0.01,
    }),
  },
  guided: false,
  asks: () => [{}],
  direction({ theta, noised, sigma, slopes, dim }, { critic, bandwidth }) {
    const own = critic === 'gaussian' ? gaussianCritic(theta, dim) : empiricalCritic(theta, dim, bandwidth);
    const guess = own(noised, sigma);
    return minus(
      slopes[0]!,
      noised.map((x, i) => (x - guess[i]!) / sigma),
    );
  },
};
