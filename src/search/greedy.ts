import { numberField } from '../core/field.ts';
import { asking, inBatches, scored } from './asks.ts';
import { Choice, STARTS, stepByStep, stepper } from './stepwise.ts';
import type { NoiseSearch } from './types.ts';

/**
 * Greedy choice in every step. After Li et al. 2024 (SVDD), https://arxiv.org/abs/2408.08252, algorithm 1 with α → 0: each step
 * is drawn q times side by side, and the state whose D the verifier likes best goes on. q is the budget's even share; the last
 * step has what division left over. One starting noise and q = 1 is DDPM on the same levels.
 */
export const greedy: NoiseSearch<{ starts: number }> = {
  id: 'greedy',
  title: 'Best of q per step (SVDD)',
  paper: {
    title: 'Derivative-Free Guidance in Continuous and Discrete Diffusion Models with Soft Value-Based Decoding',
    url: 'https://arxiv.org/abs/2408.08252',
  },
  summary: 'Draws every step several times and goes on with the state whose denoised guess is best.',
  params: { starts: numberField(STARTS) },
  *search(context, { starts }) {
    return yield* stepByStep(context, { title: 'Best of q per step', starts }, function* (at) {
      const { last, left, quota } = at;
      const draw = stepper(at);
      const tries = last ? left[0]! : quota;
      let to: Choice | null = null;
      const make = (candidate: number) => asking(draw(candidate));
      const asked = { ops: context.denoise(at.number + 1), wanted: ['d'], make };
      yield* inBatches(context, tries, asked, function* ({ d }, candidate, { given }) {
        const x = given!.x!;
        const scores = yield* scored(d!);
        if (to) to.offer(x, d!, scores, candidate);
        else to = new Choice(x, d!, scores);
      });
      return { to: to!, spent: new Int32Array(left.length).fill(tries) };
    });
  },
};
