// A text that goes on from tokens before it reads as decoding both together.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from './tokenizer.ts';

const folder = new URL('../../training/golden-tokenizers/', import.meta.url);
interface Golden {
  tokenizer: Record<string, unknown>;
  ids: [number[], string, string][];
}
const read = (kind: string) => JSON.parse(readFileSync(new URL(`${kind}.json`, folder), 'utf8')) as Golden;

describe.each(['gpt2', 'gpt2-prefix', 'smollm', 'qwen2', 'llama3', 'llama2', 'llama2-metaspace'])('%s', (kind) => {
  const golden = read(kind);
  const tokenizer = createTokenizer(golden.tokenizer);
  it('as the Python library decodes the whole, wherever it is cut', () => {
    let cuts = 0;
    for (const [ids, decoded] of golden.ids) {
      if (decoded.includes('\ufffd')) continue;
      for (let at = 0; at <= ids.length; at++) {
        const [before, rest] = [ids.slice(0, at), ids.slice(at)];
        const stream = tokenizer.incremental();
        const head = before.map((id) => stream.push(id)).join('');
        const after = tokenizer.after(before);
        const text = after.incremental();
        const written = rest.map((id) => text.push(id)).join('') + text.flush();
        expect([before, rest, after.decode(rest)]).toEqual([before, rest, written]);
        // A character that the head only begins is written whole by what follows; where nothing does, it is held back.
        const held = rest.length === 0 ? tokenizer.decode(before).slice(head.length) : '';
        expect([before, rest, head + held + written]).toEqual([before, rest, decoded]);
        cuts++;
      }
    }
    expect(cuts).toBeGreaterThan(50);
  });
  it('without special tokens, those before it too', () => {
    for (const [ids, , plain] of golden.ids) {
      if (plain.includes('\ufffd')) continue;
      const at = Math.floor(ids.length / 2);
      const stream = tokenizer.incremental({ skipSpecial: true });
      const head = ids
        .slice(0, at)
        .map((id) => stream.push(id))
        .join('');
      expect(head + tokenizer.after(ids.slice(0, at), { skipSpecial: true }).decode(ids.slice(at))).toBe(plain);
    }
  });
});

it('a character that was begun and is not finished stays where it was begun', () => {
  const { tokenizer: file } = read('gpt2');
  const t = createTokenizer(file);
  const [c3, a9, x] = ['Ã', '©', 'x'].map((piece) => t.idOf(piece)!);
  expect([t.after([c3!]).decode([a9!]), t.after([c3!]).decode([x!]), t.after([a9!]).decode([x!])]).toEqual([
    'é',
    'x',
    'x',
  ]);
  const text = t.after([c3!]).incremental();
  expect([text.push(x!), text.push(c3!), text.flush()]).toEqual(['x', '', '\ufffd']);
});
