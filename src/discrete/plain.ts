import { equalTimes } from './step.ts';
import type { Course, DiscreteMethod, Problem, Rule } from './types.ts';

/** Equal steps and scores as they are. */
export const plainCourse = ({ process }: Problem, steps: number): Course => ({
  times: equalTimes(process.start, steps),
  scales: Array.from({ length: steps }, () => 1),
});

const plain = (id: Rule, title: string, summary: string): DiscreteMethod<object> => ({
  id,
  title,
  paper: {
    title: 'Discrete Diffusion Modeling by Estimating the Ratios of the Data Distribution',
    url: 'https://arxiv.org/abs/2310.16834',
  },
  summary,
  params: {},
  rule: () => id,
  *learn(problem, steps) {
    return plainCourse(problem, steps);
  },
});

/** Lou et al. 2024 (SEDD), eq. 16: chances are rates times the step. */
export const euler = plain(
  'euler',
  'Euler',
  'Every token moves with the chance that its rate gives for a short step, all of them at once.',
);
/** Lou et al. 2024 (SEDD), theorem 4.1 and eq. 19: each token's own law at the step's end. */
export const tweedie = plain(
  'tweedie',
  'Tweedie τ-leaping',
  'Every token is drawn from its own law at the end of the step, which is exact for one token; that all are drawn apart is what is left of the error.',
);
