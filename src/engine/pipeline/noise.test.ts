// Starting noise against torch's own (training/oracles/prompts.py), several calls of a generator in a row.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normals } from '../../math/normal.ts';
import { torchCudaNormal } from '../../math/torch/cudaNormal.ts';
import { numbers } from '../../models/diffusers/golden.ts';
import { noiseCalls, startingNoise } from './noise.ts';

const { starts } = JSON.parse(
  readFileSync(new URL('../../../training/golden-diffusers/prompts.json', import.meta.url), 'utf8'),
) as {
  readonly starts: readonly {
    readonly seed: number;
    readonly shape: readonly [number, number, number, number];
    readonly perPicture: boolean;
    readonly draws: Parameters<typeof numbers>[0];
  }[];
};
const shapeOf = ([pictures, channels, height, width]: readonly number[]) =>
  ({ pictures, channels, height, width }) as { pictures: number; channels: number; height: number; width: number };
const shape = shapeOf([3, 4, 8, 8]);

describe('torch on the processor', () => {
  it.each(starts.map((run) => [run.shape.join('×'), run.perPicture, run] as const))(
    '%s, a generator a picture %j: four calls in a row',
    (_, perPicture, { seed, shape, draws }) => {
      const expected = numbers(draws);
      const count = expected.length / 4;
      for (let draw = 0; draw < 4; draw++) {
        const mine = startingNoise('torch-cpu', seed, shapeOf(shape), { draw, perPicture });
        expect(mine).toHaveLength(count);
        // torch works in float32, with its own logarithm and cosine of vectors.
        mine.forEach((v, i) => expect(Math.abs(v - expected[draw * count + i]!)).toBeLessThan(2e-6));
      }
    },
  );
  it('its calls by number are the same in any order', () => {
    for (const perPicture of [false, true]) {
      const call = noiseCalls('torch-cpu', 41, shape, { perPicture });
      for (const draw of [0, 1, 3, 3, 1, 0, 2])
        expect(call(draw), `call ${draw}`).toEqual(startingNoise('torch-cpu', 41, shape, { draw, perPicture }));
    }
  });
  it('a picture alone is what it is among others only with a generator of its own', () => {
    const alone = (seed: number) => startingNoise('torch-cpu', seed, { ...shape, pictures: 1 });
    const all = startingNoise('torch-cpu', 41, shape);
    expect([...all.subarray(256, 512)]).toEqual([...alone(42)]);
    const together = startingNoise('torch-cpu', 41, shape, { perPicture: false });
    expect([...together.subarray(0, 256)]).toEqual([...alone(41)]);
    expect([...together.subarray(256, 512)]).not.toEqual([...alone(42)]);
  });
});

describe('torch on CUDA', () => {
  it('goes on after each call by the draws that its threads made', () => {
    const call = (n: number) => torchCudaNormal(7, 768, { call: n });
    for (const draw of [0, 1, 2])
      expect(startingNoise('torch-cuda', 7, shape, { draw, perPicture: false })).toEqual(call(draw));
    // 256 threads, 768 numbers: three of a thread's four; 512 threads make 3,000 numbers in two draws.
    const large = { pictures: 1, channels: 3, height: 10, width: 100 };
    expect(startingNoise('torch-cuda', 7, large, { draw: 1, threads: 600 })).toEqual(
      torchCudaNormal(7, 3000, { threads: 600, call: 2 }),
    );
    expect(startingNoise('torch-cuda', 7, shape, { draw: 1, perPicture: false, threads: 256 })).toEqual(
      torchCudaNormal(7, 768, { threads: 256, call: 1 }),
    );
  });
  it('with a generator a picture, counts seeds up', () => {
    const all = startingNoise('torch-cuda', 7, shape);
    expect([...all.subarray(512)]).toEqual([...torchCudaNormal(9, 256)]);
  });
});

it('ours is keyed by picture and draw', () => {
  expect(startingNoise('ours', 5, shape)).toEqual(normals(5, 0, 3, 256));
  expect(startingNoise('ours', 5, shape, { draw: 2, perPicture: false })).toEqual(normals(5, 2, 3, 256));
});
