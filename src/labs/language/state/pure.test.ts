import { describe, expect, test } from 'vitest';
import type { Branch } from '../config/experiment.ts';
import { MAX_BRANCHES } from '../config/fields.ts';
import { branchTree, moveBranches, ownerOf, withBranch, withoutBranch } from './branches.ts';
import { agreement, firstDivergence } from './divergence.ts';
import { shownToken } from './fakeEvents.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { finished } from './runStore.ts';
import {
  applyEvents,
  branchOf,
  branchPath,
  finishTexts,
  keepTexts,
  plainText,
  shownText,
  textKey,
  wholeText,
  type Texts,
} from './texts.ts';
import type { LanguageEvent } from './types.ts';

const ids = (...list: number[]) => list.map((id) => shownToken(id, ` w${id}`));
const tokens = (contender: number, from: number, list: number[], branch = -1, sample = 0): LanguageEvent => ({
  kind: 'tokens',
  contender,
  sample,
  branch,
  from,
  tokens: ids(...list),
});
const end = (contender: number, branch = -1): LanguageEvent => ({
  kind: 'end',
  contender,
  sample: 0,
  branch,
  why: 'length',
  cut: null,
  solved: null,
});
const where = (run: number, branches: readonly Branch[] = []) => ({ run, slots: [3, 5], branches });
const idsOf = (texts: Texts, key: string) => texts[key]?.tokens.map((t) => t.id);

describe('texts', () => {
  test('tokens go to their own contender, sample and place', () => {
    const t = applyEvents({}, where(1), [
      tokens(0, 0, [1, 2]),
      tokens(1, 0, [9]),
      tokens(0, 2, [3]),
      tokens(0, 0, [7], -1, 1),
      tokens(8, 0, [1]),
      end(0),
    ]);
    expect(idsOf(t, textKey(3, 0))).toEqual([1, 2, 3]);
    expect(idsOf(t, textKey(5, 0))).toEqual([9]);
    expect(idsOf(t, textKey(3, 1))).toEqual([7]);
    expect(Object.keys(t)).toHaveLength(3);
    expect(t[textKey(3, 0)]!.end?.why).toBe('length');
    expect(t[textKey(5, 0)]!.end).toBeNull();
  });

  test('a new run shows the old text as long as it agrees with it, and drops it at the first other token', () => {
    const old = applyEvents({}, where(1), [tokens(0, 0, [1, 2, 3, 4]), end(0)]);
    const key = textKey(3, 0);
    const agrees = applyEvents(old, where(2), [tokens(0, 0, [1, 2])]);
    expect(idsOf(agrees, key)).toEqual([1, 2, 3, 4]);
    expect(agrees[key]).toMatchObject({ run: 2, fresh: 2, end: null });
    const parts = applyEvents(agrees, where(2), [tokens(0, 2, [8])]);
    expect(idsOf(parts, key)).toEqual([1, 2, 8]);
    const stops = applyEvents(agrees, where(2), [end(0)]);
    expect(idsOf(stops, key)).toEqual([1, 2]);
  });

  test('a text that is replaced keeps nothing of what it was', () => {
    const t = applyEvents({}, where(1), [
      tokens(0, 0, [1, 2, 3]),
      { kind: 'replace', contender: 0, sample: 0, branch: -1, tokens: ids(4, 5), score: -1.5 },
    ]);
    expect(idsOf(t, textKey(3, 0))).toEqual([4, 5]);
    expect(t[textKey(3, 0)]!.score).toBe(-1.5);
  });

  test('contenders that are gone lose their texts; a finished run leaves only what it wrote', () => {
    const t = applyEvents(applyEvents({}, where(1), [tokens(0, 0, [1]), tokens(1, 0, [2])]), where(2), [
      tokens(1, 0, [2]),
    ]);
    expect(Object.keys(keepTexts(t, [5]))).toEqual([textKey(5, 0)]);
    expect(Object.keys(finishTexts(t, 2))).toEqual([textKey(5, 0)]);
    // Nor does a contender that was refused keep the figures of its last run.
    expect(finished({ texts: t, costs: {}, metrics: { 3: { solved: 1 }, 5: { solved: 0 } } }, 2)).toMatchObject({
      texts: finishTexts(t, 2),
      costs: {},
      metrics: { 5: { solved: 0 } },
    });
    expect(Object.keys(finished({ texts: t, costs: {}, metrics: { 3: { solved: 1 } } }, 2).metrics)).toEqual([]);
  });

  test('a branch is its ancestors up to where it leaves them, then its own tokens', () => {
    const branches: Branch[] = [
      { contender: 0, sample: 0, parent: -1, at: 2, token: 50 },
      { contender: 0, sample: 0, parent: 0, at: 4, token: 60 },
    ];
    const t = applyEvents({}, where(1, branches), [
      tokens(0, 0, [1, 2, 3, 4, 5]),
      tokens(0, 2, [50, 51, 52, 53], 0),
      tokens(0, 4, [60, 61], 1),
    ]);
    expect(wholeText(t, branches, 3, 0, -1).map((x) => x.id)).toEqual([1, 2, 3, 4, 5]);
    expect(wholeText(t, branches, 3, 0, 0).map((x) => x.id)).toEqual([1, 2, 50, 51, 52, 53]);
    expect(wholeText(t, branches, 3, 0, 1).map((x) => x.id)).toEqual([1, 2, 50, 51, 60, 61]);
    expect(plainText(wholeText(t, branches, 3, 0, 1))).toBe(' w1 w2 w50 w51 w60 w61');
    expect(branchPath(branches, 1)).toBe('2:50/4:60');
    expect(branchOf(branches, 0, 0, '2:50/4:60')).toBe(1);
    expect(branchOf(branches, 1, 0, '2:50')).toBe(-1);
  });
});

