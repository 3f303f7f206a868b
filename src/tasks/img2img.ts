import { choiceField, numberField } from '../core/field.ts';
import { dpmpp2m } from '../samplers/diffusion/dpmpp2m.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { heun } from '../samplers/diffusion/heun.ts';
import { combine, noise } from '../samplers/diffusion/parts/ops.ts';
import type { ListedSampler } from '../samplers/diffusion/types.ts';
import { toZero } from './parts/levels.ts';
import { asking } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

const solvers = { dpmpp_2m: dpmpp2m, euler, heun } as const satisfies Record<string, ListedSampler>;

/** The steps that are taken, of so many: the last ⌊strength·N⌋, as diffusers counts them. */
export const stepsTaken = (steps: number, strength: number): number => Math.min(steps, Math.floor(steps * strength));

/**
 * Image to image as tools do it: SDEdit whose level is a place in the schedule. Of N steps the last strength·N are taken,
 * with any solver (diffusers' StableDiffusionImg2ImgPipeline). Strength 1 starts from almost nothing but noise; where no
 * step is left, what was given comes back.
 */
export const img2img: TaskMethod<{ strength: number; solver: keyof typeof solvers }> = {
  id: 'img2img',
  task: 'edit',
  title: 'img2img',
  paper: {
    title: 'SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations',
    url: 'https://arxiv.org/abs/2108.01073',
  },
  summary: 'The last part of an ordinary run, begun at the given picture with the noise of its level.',
  given: ['given'],
  roles: ['target'],
  steps: 25,
  params: {
    strength: numberField({
      label: 'strength',
      help: 'The share of the steps that are taken: 0 gives the picture back, 1 begins at the top.',
      default: 0.5,
      min: 0,
      max: 1,
    }),
    solver: choiceField({
      label: 'solver',
      help: 'How the remaining steps are solved.',
      default: 'dpmpp_2m',
      options: [
        ['dpmpp_2m', 'DPM++ 2M'],
        ['euler', 'Euler'],
        ['heun', 'Heun'],
      ],
    }),
  },
  stochastic: () => true,
  *plan(levels, { strength, solver }, told) {
    const all = toZero(levels);
    const sigmas = all.slice(levels.steps - stepsTaken(levels.steps, strength));
    yield noise([[1, 0]]);
    yield combine('x', [
      [1, 'given'],
      [sigmas[0]!, 'noise'],
    ]);
    yield { op: 'mark', step: 0, sigma: sigmas[0]!, x: 'x' };
    if (sigmas.length > 1) yield* asking('target', told, solvers[solver].plan(sigmas, {}));
  },
};
