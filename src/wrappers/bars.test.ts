import { expect, test } from 'vitest';
import './index.ts';
import type { Refusal } from '../core/refusal.ts';
import { modelCard, type ModelId } from '../models/index.ts';
import { contenderPlan } from '../samplers/contenders/contender.ts';
import { parseContender } from '../samplers/contenders/text.ts';
import { barsOf } from './bars.ts';

const kinds = (wrap: string, id: ModelId = 'digits') => {
  const refusals: Refusal[] = [];
  const c = parseContender(`euler:karras:20:${wrap}`, '', refusals)!;
  expect(refusals).toEqual([]);
  const { range, network } = modelCard(id);
  const plan = {
    ...range,
    ...(network && { network }),
    ...(id === 'digits_exact' && { halves: { height: 28, width: 28 } }),
  };
  const bars = barsOf(contenderPlan(c, plan).ops, network ?? null);
  const count = new Map<string, number>();
  for (const { kind } of bars) count.set(kind, (count.get(kind) ?? 0) + 1);
  return { count: Object.fromEntries(count), shares: bars.map(({ share }) => share), text: bars.at(-1)!.text };
};

test('one bar an evaluation, by what of it is made', () => {
  expect(kinds('~reuse').count).toEqual({ whole: 10, 'left out': 10 });
  expect(kinds('~taylor(what=features)').count).toEqual({ whole: 7, kept: 13 });
  expect(kinds('~exit(depths=2.4)').count).toEqual({ exit: 10, whole: 10 });
  expect(kinds('~strips(warmup=3)').count).toEqual({ whole: 3, less: 17 });
  expect(kinds('~sparse').count).toEqual({ whole: 8, less: 12 });
});
test.each(['completed', 'fresh', 'bare'])('half the size, %s: a bar of a quarter, and none for the way up', (how) => {
  const { count, shares } = kinds(`~bottleneck(how=${how})`, 'digits_exact');
  expect(count).toEqual({ whole: 15, less: 5 });
  expect(shares.filter((s) => s === 1 / 4).length).toBe(5);
});
