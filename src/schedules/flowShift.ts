import { numberField } from '../core/field.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in the time of a rectified flow x = (1 − t)x₀ + tε, then shifted towards noise: t' = s·t/(1 + (s − 1)t).
 * Esser et al. 2024, https://arxiv.org/abs/2403.03206, eq. 23. In the coordinates of this program σ̂ = t'/(1 − t') =
 * s·t/(1 − t). t = 1 would be σ̂ = ∞, so the start is the range's maximum; should the next level lie above it, the
 * times are spread evenly below that start instead. `terminal` stretches 1 − t' so that the last time above 0 is that one:
 * HaCohen et al. 2024, https://arxiv.org/abs/2501.00103 (LTX-Video), as in diffusers' `shift_terminal`.
 */
export const flowShift: Schedule<{ shift: number; terminal: number }> = {
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
    terminal: numberField({
      label: 'last time',
      help: 'Where the last step but the one to 0 ends, all times being stretched to it; 0 leaves them. .1 is LTX-Video’s.',
      default: 0,
      min: 0,
      max: 0.5,
    }),
  },
  sigmas(steps, { max }, { shift, terminal }) {
    const levels = (top: number) => {
      const times = Array.from({ length: steps }, (_, i) => top * (1 - i / steps));
      const list = terminal > 0 ? stretched(times, shift, terminal) : times.map((t) => (shift * t) / (1 - t));
      return [max, ...list.slice(1), 0];
    };
    const published = levels(1);
    return published[1]! < max ? published : levels(max / (shift + max));
  },
};

/** The levels of shifted times, the first fixed, the others spread so that the last is `terminal`, where there is room. */
function stretched(times: readonly number[], shift: number, terminal: number): readonly number[] {
  const shifted = times.map((t) => (shift * t) / (1 + (shift - 1) * t));
  const first = shifted[0]!;
  const last = shifted.at(-1)!;
  const spread = terminal < first && last < first ? (first - terminal) / (first - last) : 1;
  return shifted.map((t) => first - (first - t) * spread).map((t) => t / (1 - t));
}
