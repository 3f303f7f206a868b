// config.json as a file: how long and how deep it may be, and how a refusal shows a value.
import { describe, expect, test } from 'vitest';
import { parseConfigJson } from './configJson.ts';
import { FormatError, shown } from './error.ts';

const llama = {
  model_type: 'llama',
  vocab_size: 32000,
  hidden_size: 512,
  num_hidden_layers: 2,
  num_attention_heads: 8,
  intermediate_size: 1024,
  max_position_embeddings: 2048,
};
const gpt2 = { model_type: 'gpt2', vocab_size: 50257, n_embd: 1024, n_head: 16, n_layer: 2, n_positions: 1024 };
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('the file', () => {
  const padded = (bytes: number, value: unknown = gpt2) => {
    const json = encode(value);
    const out = new Uint8Array(bytes).fill(32);
    out.set(json);
    return out;
  };
  test('of 1 MiB and no more, twelve levels deep and no more', () => {
    expect(parseConfigJson(padded(2 ** 20)).architecture).toBe('gpt2');
    expect(() => parseConfigJson(padded(2 ** 20 + 1))).toThrow(
      'config.json has 1048577 bytes; at most 1048576 are expected',
    );
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
    expect(parseConfigJson(padded(5000, { ...gpt2, extra: nested(11) })).layers).toBe(2);
    expect(() => parseConfigJson(padded(5000, { ...gpt2, extra: nested(12) }))).toThrow(
      'config.json is nested 13 levels deep; at most 12 are expected',
    );
  });
  test('a model type of 100 characters is unknown, a longer one is no name', () => {
    expect(() => parseConfigJson({ ...gpt2, model_type: 'm'.repeat(100) })).toThrow('is not supported');
    expect(() => parseConfigJson({ ...gpt2, model_type: 'm'.repeat(101) })).toThrow(
      'model_type must be text of at most 100 characters',
    );
  });
  test('an error has its name and a hint; a value is shown on one line of 60 characters', () => {
    const error = new FormatError('m', 'h');
    expect([error.name, error.message, error.hint, error instanceof Error]).toEqual(['FormatError', 'm', 'h', true]);
    expect(shown('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
    expect(shown('x'.repeat(59))).toBe(`"${'x'.repeat(56)}…`);
    expect(shown({ toJSON: () => undefined })).toBe('[object Object]');
    expect([shown(undefined), shown(10n), shown(null), shown([1, 'a'])]).toEqual([
      'undefined',
      '10',
      'null',
      '[1,"a"]',
    ]);
    expect(shown({ toJSON: () => 'a\u2028b' })).toBe('"a·b"');
    expect(shown('\u007f\u2029\u0085')).toBe('"···"');
    const caught = (() => {
      try {
        return parseConfigJson({ ...gpt2, is_encoder_decoder: true });
      } catch (e) {
        return e as FormatError;
      }
    })() as FormatError;
    expect(caught.message).toBe('is_encoder_decoder is true (an encoder beside the decoder); supported: false');
    expect(caught.hint).toContain('Choose a ');
    expect(() => parseConfigJson({ ...llama, sliding_window: 5 })).toThrow('supported: models without it');
  });
});
