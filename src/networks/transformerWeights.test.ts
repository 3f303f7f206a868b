import { expect, test } from 'vitest';
import type { WeightPart } from '../formats/weightPlan.ts';
import { formatOf, placeWeights, resolvedFormat } from './transformerWeights.ts';

const matrix = (name: string, rows: number, cols: number) => ({ name, kind: 'matrix' as const, rows, cols, parts: [] });

test('4 bits go to 8 for tables, for the way out of a feed-forward block unless the file has it in the same 4 bits, for models narrower than 128, and where groups of 32 do not fit', () => {
  expect(resolvedFormat([matrix('token_embedding', 4096, 96)], 'int4')).toBe('int8');
  expect(resolvedFormat([matrix('token_embedding', 4096, 128)], 'int4')).toBe('int4');
  expect(resolvedFormat([matrix('token_embedding', 4096, 96)], 'f16')).toBe('f16');
  expect(formatOf(matrix('token_embedding', 4096, 192), 'int4')).toBe('int8');
  expect(formatOf(matrix('layers.0.up.weight', 192, 512), 'int4')).toBe('int4');
  expect(formatOf(matrix('layers.0.up.weight', 192, 520), 'int4')).toBe('int8');
  const down = (...dtypes: string[]) => ({
    ...matrix('layers.0.down.weight', 192, 512),
    parts: dtypes.map((dtype) => ({ entry: { dtype } }) as unknown as WeightPart),
  });
  expect([down(), down('F16'), down('Q4_1'), down('Q4_0', 'Q4_1')].map((d) => formatOf(d, 'int4'))).toEqual(
    Array(4).fill('int8'),
  );
  expect([formatOf(down('Q4_0'), 'int4'), formatOf(down('F16'), 'f16')]).toEqual(['int4', 'f16']);
  expect(formatOf({ name: 'layers.0.norm_1.weight', kind: 'vector', cols: 1 }, 'int4')).toBe('f32');
  expect(formatOf(matrix('position_embedding', 64, 192), 'int8')).toBe('f32');
});

test('bytes by format, and which matrices take several bindings', () => {
  const plan = [
    matrix('token_embedding', 1000, 256),
    matrix('layers.0.qkv.weight', 768, 256),
    { name: 'final_norm.weight', kind: 'vector' as const, rows: 256, cols: 1, parts: [] },
  ];
  expect(placeWeights(plan, 'f32', Infinity)).toEqual({
    bytes: 4 * (1000 * 256 + 768 * 256 + 256),
    largest: 1_024_000,
    split: [],
  });
  expect(placeWeights(plan, 'f16', 400_000).split).toEqual(['token_embedding']);
  // int8: a byte a weight and a float a row; int4: half a byte a weight and two bytes a group of 32.
  expect(placeWeights(plan, 'int4', Infinity).bytes).toBe(
    1000 * 256 + 4000 + (768 * 256) / 2 + (768 * 256) / 16 + 1024,
  );
});
