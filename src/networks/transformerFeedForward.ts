import { expertsAt } from '../formats/transformerConfig.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createDense } from './transformerDense.ts';
import type { Activations, Parts } from './transformerParts.ts';

/** The feed-forward block of every layer, plain or a mixture of experts: `input` (rows, width) → a.delta. */
export async function createFeedForward(parts: Parts) {
  const { config } = parts;
  const [dense, mixture] = await Promise.all([
    createDense(parts, '', config.hidden),
    // Most models have none, and a page that loads one of them need not load these kernels.
    config.experts ? import('./transformerExperts.ts').then((m) => m.createExperts(parts, config.experts!)) : null,
  ]);
  return (i: number, input: GPUBuffer, a: Activations, rows: number, slots: UniformSlots): Call[] =>
    mixture && expertsAt(config, i) ? mixture(i, input, a, rows, slots) : dense(i, input, a, a.delta, rows, slots);
}
