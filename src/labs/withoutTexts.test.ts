import { expect, test } from 'vitest';
import { parseAst } from 'vite';
import { textsOf } from '../../scripts/withoutTexts.ts';

const cut = (code: string): string[] => textsOf(parseAst(code)).map(({ start, end }) => code.slice(start, end));

test('texts for readers are found: summaries, help, what is said of a method, both lines of a paper', () => {
  expect(
    cut(
      "export const s = { id: 'euler', title: 'Euler', summary: `one`, paper: { title: 'two', url: 'three' }, " +
        "params: { eta: f({ label: 'η', help: 'four', options: [['a', 'b']] }) }, says: 'five' };",
    ),
  ).toEqual(['`one`', "'two'", "'three'", "'four'", "'five'"]);
});

test('everything else stays: what is computed, titles, names, and what a paper is given by', () => {
  expect(
    cut(
      "const s = { summary: summaryOf(m, 'a'), title: 'b', paper: sources['c'], help: other.help, kind: 'd', paper2: { title: 'e' } };",
    ),
  ).toEqual([]);
  expect(cut("const s = { paper: sourceOf({ title: 'kept' }, 'kept') };")).toEqual([]);
});
