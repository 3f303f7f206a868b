import { expect, test } from 'vitest';
import type { GgufHeader, GgufTensor } from './gguf.ts';
import { joinHeaders, shardOf, shardsOf } from './ggufSplit.ts';

const name = (at: number, of = 3, stem = 'a-Q4') => `${stem}-0000${at}-of-0000${of}.gguf`;

test('shards by their names: all of one model in order, and what is missing is said', () => {
  expect(shardOf('dir/m-00002-of-00011.gguf')).toEqual({ stem: 'dir/m', at: 2, of: 11 });
  expect([shardOf('m.gguf'), shardOf('m-2-of-3.gguf')]).toEqual([null, null]);
  const names = [name(3), name(1, 2), name(2), name(1), name(2, 3, 'b')];
  expect(shardsOf(name(2), names)).toEqual([name(1), name(2), name(3)]);
  expect(shardsOf('m.gguf', names)).toEqual(['m.gguf']);
  expect(() => shardsOf(name(1), [name(1), name(3)])).toThrow(
    `${name(1)} is one of 3 files of a model; file 2 is missing`,
  );
  expect(() => shardsOf(name(1), [name(1)])).toThrow('2 of them are missing');
  expect(() =>
    shardsOf(
      name(4),
      [1, 2, 3, 4].map((at) => name(at)),
    ),
  ).toThrow('is one of 3');
});

test('headers are joined in order; places, tensors and their number must agree', () => {
  const tensor = (own: string) => ({ name: own }) as GgufTensor;
  const header = (no: number, tensors: readonly string[], count = 2, total?: number): GgufHeader => ({
    metadata: new Map<string, number>([
      ['of', no],
      ...(total === undefined ? [] : [['split.tensors.count', total] as const]),
    ]),
    tensors: tensors.map(tensor),
    headerBytes: 32,
    split: [no, count],
  });
  const names = [name(1, 2), name(2, 2)];
  const joined = joinHeaders([header(0, ['x'], 2, 3), header(1, ['y', 'z'])], names);
  expect([joined.metadata.get('of'), joined.tensors.map((t) => t.name)]).toEqual([0, ['x', 'y', 'z']]);
  const { split, ...alone } = header(0, ['x']);
  expect(split).toEqual([0, 2]);
  expect(joinHeaders([alone], ['m.gguf']).tensors).toHaveLength(1);
  expect(() => joinHeaders([header(0, ['x'])], ['m.gguf'])).toThrow(
    'm.gguf says that it is file 1 of 2; as file 1 of 1',
  );
  expect(() => joinHeaders([header(1, ['x']), header(0, ['y'])], names)).toThrow(
    'says that it is file 2 of 2; as file 1',
  );
  expect(() => joinHeaders([header(0, ['x']), header(1, ['x'])], names)).toThrow('tensor "x" is in two of the files');
  expect(() => joinHeaders([header(0, ['x'], 2, 3), header(1, ['y'])], names)).toThrow('hold 2 tensors, not 3');
});
