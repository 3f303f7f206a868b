import { commonFields, mixTwo, type CommonParams } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/** CFG at middle levels alone, https://arxiv.org/abs/2404.07724, eq. 5; the interval as published for EDM2-XXL. */
export const interval: GuidanceMethod<CommonParams> = {
  id: 'interval',
  title: 'CFG in an interval',
  paper: {
    title: 'Applying Guidance in a Limited Interval Improves Sample and Distribution Quality in Diffusion Models',
    url: 'https://arxiv.org/abs/2404.07724',
  },
  summary: 'CFG at middle noise levels alone: high ones lose variety by it, low ones gain nothing.',
  asks: ['null'],
  params: commonFields({ from: 0.19, to: 1.61 }),
  apply: (at, { w }) => mixTwo(at, 'null', w),
};
