import { numberField } from '../core/field.ts';
import type { Schedule } from './types.ts';

/**
 * The first half of the steps remove a small part of σ_max linearly, the second half the rest along a parabola that
 * goes on with the same slope. From the Mochi 1 release (Genmo 2024, https://github.com/genmoai/mochi), laid over σ as
 * in ComfyUI.
 */
export const linearQuadratic: Schedule<{ threshold: number }> = {
  id: 'linear_quadratic',
  title: 'Linear, then quadratic',
  paper: { title: 'Mochi 1', url: 'https://github.com/genmoai/mochi' },
  summary: 'Almost standing still at high noise, then ever faster: made for video flows.',
  params: {
    threshold: numberField({
      label: 'linear part',
      help: 'Share of σ removed by the first half of the steps.',
      default: 0.025,
      min: 0.005,
      max: 0.4,
    }),
  },
  sigmas(steps, { max }, { threshold }) {
    const linear = Math.floor(steps / 2);
    const rest = steps - linear;
    const slope = linear > 0 ? threshold / linear : 0;
    const bend = (1 - linear * slope - slope * rest) / (rest * rest); // so that all is removed at the last step
    const removed = (i: number) => slope * i + (i > linear ? bend * (i - linear) ** 2 : 0);
    return [...Array.from({ length: steps }, (_, i) => max * (1 - removed(i))), 0];
  },
};
