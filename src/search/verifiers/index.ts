import type { ModelCard } from '../../models/types.ts';
import { classProbability } from './classProbability.ts';
import { confidence } from './confidence.ts';
import { distance } from './distance.ts';
import { ink } from './ink.ts';
import { logDensity } from './logDensity.ts';
import type { Verifier } from './types.ts';

/** The registry: one line per verifier. */
export const verifiers = {
  log_p: logDensity,
  distance,
  class: classProbability,
  confidence,
  ink,
} as const satisfies Record<string, Verifier>;

export type VerifierId = keyof typeof verifiers;
export const verifierIds = Object.keys(verifiers) as readonly VerifierId[];

/** Whether a model has what a verifier must be given. */
export function verifies(
  id: VerifierId,
  { shape, features, classes }: Pick<ModelCard, 'shape' | 'features' | 'classes'>,
): boolean {
  const { needs }: Verifier = verifiers[id];
  switch (needs) {
    case null:
      return true;
    case 'density':
      return shape.kind === 'point';
    case 'features':
      return features !== undefined;
    case 'classes':
      return features !== undefined && classes.length > 0;
    default:
      return needs satisfies never;
  }
}
