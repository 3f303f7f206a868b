import { commonFields, mixTwo, type CommonParams } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/** Classifier-free guidance, https://arxiv.org/abs/2207.12598, eq. 6 (there w is one less). */
export const cfg: GuidanceMethod<CommonParams> = {
  id: 'cfg',
  title: 'CFG',
  paper: { title: 'Classifier-Free Diffusion Guidance', url: 'https://arxiv.org/abs/2207.12598' },
  summary: 'The guess without the class, and w times the way from there to the one with it.',
  asks: ['null'],
  params: commonFields(),
  apply: (at, { w }) => mixTwo(at, 'null', w),
};
