import { combine, denoise, eulerStep } from './ops.ts';
import type { Op, Reg } from '../types.ts';

/**
 * One step of Heun's method from σ = s to t; Euler's when t = 0. Gives back the register of the last denoised value.
 */
export function* heunStep(s: number, t: number): Generator<Op, Reg, void> {
  yield denoise(s);
  if (t === 0) {
    yield eulerStep(s, t);
    return 'd';
  }
  yield eulerStep(s, t, 'y'); // Karras et al. 2022, alg. 1, line 5
  yield denoise(t, 'e', 'y'); // line 7
  const h = t - s;
  // line 8: x + h·½[(x − D(x; s))/s + (y − D(y; t))/t]
  yield combine('x', [
    [1 + h / (2 * s), 'x'],
    [-h / (2 * s), 'd'],
    [h / (2 * t), 'y'],
    [-h / (2 * t), 'e'],
  ]);
  return 'e';
}
