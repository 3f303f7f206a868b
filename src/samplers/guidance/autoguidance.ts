import { commonFields, mixTwo, type CommonParams } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/** Autoguidance, https://arxiv.org/abs/2406.02507, eq. 3: away from a weaker model that is told the same class. */
export const autoguidance: GuidanceMethod<CommonParams> = {
  id: 'autoguidance',
  title: 'Autoguidance',
  paper: {
    title: 'Guiding a Diffusion Model with a Bad Version of Itself',
    url: 'https://arxiv.org/abs/2406.02507',
  },
  summary: 'Away from a weaker model of the same class: what both get wrong shrinks, and variety stays.',
  asks: ['weak'],
  params: commonFields(),
  apply: (at, { w }) => mixTwo(at, 'weak', w),
};
