import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { models } from '../../models/index.ts';
import { verifierIds, verifiers, verifies, type VerifierId } from './index.ts';
import type { Seen, Verifier } from './types.ts';

const seen: Seen = {
  x: Float64Array.of(0, 0, 3, 4, -1.5, -1.8),
  n: 3,
  dim: 2,
  logDensity: (x) => Float64Array.from({ length: x.length / 2 }, (_, i) => -x[2 * i]!),
  logits: [0, Math.log(3), 5, 5, 700, -700],
  classes: 2,
  labels: [1, 0, 1],
};
/** Scores of the three samples above, by hand. */
const byHand: Readonly<Record<VerifierId, readonly number[]>> = {
  log_p: [-0, -3, 1.5],
  distance: [-Math.hypot(1.5, 1.8), -Math.hypot(4.5, 5.8), 0],
  class: [Math.log(0.75), Math.log(0.5), -1400],
  confidence: [Math.log(0.75), Math.log(0.5), 0],
  ink: [0, 3.5, -1.65],
};

test.each(verifierIds)('%s is what it says', (id) => {
  const verifier: Verifier = verifiers[id];
  const scores = verifier.score(seen, defaults(verifier.params));
  expect(scores).toHaveLength(3);
  byHand[id].forEach((want, i) => expect(scores[i]).toBeCloseTo(want, 10));
  expect(verifier.id).toBe(id);
});

test('a point of the reader’s own', () => {
  expect(verifiers.distance.score(seen, { px: 3, py: 0 })[1]).toBe(-4);
});

test('a sample that was asked to be no class has no probability of it', () => {
  expect(verifiers.class.score({ ...seen, labels: [-1, 0, 1] }, {})[0]).toBeNaN();
});

describe('which model can be verified by what', () => {
  const offered = (id: keyof typeof models) => verifierIds.filter((v) => verifies(v, models[id]));
  test('a plane by density and distance, pictures by the feature net, all by ink', () => {
    expect(offered('grid4')).toEqual(['log_p', 'distance', 'ink']);
    expect(offered('digits')).toEqual(['class', 'confidence', 'ink']);
    expect(offered('digits_exact')).toEqual(['confidence', 'ink']);
  });
  test('what can be hacked says so', () => {
    expect(verifierIds.filter((v) => !verifiers[v].hackable)).toEqual(['class']);
  });
});
