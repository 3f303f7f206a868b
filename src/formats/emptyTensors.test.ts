// Tensors without values share the place of the one behind them, in whatever order the header lists them; ids with a gap.
import { expect, test } from 'vitest';
import { parseSafetensors } from './safetensors.ts';
import { checkTokenizer } from './tokenizerJson.ts';

const entry = (shape: readonly number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

test('an empty tensor may stand at the beginning, between and at the end, listed first or last', () => {
  const header = {
    b: entry([2], 4, 12),
    a: entry([1], 0, 4),
    first: entry([0], 0, 0),
    between: entry([3, 0], 4, 4),
    last: entry([0], 12, 12),
  };
  for (const names of [Object.keys(header), Object.keys(header).reverse()]) {
    const json = new TextEncoder().encode(
      JSON.stringify(Object.fromEntries(names.map((n) => [n, header[n as keyof typeof header]]))),
    );
    const file = new Uint8Array(8 + json.length + 12);
    new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
    file.set(json, 8);
    const { tensors } = parseSafetensors(file);
    expect([...tensors].map(([name, { data }]) => [name, data.length])).toEqual([
      ['first', 0],
      ['a', 1],
      ['between', 0],
      ['b', 2],
      ['last', 0],
    ]);
  }
});

test('a gap in the ids is named with where they must end', () =>
  expect(() =>
    checkTokenizer({
      model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 3 }, merges: [] },
      decoder: { type: 'ByteLevel' },
    }),
  ).toThrow('no token has the id 2, though there are 3 tokens: ids must be 0 to 2'));
