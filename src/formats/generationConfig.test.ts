import { describe, expect, test } from 'vitest';
import { generationEnds } from './generationConfig.ts';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('ends of a text in generation_config.json', () => {
  test.each<[unknown, number[]]>([
    [{ eos_token_id: [258, 257] }, [258, 257]],
    [{ eos_token_id: 2 }, [2]],
    [{ eos_token_id: 0 }, [0]],
    [{ eos_token_id: [7, 7, 299, 300, 2 ** 31 - 1] }, [7, 299]],
    [{ eos_token_id: null }, []],
    [{ eos_token_id: [] }, []],
    [{ temperature: 0.6 }, []],
  ])('%j', (file, ends) => expect(generationEnds(bytes(file), 300)).toEqual(ends));

  test.each<[unknown, RegExp]>([
    ['{', /generation_config\.json is not valid JSON/],
    [[1], /generation_config\.json must be a JSON object/],
    [{ eos_token_id: -1 }, /got -1$/],
    [{ eos_token_id: 2 ** 31 }, /got 2147483648$/],
    [{ eos_token_id: 1.5 }, /got 1\.5$/],
    [{ eos_token_id: '2' }, /a token id or a list of at most 256, got "2"/],
    [{ eos_token_id: [1, null] }, /a token id or a list of at most 256/],
    [{ eos_token_id: Array.from({ length: 257 }, (_, i) => i) }, /a list of at most 256/],
  ])('refuses %j', (file, why) => expect(() => generationEnds(bytes(file), 300)).toThrow(why));
});