test('what is shown ends before the stop string, also inside a token; the rest stays in the record', () => {
  const text = ids(1, 2, 3); // " w1 w2 w3"
  expect(shownText(text, null)).toBe(text);
  expect(shownText(text, { cut: null })).toBe(text);
  const shown = (cut: number) => shownText(text, { cut }).map((t) => t.text);
  expect([0, 1, 3, 5, 9, 20].map(shown)).toEqual([
    [],
    [' '],
    [' w1'],
    [' w1', ' w'],
    [' w1', ' w2', ' w3'],
    [' w1', ' w2', ' w3'],
  ]);
});

test('the first divergence, and how much agrees', () => {
  expect(firstDivergence(ids(1, 2, 3), ids(1, 2, 4, 5))).toBe(2);
  expect(firstDivergence(ids(1, 2), ids(1, 2, 3))).toBeNull();
  expect(firstDivergence([], ids(1))).toBeNull();
  expect(agreement(ids(1, 2, 3, 4), ids(1, 9, 3))).toBeCloseTo(2 / 3);
  expect(agreement([], ids(1))).toBeNull();
});

describe('the tree of branches', () => {
  const b = (contender: number, parent: number, at: number, token: number): Branch => ({
    contender,
    sample: 0,
    parent,
    at,
    token,
  });
  const list = [b(0, -1, 9, 1), b(0, -1, 2, 2), b(1, -1, 3, 3), b(0, 1, 5, 4), b(0, 3, 7, 5)];
  test('children stand under their parent, by place', () => {
    expect(branchTree(list, 0, 0).map((r) => [r.index, r.depth])).toEqual([
      [1, 0],
      [3, 1],
      [4, 2],
      [0, 0],
    ]);
    expect(branchTree(list, 0, 1)).toEqual([]);
  });
  test('a removed branch takes its descendants along, and parents are renumbered', () => {
    expect(withoutBranch(list, 1)).toEqual([b(0, -1, 9, 1), b(1, -1, 3, 3)]);
    expect(withoutBranch(list, 0)).toEqual([b(0, -1, 2, 2), b(1, -1, 3, 3), b(0, 0, 5, 4), b(0, 2, 7, 5)]);
  });
  test('contenders that move take their branches along', () => {
    expect(moveBranches(list, (c) => (c === 0 ? undefined : 0))).toEqual([b(0, -1, 3, 3)]);
    expect(moveBranches(list, (c) => 1 - c).map((x) => x.contender)).toEqual([1, 1, 0, 1, 1]);
  });
  test('another token at a shared place belongs to the ancestor that wrote it', () => {
    expect(ownerOf(list, 4, 8)).toBe(4);
    expect(ownerOf(list, 4, 7)).toBe(3);
    expect(ownerOf(list, 4, 5)).toBe(1);
    expect(ownerOf(list, 4, 0)).toBe(-1);
  });
  test('the same choice twice is one branch; the list has an end', () => {
    expect(withBranch(list, b(0, 1, 5, 4))).toEqual({ branches: list, index: 3 });
    expect(withBranch(list, b(0, 1, 5, 6)).index).toBe(5);
    const full = Array.from({ length: MAX_BRANCHES }, (_, i) => b(0, -1, i, 0));
    expect(withBranch(full, b(0, -1, 1, 1)).index).toBe(-1);
  });
});

test('what comes within a frame is handed on once, in order', () => {
  const taken: (readonly number[])[] = [];
  const frames: (() => void)[] = [];
  const batch = createBatch<number>(
    (items) => taken.push(items),
    (work) => frames.push(work),
  );
  batch.push(1);
  batch.push(2);
  expect([frames.length, taken.length]).toEqual([1, 0]);
  frames.shift()!();
  batch.push(3);
  expect(taken).toEqual([[1, 2]]);
  batch.flush();
  frames.shift()!();
  expect(taken).toEqual([[1, 2], [3]]);
  batch.push(4);
  batch.drop();
  frames.shift()?.();
  batch.push(5);
  frames.shift()!();
  expect(taken).toEqual([[1, 2], [3], [5]]);
});
