// Rope scalings of GGUF metadata against transformers' own (training/golden-language/make_rope.py).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError } from './error.ts';
import { ggufRope } from './ggufRope.ts';
import { Reader } from './json.ts';

interface Case {
  readonly config: {
    readonly rope_parameters: Readonly<Record<string, unknown>>;
    readonly max_position_embeddings: number;
  };
  readonly frequencies: readonly number[];
  readonly amplitude: number;
}
const file = new URL('../../training/golden-language/rope.json', import.meta.url);
/** As llama.cpp's converter names what config.json says; what it has no name for is not among these. */
const names: Readonly<Record<string, string>> = {
  rope_type: 'rope.scaling.type',
  factor: 'rope.scaling.factor',
  original_max_position_embeddings: 'rope.scaling.original_context_length',
  beta_fast: 'rope.scaling.yarn_beta_fast',
  beta_slow: 'rope.scaling.yarn_beta_slow',
  rope_theta: 'rope.freq_base',
};
const cases = (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]).filter(
  ({ config: { rope_parameters: rope } }) =>
    ['linear', 'yarn'].includes(rope['rope_type'] as string) && Object.keys(rope).every((key) => key in names),
);
const given = { headDim: 16, context: 8192, factors: null, partial: false };
const read = (metadata: Readonly<Record<string, unknown>>) =>
  new Reader(Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`llama.${key}`, value])), '', '');
const position = (metadata: Readonly<Record<string, unknown>>, more = {}) => {
  const made = ggufRope(read(metadata), 'llama.', { ...given, ...more }).position;
  if (made.kind !== 'rope') throw new Error('no rope');
  return made;
};
const yarn = { 'rope.scaling.type': 'yarn', 'rope.scaling.factor': 16, 'rope.scaling.original_context_length': 512 };

test('linear scaling and two of yarn are held', () => expect(cases).toHaveLength(3));

describe.each(cases.map((c) => [JSON.stringify(c.config.rope_parameters), c] as const))('%s', (_, c) => {
  test('has transformers’ frequencies and factor', () => {
    const metadata = Object.fromEntries(Object.entries(c.config.rope_parameters).map(([k, v]) => [names[k]!, v]));
    const made = position(metadata);
    expect((made.amplitude ?? 1) / c.amplitude).toBeCloseTo(1, 6);
    expect(made.inverseFrequencies).toHaveLength(c.frequencies.length);
    for (const [j, want] of c.frequencies.entries())
      expect(made.inverseFrequencies[j]! / want, `pair ${j}`).toBeCloseTo(1, 5);
  });
});

test('yarn’s original context is the model’s own where the file does not say', () => {
  const { 'rope.scaling.original_context_length': original, ...rest } = yarn;
  expect(position(rest, { context: original })).toEqual(position(yarn));
  expect(position(rest)).not.toEqual(position(yarn));
});

test('a factor on attention multiplies yarn’s own, and holds without yarn too', () => {
  const own = 0.1 * Math.log(16) + 1;
  expect(position(yarn).amplitude).toBeCloseTo(own, 12);
  expect(position({ ...yarn, 'rope.scaling.attn_factor': 0.5 }).amplitude).toBeCloseTo(own / 2, 12);
  const linear = { 'rope.scaling.type': 'linear', 'rope.scaling.factor': 4, 'rope.scaling.attn_factor': 1.5 };
  expect(position(linear)).toMatchObject({ scaling: 'linear', amplitude: 1.5 });
  expect(position({ 'rope.scaling.type': 'linear', 'rope.scaling.factor': 4 }).amplitude).toBeUndefined();
});

test('numbers that change nothing are read, others refused by name', () => {
  for (const fine of [
    { 'rope.scaling.yarn_ext_factor': 1 },
    { 'rope.scaling.yarn_attn_factor': 1 },
    { 'rope.scaling.yarn_attn_factor': Math.fround(0.1 * Math.log(16) + 1) },
    { 'rope.scaling.yarn_log_multiplier': 0 },
  ])
    expect(position({ ...yarn, ...fine })).toEqual(position(yarn));
  for (const [key, value] of [
    ['yarn_ext_factor', 0],
    ['yarn_attn_factor', 0.7],
    ['yarn_log_multiplier', 0.1],
  ] as const)
    expect(() => position({ ...yarn, [`rope.scaling.${key}`]: value })).toThrow(
      `llama.rope.scaling.${key} is ${value}, which changes yarn's positions; supported: `,
    );
  expect(() => position({ ...yarn, 'rope.scaling.yarn_beta_slow': 40 })).toThrow('above yarn_beta_slow = 40');
  expect(() => position({ 'rope.scaling.type': 'longrope', 'rope.scaling.factor': 2 })).toThrow(FormatError);
});
