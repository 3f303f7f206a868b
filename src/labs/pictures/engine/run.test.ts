import { describe, expect, test } from 'vitest';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender } from '../config/experiment.ts';
import { guidanceKey } from '../config/guidance.ts';
import { copiesOf, pairedErrors, referenceContender } from './run.ts';

const c = (guidance: number, more: Partial<PictureContender> = {}): PictureContender => ({
  ...newPictureContender('euler', 5, guidance),
  ...more,
});

test('a paired error is ‖x − r‖/‖r‖ of each sample by itself', () => {
  const r = Float32Array.from([3, 4, 0, 10]);
  const x = Float32Array.from([3, 4, 3, 6]);
  expect(pairedErrors(x, r, 2)).toEqual([0, 0.5]);
  expect(pairedErrors(x, r, 1)[0]).toBeCloseTo(5 / Math.sqrt(125), 12);
});

describe('passes that contenders ask of the network', () => {
  test.each([
    [[c(1), c(1)], false, 'one'],
    [[c(3), c(7.5)], false, 'two'],
    [[c(3), c(1)], false, 'both'],
    [[c(0)], false, 'two'],
    // Outside its interval a contender is not guided.
    [[c(3, { guideAbove: 0.5 })], false, 'both'],
    [[c(3, { guideUpTo: 5 })], false, 'both'],
    [[c(3), c(8, { guideUpTo: 5 })], true, 'one'],
  ] as const)('%#: %s', (contenders, told, want) => expect(copiesOf(contenders, told)).toBe(want));
});

describe('the solution that a contender is measured against', () => {
  test('has its guidance, and a solver and levels of its own', () => {
    const guided = c(3, { rescale: 0.7, guideAbove: 0.3, guideUpTo: 5 });
    expect(referenceContender(guided, 64)).toMatchObject({
      sampler: 'dpmpp_2m',
      schedule: 'exponential',
      steps: 64,
      guidance: 3,
      rescale: 0.7,
      guideAbove: 0.3,
      guideUpTo: 5,
    });
  });
  test('is shared by those who are guided alike, whatever their steps', () => {
    expect(guidanceKey(c(3))).toBe(guidanceKey({ ...newPictureContender('unipc', 9, 3, 'uniform') }));
    const keys = [c(3), c(4), c(3, { rescale: 0.5 }), c(3, { guideAbove: 1 }), c(3, { guideUpTo: 5 })].map(guidanceKey);
    expect(new Set(keys).size).toBe(5);
  });
});
