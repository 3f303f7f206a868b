import { numberField } from '../../core/field.ts';
import { commonFields, mixTwo } from './common.ts';
import type { GuidanceMethod } from './types.ts';

const quantile = (value: number) =>
  numberField({
    label: 'Quantile',
    help: 'The share of a sample’s numbers that are not clipped; 1 clips none.',
    default: value,
    min: 0.5,
    max: 1,
    step: 0.005,
  });

/**
 * Dynamic thresholding, https://arxiv.org/abs/2205.11487, section 2.3: s is a quantile of |D|; where it is past the
 * range of the data, D is clipped to ± s and divided by s.
 */
export const dynamicThresholding: GuidanceMethod<{ quantile: number; limit: number }> = {
  id: 'dynamic_thresholding',
  title: 'CFG, dynamic thresholding',
  paper: {
    title: 'Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding',
    url: 'https://arxiv.org/abs/2205.11487',
  },
  summary: 'CFG whose guess is brought back into the range of images by a quantile of its own.',
  asks: ['null'],
  images: true,
  params: {
    ...commonFields({ w: 4 }),
    quantile: quantile(0.995),
    limit: numberField({
      label: 'Range ±',
      help: 'What the data keep within: images lie in ± 1.',
      default: 1,
      min: 0.1,
      max: 100,
      step: 0.1,
    }),
  },
  apply(at, { w, quantile: q, limit }) {
    mixTwo(at, 'null', w);
    at.guide(at.out, at.out, at.out, { kind: 'threshold', quantile: q, limit });
  },
};

/**
 * The same with the range of a mildly guided guess in the place of the data's, for latents, which have none; after
 * sd-dynamic-thresholding's description of its mimic scale, one statistic a sample (its channels apart are not offered).
 */
export const mimicThresholding: GuidanceMethod<{ quantile: number; mimic: number }> = {
  id: 'mimic_thresholding',
  title: 'CFG, mimicking a weight',
  paper: {
    title: 'Stable Diffusion Dynamic Thresholding (CFG Scale Fix)',
    url: 'https://github.com/mcmonkeyprojects/sd-dynamic-thresholding',
  },
  summary: 'CFG at a high weight, brought back to the reach that a lower weight would have: for latents, too.',
  asks: ['null'],
  images: true,
  params: {
    ...commonFields({ w: 8 }),
    quantile: quantile(1),
    mimic: numberField({
      label: 'Mimicked weight',
      help: 'The weight whose reach the guess gets.',
      default: 2,
      min: 0,
      max: 30,
      step: 0.1,
    }),
  },
  apply(at, { w, quantile: q, mimic }) {
    const modest = at.own('a');
    mixTwo(at, 'null', mimic, modest);
    mixTwo(at, 'null', w);
    at.guide(at.out, at.out, modest, { kind: 'mimic', quantile: q });
  },
};
