import { numberField } from '../core/field.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in the time of a rectified flow x = (1 − t)x₀ + tε, then shifted towards noise: t' = s·t/(1 + (s − 1)t).
 * Esser et al. 2024, https://arxiv.org/abs/2403.03206, eq. 23. In the coordinates of this program σ̂ = t'/(1 − t') =
 * s·t/(1 − t). t = 1 would be σ̂ = ∞, so the start is the range's maximum; should the next level lie above it, the
 * times are spread evenly below that start instead.
 */
export const flowShift: Schedule<{ shift: number }> = {
  id: 'flow_shift',
  title: 'Flow time, shifted',
  paper: {
    title: 'Scaling Rectified Flow Transformers for High-Resolution Image Synthesis',
    url: 'https://arxiv.org/abs/2403.03206',
  },
  summary: 'Equal steps of a rectified flow’s time; a shift above 1 spends more of them at high noise.',
  params: {
    shift: numberField({
      label: 'shift',
      help: '1 is uniform; 3 is Stable Diffusion 3’s.',
      default: 1,
      min: 0.1,
      max: 12,
      log: true,
    }),
  },
  sigmas(steps, { max }, { shift }) {
    const levels = (top: number) =>
      Array.from({ length: steps + 1 }, (_, i) => {
        const t = top * (1 - i / steps);
        return (shift * t) / (1 - t);
      });
    const published = [max, ...levels(1).slice(1)];
    return published[1]! < max ? published : [max, ...levels(max / (shift + max)).slice(1)];
  },
};
