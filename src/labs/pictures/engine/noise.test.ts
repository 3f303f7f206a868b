import { describe, expect, test } from 'vitest';
import { startingNoise } from '../../../engine/pipeline/noise.ts';
import { defaultPictures } from '../config/defaults.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import { drawingsBySteps, givenNumbers, givenRegisters } from './noise.ts';
import { picturePlan } from './plan.ts';

const shape = [4, 3, 2] as const;
const problem = { samples: 3, dim: 24, shape };
const contenders = [
  newPictureContender('euler', 5, 1),
  newPictureContender('lcm', 4, 1),
  newPictureContender('euler_ancestral', 6, 1),
  newPictureContender('dpmpp_2m_sde', 7, 1),
];
const e = (more: Partial<PicturesExperiment> = {}): PicturesExperiment => ({
  ...defaultPictures(),
  contenders,
  ...more,
});
const network = { title: 'A model', told: false, unguided: null, readsText: true, classes: null, skip: () => 1 };
const model = { range: { min: 0.03, max: 14.6 }, schedulerBytes: new Uint8Array(), told: false, network };
const plans = (which: readonly number[]) =>
  new Map(which.map((i) => [i, picturePlan(contenders[i]!, model, { conventions: 'exact' })]));
const start = Float32Array.from({ length: 24 }, (_, i) => i);

describe('registers of given numbers', () => {
  test('none for this page’s own noise; one for a picture', () => {
    expect(givenRegisters(e(), plans([0, 1, 2, 3]), null)).toBe(0);
    expect(givenRegisters(e(), plans([0, 1]), start)).toBe(1);
  });
  test('torch’s: the start, and one for the drawing of a step, however many steps there are', () => {
    const torch = e({ noise: 'torch-cpu' });
    expect(givenRegisters(torch, plans([0]), null)).toBe(1);
    // LCM draws at every step but the last, and so does Euler’s ancestral method; a Brownian path stays this page's.
    expect(givenRegisters(torch, plans([0, 1]), null)).toBe(1 + 1);
    expect(givenRegisters(torch, plans([0, 1, 2, 3]), null)).toBe(1 + 1);
    expect(givenRegisters(torch, plans([3]), null)).toBe(1);
    expect(givenRegisters(torch, plans([1]), start)).toBe(1 + 1 + 1);
    expect(givenRegisters(torch, new Map(), null)).toBe(1);
  });
});

test('drawings are counted by the steps before whose marks they come', () => {
  const [plan] = plans([1]).values();
  expect(drawingsBySteps(plan!)).toEqual([0, 1, 1, 1, 0, 0]);
});

describe('given numbers', () => {
  const given = (more: Partial<PicturesExperiment>, c: PictureContender, picture: Float32Array | null = null) =>
    givenNumbers(e(more), c, picture, problem);
  const torch = (draw: number, perPicture: boolean, seed = 7) =>
    Float32Array.from(
      startingNoise('torch-cpu', seed, { pictures: 3, channels: 4, height: 3, width: 2 }, { draw, perPicture }),
    );
  test('this page’s noise is drawn on the device', () => {
    expect(given({}, contenders[1]!)).toEqual({ noise: null, onTheWay: null, picture: null });
  });
  test('torch’s comes from one generator, or one for each picture', () => {
    for (const perPicture of [false, true]) {
      const { noise } = given({ noise: 'torch-cpu', seed: 7, perPicture }, contenders[0]!);
      expect(noise).toEqual(torch(0, perPicture));
    }
    expect(torch(0, true)).not.toEqual(torch(0, false));
    // A picture's own generator has its seed: picture 1 of seed 7 is picture 0 of seed 8.
    const second = given({ noise: 'torch-cpu', seed: 7, perPicture: true }, contenders[0]!).noise!.slice(24, 48);
    expect(second).toEqual(
      given({ noise: 'torch-cpu', seed: 8, perPicture: true }, contenders[0]!).noise!.slice(0, 24),
    );
  });
  test('what is drawn on the way is the generator’s next call', () => {
    const { onTheWay } = given({ noise: 'torch-cpu', seed: 7 }, contenders[1]!);
    expect(onTheWay!(0)).toEqual(torch(1, false));
    expect(onTheWay!(2)).toEqual(torch(3, false));
    expect(given({ noise: 'torch-cpu' }, contenders[3]!).onTheWay).toBeNull();
  });
  test('the picture is every sample’s', () => {
    const { picture } = given({}, contenders[0]!, start);
    expect([...picture!]).toEqual([...start, ...start, ...start]);
  });
});
