// Every rope type against transformers (training/golden-language/make_rope.py), which computes in float32.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfigJson } from './configJson.ts';
import { frequenciesFor } from './transformerConfig.ts';

interface Case {
  readonly config: { readonly rope_parameters: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
  readonly length: number;
  readonly frequencies: readonly number[];
  readonly amplitude: number;
}
const file = new URL('../../training/golden-language/rope.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];
/** What config.json holds besides, without a bearing on positions. */
const rest = { rms_norm_eps: 1e-5, hidden_act: 'silu', tie_word_embeddings: false, bos_token_id: 1, eos_token_id: 2 };
const parsed = (config: object) => {
  const { position } = parseConfigJson(new TextEncoder().encode(JSON.stringify({ ...rest, ...config })));
  if (position.kind !== 'rope') throw new Error('no rope');
  return position;
};

test('every type that is read has a case', () => {
  const types = new Set(cases.map(({ config }) => config.rope_parameters['rope_type']));
  expect([...types].sort()).toEqual(['dynamic', 'linear', 'llama3', 'longrope', 'yarn']);
});

describe.each(cases.map((c) => [JSON.stringify(c.config.rope_parameters), c.length, c] as const))(
  '%s, a text of %i',
  (_, __, { config, length, frequencies, amplitude }) => {
    test.each(['rope_parameters', 'rope_scaling'])('as %s', (key) => {
      const { rope_parameters, ...others } = config;
      const { rope_theta, ...scaling } = rope_parameters;
      const made = parsed(key === 'rope_parameters' ? config : { ...others, rope_theta, rope_scaling: scaling });
      expect((made.amplitude ?? 1) / amplitude).toBeCloseTo(1, 6);
      const ours = frequenciesFor(made, length);
      expect(ours).toHaveLength(frequencies.length);
      for (const [j, want] of frequencies.entries()) expect(ours[j]! / want, `pair ${j}`).toBeCloseTo(1, 5);
    });
  },
);

test('the cases tell the types apart', () => {
  const seen = new Set(cases.map((c) => c.frequencies.map((f) => f.toPrecision(6)).join()));
  // Twelve, of which dynamic scaling begins past the context, long texts are alike, and yarn's factors on q and k leave frequencies alone.
  expect(seen.size).toBe(9);
});
