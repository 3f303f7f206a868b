// Tokenizers of every model, normalizer and split against the Python library `tokenizers`, on a thousand odd strings each
// (training/golden-tokenizers/make_odd.py).
import { describe, expect, it } from 'vitest';
import { idsDigest, oddStrings, readOdd, textDigest, wrong } from './oddStrings.ts';
import { createTokenizer } from './tokenizer.ts';

interface Golden {
  readonly tokenizer: object;
  readonly ids: string;
  readonly around: number[];
  readonly decoded: string;
  readonly plain: string;
}
const models = readOdd('odd-models.json') as Record<string, Golden>;
interface Splits {
  readonly vocab: string[];
  readonly merges: string[];
  readonly cases: Record<string, { normalizer: object | null; pre_tokenizer: object; ids: string }>;
}
const { vocab, merges, cases } = readOdd('odd-splits.json') as Splits;

it('has a thousand different strings', () => {
  expect(oddStrings).toHaveLength(1000);
  expect(new Set(oddStrings).size).toBeGreaterThan(970);
});

describe.each(Object.keys(models))('the tokenizer %s', (name) => {
  const golden = models[name]!;
  const tokenizer = createTokenizer(golden.tokenizer);
  const plain = (text: string) => tokenizer.encode(text, { addSpecial: false });
  it('encodes, decodes and streams every string as the Python library', () => {
    expect(wrong(golden.ids, (text) => idsDigest(plain(text)))).toEqual([]);
    expect(wrong(golden.decoded, (text) => textDigest(tokenizer.decode(plain(text))))).toEqual([]);
    const skipSpecial = true;
    expect(wrong(golden.plain, (text) => textDigest(tokenizer.decode(plain(text), { skipSpecial })))).toEqual([]);
    expect(tokenizer.encode('')).toEqual(golden.around);
    for (const text of oddStrings.slice(0, 100)) {
      const [ids, stream] = [plain(text), tokenizer.incremental()];
      const whole = tokenizer.decode(ids);
      if (!whole.includes('\ufffd')) expect(ids.map((id) => stream.push(id)).join('') + stream.flush()).toBe(whole);
      const [head, tail] = [ids.slice(0, ids.length >> 1), ids.slice(ids.length >> 1)];
      const begun = tokenizer.decode(head);
      if (!(begun + whole).includes('\ufffd')) expect(begun + tokenizer.after(head).decode(tail)).toBe(whole);
    }
  });
});

const bytes = { model: { type: 'BPE', vocab: Object.fromEntries(vocab.map((token, id) => [token, id])), merges } };
it.each(Object.keys(cases))('cuts every string as the Python library: %s', (name) => {
  const { normalizer, pre_tokenizer, ids } = cases[name]!;
  const tokenizer = createTokenizer({ ...bytes, normalizer, pre_tokenizer, decoder: { type: 'ByteLevel' } });
  expect(wrong(ids, (text) => idsDigest(tokenizer.encode(text)))).toEqual([]);
});
