import { choiceField } from '../core/field.ts';
import { logLinear } from './logLinear.ts';
import type { Schedule } from './types.ts';

type Model = 'flux' | 'wan' | 'chroma';

/** Flow times that the authors published for three models; the last is where the final 0 stands. */
const tables: Record<Model, readonly number[]> = {
  flux: [0.9968, 0.9886, 0.9819, 0.975, 0.966, 0.9471, 0.9158, 0.8287, 0.5512, 0.2808, 0.001],
  wan: [
    1, 0.997, 0.995, 0.993, 0.991, 0.989, 0.987, 0.985, 0.98, 0.975, 0.973, 0.968, 0.96, 0.946, 0.927, 0.902, 0.864,
    0.776, 0.539, 0.208, 0.001,
  ],
  chroma: [
    0.992, 0.99, 0.988, 0.985, 0.982, 0.978, 0.973, 0.968, 0.961, 0.953, 0.943, 0.931, 0.917, 0.9, 0.881, 0.858, 0.832,
    0.802, 0.769, 0.731, 0.69, 0.646, 0.599, 0.55, 0.501, 0.451, 0.402, 0.355, 0.311, 0.27, 0.232, 0.199, 0.169, 0.143,
    0.12, 0.101, 0.084, 0.07, 0.058, 0.048, 0.001,
  ],
};

/**
 * Flow times found by dynamic programming against a solution of many steps, then 0. Pei et al. 2025, "Optimal Stepsize for
 * Diffusion Sampling", https://arxiv.org/abs/2503.21774: the tables that the authors published; other numbers of steps
 * interpolate log t, as in ComfyUI. σ̂ = t/(1 − t); the start is the range's maximum, and times whose level would lie
 * above it are spread evenly in t below it.
 */
export const optimalSteps: Schedule<{ model: Model }> = {
  id: 'optimal_steps',
  title: 'Optimal steps (tables)',
  paper: { title: 'Optimal Stepsize for Diffusion Sampling', url: 'https://arxiv.org/abs/2503.21774' },
  summary: 'Flow times searched for one large model: long at high noise, then a few great strides.',
  params: {
    model: choiceField({
      label: 'table',
      help: 'The model that the times were searched for.',
      default: 'flux',
      options: [
        ['flux', 'FLUX.1, 10 steps'],
        ['wan', 'Wan 2.1, 20 steps'],
        ['chroma', 'Chroma, 40 steps'],
      ],
    }),
  },
  sigmas(steps, { max }, { model }) {
    const times = logLinear(tables[model], steps + 1).slice(0, steps);
    const top = max / (1 + max);
    const inside = times.findIndex((t, i) => i > 0 && t < top);
    const from = inside < 0 ? steps : inside;
    const next = inside < 0 ? 0 : times[inside]!;
    const levels = times.map((t, i) => {
      const time = i < from ? top + (i / from) * (next - top) : t;
      return i === 0 ? max : time / (1 - time);
    });
    return [...levels, 0];
  },
};
