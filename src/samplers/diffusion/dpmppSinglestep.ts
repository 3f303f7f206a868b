import { choiceField, numberField } from '../../core/field.ts';
import { singlestepPlan, type Weights } from './parts/singlestepPlan.ts';
import type { Sampler } from './types.ts';

/** Sizes of the groups of `order` over so many steps, of which the last are of lower order, as diffusers has them. */
export function singlestepGroups(order: number, steps: number): number[] {
  const full = (n: number) => new Array<number>(Math.max(0, n)).fill(order);
  const rest = steps % order;
  if (order === 1 || steps === 0) return full(steps);
  if (rest > 0) return [...full(Math.floor(steps / order)), rest];
  return [...full(steps / order - 1), ...(order === 3 ? [2, 1] : [1, 1])];
}

/**
 * DPM-Solver++ singlestep over a list of levels, each evaluated once: steps of order 1, 2, 3 in turn start from the same
 * state. Lu et al. 2022, https://arxiv.org/abs/2211.01095; the division into groups is that of diffusers with
 * `lower_order_final`. A last step to σ = 0 returns the denoised value, whatever its group.
 */
export const dpmppSinglestep: Sampler<{ order: number; solver_type: Weights }> = {
  id: 'dpmpp_singlestep',
  title: 'DPM-Solver++ singlestep',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'Takes levels in groups of two or three and starts each group anew: one evaluation a step.',
  order: 2,
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order',
      help: 'Levels of a group. With 3 the last steps are of lower order, and so is the whole for most counts.',
      default: 2,
      min: 1,
      max: 3,
      integer: true,
    }),
    solver_type: choiceField<Weights>({
      label: 'solver',
      help: 'How the change of the picture is weighed.',
      default: 'midpoint',
      options: [
        ['midpoint', 'midpoint'],
        ['heun', 'heun'],
      ],
    }),
  },
  plan(sigmas, { order, solver_type }) {
    const count = sigmas.length - 1;
    return singlestepPlan(sigmas, { groups: singlestepGroups(order, count), value: 'x0', weights: () => solver_type });
  },
};
