import { erf } from '../../math/erf.ts';
import type { Activation } from './types.ts';

const silu = (x: number) => x / (1 + Math.exp(-x));
/** x·Φ(x), https://arxiv.org/abs/1606.08415. */
export const geluErf = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2));
/** Each as PyTorch and the published networks define it. */
export const activations: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  silu,
  relu: (x) => Math.max(0, x),
  gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  gelu_erf: geluErf,
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
};
