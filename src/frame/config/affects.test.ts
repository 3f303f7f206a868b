import { describe, expect, test } from 'vitest';
import { changesResult, resultKey, type AffectsTable } from './affects.ts';

interface Paper {
  readonly seed: number;
  readonly contenders: readonly string[];
  readonly baseline: number;
  readonly model: { readonly id: string };
}
const table: AffectsTable<Paper> = { seed: 'result', contenders: 'own', baseline: 'view', model: 'result' };
const paper: Paper = { seed: 1, contenders: ['a'], baseline: 0, model: { id: 'm' } };

describe('the key of a result', () => {
  test('is that of every part that affects all results, whatever the order in which they were written', () => {
    const { seed, contenders, baseline, model } = paper;
    expect(resultKey(paper, table)).toBe('[1,{"id":"m"}]');
    expect(resultKey({ model, baseline, contenders, seed }, table)).toBe(resultKey(paper, table));
    expect(resultKey({ ...paper, seed: 2 }, table)).not.toBe(resultKey(paper, table));
    expect(resultKey({ ...paper, model: { id: 'n' } }, table)).not.toBe(resultKey(paper, table));
  });
  test('leaves out contenders, which have keys of their own, and the view', () => {
    expect(resultKey({ ...paper, contenders: ['b'], baseline: 5 }, table)).toBe(resultKey(paper, table));
  });
});

test('an edit of the view changes no result, any other does', () => {
  expect(changesResult({ ...paper, baseline: 1 }, paper, table)).toBe(false);
  for (const edit of [{ seed: 2 }, { contenders: ['a', 'b'] }, { model: { id: 'm' } }])
    expect(changesResult({ ...paper, ...edit }, paper, table)).toBe(true);
});

test('a part without a line does not compile', () => {
  // @ts-expect-error -- `model` is missing
  const short: AffectsTable<Paper> = { seed: 'result', contenders: 'own', baseline: 'view' };
  expect(Object.keys(short)).toHaveLength(3);
});
