import { expect, test } from 'vitest';
import { planes } from './start.ts';

const one = (...rgba: readonly number[]) => [...planes({ rgba: Uint8ClampedArray.from(rgba), width: 1, height: 1 })];
const near = (got: readonly number[], want: readonly number[]) =>
  want.forEach((v, i) => expect(got[i]).toBeCloseTo(v, 6));

test('bytes become −1 … 1, in planes of colours', () => {
  near(one(0, 255, 127.5, 255), [-1, 1, 128 / 127.5 - 1]);
  const two = planes({ rgba: Uint8ClampedArray.from([255, 0, 0, 255, 0, 0, 255, 255]), width: 2, height: 1 });
  expect([...two]).toEqual([1, -1, -1, -1, -1, 1]);
});
test('what is transparent lies on white', () => {
  near(one(0, 0, 0, 0), [1, 1, 1]);
  near(one(255, 0, 0, 51), [1, 0.8 * 2 - 1, 0.8 * 2 - 1]);
});
