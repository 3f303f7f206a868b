import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { Reg, Sampler } from './types.ts';

/**
 * Heun++ as ComfyUI has it: slopes here, at the next level and at the one after that, where Euler leads; the later two
 * weigh a third of their level's share of σ₀. A variant of Karras et al. 2022, https://arxiv.org/abs/2206.00364, alg. 2.
 * As steps shrink the weights do not become those of a mean, so the method is of first order: the slope is that of the
 * start plus something of the order of the step. The last step but one has two slopes, the last one.
 */
export const heunpp2: Sampler<object> = {
  id: 'heunpp2',
  title: 'Heun++ 2',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Three slopes, weighed by the share of their noise level: three evaluations a step, and first order.',
  order: 1,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    const top = sigmas[0]!;
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const left = sigmas.length - 2 - i; // steps after this one
      const count = Math.min(3, left + 1);
      yield denoise(s);
      if (count === 1) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const h = t - s;
      const next = t / (count * top);
      const u = sigmas[i + 2]!;
      const third = count === 3 ? u / (3 * top) : 0;
      const terms: [number, Reg][] = [
        [1 + (h / s) * (1 - next - third), 'x'],
        [(-h / s) * (1 - next - third), 'd'],
        [(h / t) * next, 'y'],
        [(-h / t) * next, 'e'],
      ];
      yield eulerStep(s, t, 'y');
      yield denoise(t, 'e', 'y');
      if (count === 3) {
        yield eulerStep(t, u, 'z', 'e', 'y');
        yield denoise(u, 'f', 'z');
        terms.push([(h / u) * third, 'z'], [(-h / u) * third, 'f']);
      }
      yield combine('x', terms); // x + h·Σ w·(y − D)/σ
      yield mark(i + 1, t, count === 3 ? 'f' : 'e');
    }
  },
};
