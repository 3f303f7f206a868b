import { expect, it } from 'vitest';
import { withWeights } from './prefetch.ts';

it('asks for what is read, once, and gives the numbers in the order of computing', async () => {
  const asked: string[] = [];
  const made = await withWeights(
    (w) => ({ m: [...w.matrix('m', 1, 2, 2)], v: [...w.vector('v', 3)], again: w.vector('v', 3)[0] }),
    {
      async matrix(name, rows, channels, kernel) {
        asked.push(`${name} ${rows} ${channels} ${kernel}`);
        return Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
      },
      async vector(name, rows) {
        asked.push(`${name} ${rows}`);
        return Float32Array.from({ length: rows }, (_, i) => i + 10);
      },
    },
  );
  expect(asked).toEqual(['m 1 2 2', 'v 3']);
  expect(made).toEqual({ m: [1, 5, 2, 6, 3, 7, 4, 8], v: [10, 11, 12], again: 10 });
});
it('says what was not asked for at first', async () => {
  let first = true;
  const make = (w: { vector(name: string, rows: number): Float32Array }) => {
    const name = first ? 'a' : 'b';
    first = false;
    return w.vector(name, 1);
  };
  const none = () => Promise.resolve(new Float32Array(1));
  await expect(withWeights(make, { matrix: none, vector: none })).rejects.toThrow('b was not asked for');
});
