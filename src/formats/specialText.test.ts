// Names of special tokens that a reader typed: as the tokens, or as plain text as the Python library encodes it with
// `encode_special_tokens` (training/golden-tokenizers/make_special.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guarded, markFor, namesIn } from './specialText.ts';
import { createTokenizer } from './tokenizer.ts';

const folder = new URL('../../training/golden-tokenizers/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const golden = read('special.json') as Record<string, [string, number[], number[]][]>;

describe.each(Object.keys(golden))('%s', (kind) => {
  const { tokenizer: file } = read(`${kind}.json`) as { tokenizer: Record<string, unknown> };
  const t = createTokenizer(file);
  it('encodes names as tokens, and as text', () => {
    let differ = 0;
    for (const [text, asTokens, asText] of golden[kind]!) {
      expect([text, t.encode(text, { addSpecial: false })]).toEqual([text, asTokens]);
      const mark = markFor(text);
      const words = guarded(text, t.specialNames, mark);
      expect([text, t.encode(words, { addSpecial: false, guard: mark })]).toEqual([text, asText]);
      if (asTokens.join() !== asText.join()) differ++;
    }
    expect(differ).toBeGreaterThan(3);
  });
  it('keeps the tokens of a template around them', () => {
    const [name] = t.specialNames as [string];
    const mark = markFor(name);
    const ids = t.encode(`${name}${guarded(name, t.specialNames, mark)}`, { addSpecial: false, guard: mark });
    expect(ids[0]).toBe(t.idOf(name));
    expect(ids.slice(1)).not.toContain(t.idOf(name));
    // Metaspace and Prepend write their mark into the text after a token: it belongs to the text.
    expect(t.decode(ids).replaceAll(' ', '')).toBe(name + name);
  });
});

it('finds the longest names, each once, in their order', () => {
  const names = ['<s>', '<s>x', '</s>', '[INST]'];
  expect(namesIn('a <s>x <s> </s> <s>x', names)).toEqual(['<s>x', '<s>', '</s>']);
  expect(namesIn('[INST', names)).toEqual([]);
  expect(namesIn('x', [])).toEqual([]);
  expect(guarded('a <s>x b', names, '#')).toBe('a #1# b');
  expect(guarded('x', [], '#')).toBe('x');
});
it('takes a mark that the text does not hold', () => {
  expect(markFor('a')).toBe('\ufdd0');
  expect(markFor('\ufdd0', 'b\ufdd1')).toBe('\ufdd2');
});
