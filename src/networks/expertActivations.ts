// What a mixture of experts needs beside its kernels: apart from them, so that a page loads those for a model that has one.
import type { Experts, TransformerConfig } from '../formats/transformerConfig.ts';
import { expertTiles } from '../kernels/experts/groupExperts.ts';
import type { ExpertActivations } from './transformerParts.ts';

/** Numbers that a token row needs at most in one buffer of a mixture. */
export const expertsWide = ({ experts, width }: Pick<TransformerConfig, 'experts' | 'width'>) =>
  experts
    ? {
        wide: Math.max(2 * experts.used * experts.hidden, 2 * (experts.shared ?? 0)),
        hidden: Math.max(experts.used * experts.hidden, experts.shared ?? 0),
        outputs: experts.used * width,
      }
    : { wide: 0, hidden: 0, outputs: 0 };

/** Working memory of a mixture for passes of up to `rows` token rows; `floats` makes a buffer of so many words. */
export async function expertActivations(
  { count, used, shared }: Experts,
  width: number,
  rows: number,
  floats: (label: string, count: number) => Promise<GPUBuffer>,
): Promise<ExpertActivations> {
  const slots = rows * used;
  return {
    routed: await floats('router logits', rows * count),
    chosen: await floats('chosen experts', slots),
    weights: await floats('expert weights', slots),
    order: await floats('slots by expert', slots),
    tiles: await floats('tiles of experts', 4 * expertTiles(slots, count)),
    outputs: await floats('outputs of experts', slots * width),
    shared: await floats('shared expert', shared === null ? 1 : rows * width),
    sharedGate: await floats('gate of the shared expert', rows),
  };
}
