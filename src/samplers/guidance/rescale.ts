import { commonFields, mixTwo, type CommonParams } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/** CFG with its deviation set right, https://arxiv.org/abs/2305.08891, eq. 15 and 16; φ as published. */
export const rescaled: GuidanceMethod<CommonParams> = {
  id: 'rescale',
  title: 'CFG, rescaled',
  paper: {
    title: 'Common Diffusion Noise Schedules and Sample Steps are Flawed',
    url: 'https://arxiv.org/abs/2305.08891',
  },
  summary: 'CFG whose contrast is drawn back to that of the unguided guess, against overexposure.',
  asks: ['null'],
  images: true,
  params: commonFields({ phi: 0.7 }),
  apply: (at, { w }) => mixTwo(at, 'null', w),
};
