import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
// @ts-expect-error -- a plain script without types
import { generated as written } from '../../scripts/shaders/generate.mjs';
// @ts-expect-error -- a plain script without types
import { unroll as unrolled } from '../../scripts/shaders/unroll.mjs';

const unroll = unrolled as (template: string, values?: Readonly<Record<string, unknown>>) => string;
const generated = written as readonly { readonly file: string; readonly text: string }[];
const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

describe('the templates’ language', () => {
  test('loops over numbers, with steps, and over words, one within the other', () => {
    const template = '//% for i in 0..N step 2\n//% for q of a b\nlet ${q}${i} = ${i + 1}u;\n//% end\n//% end\nend';
    expect(unroll(template, { N: 4 })).toBe('let a0 = 1u;\nlet b0 = 1u;\nlet a2 = 3u;\nlet b2 = 3u;\nend');
    expect(unroll('//% for i in 0..N\nx\n//% end\ny', { N: 0 })).toBe('y');
  });
  test('names hold to the end of their block', () => {
    expect(unroll("//% for i in 0..2\n//% let c = 'xy'[i]\n${c}\n//% end\n${typeof c}")).toBe('x\ny\nundefined');
  });
  test('branches', () => {
    const template = '//% if N > 1\nmany\n//% else\n//% if N\none\n//% end\n//% end';
    expect([2, 1, 0].map((N) => unroll(template, { N }))).toEqual(['many', 'one', '']);
  });
  test('lists, sums and balanced pairs', () => {
    expect(unroll('f(${list(3, (i) => `a${i}`)}); ${sum(2, (i) => `b${i}`)}')).toBe('f(a0, a1, a2); b0 + b1');
    expect(unroll('${pairs(4, (i) => `a${i}`, (x, y) => `max(${x}, ${y})`)}')).toBe('max(max(a0, a1), max(a2, a3))');
  });
  test('what is not balanced or not understood is refused', () => {
    expect(() => unroll('//% for i in 0..2\nx')).toThrow('never ends');
    expect(() => unroll('//% end')).toThrow('does not belong here');
    expect(() => unroll('//% loop')).toThrow('does not belong here');
    expect(() => unroll('//% for i from 0\n//% end')).toThrow('a loop is');
    expect(() => unroll('${missing}')).toThrow('missing');
  });
});

test.each(generated)('$file is what its template writes', ({ file, text }) => {
  expect(read(file)).toBe(text);
});

test.each(
  readdirSync(new URL('shaders/', root), { recursive: true, encoding: 'utf8' }).filter((f) => /\.wgsl$/.test(f)),
)('%s has at most 300 lines of 120 columns', (file) => {
  const lines = read(`shaders/${file}`).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(300);
  expect(lines.filter((line) => Array.from(line).length > 120)).toEqual([]);
});
