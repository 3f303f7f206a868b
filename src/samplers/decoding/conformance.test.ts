import { describe, expect, test } from 'vitest';
import './grammar/grammars.ts';
import { applyChain, startChain } from './chain.ts';
import {
  byHand,
  conformanceCases,
  DRAWS,
  randomCase,
  SEEDS,
  type ConformanceCase,
  type Outcome,
} from './conformance.ts';
import { softmax } from './draw.ts';
import { stages, type StageId } from './stages.ts';

const cases: readonly ConformanceCase[] = [...conformanceCases()];
const ids = Object.keys(stages) as StageId[];
const outcomes = new Map<string, Outcome>();
const outcome = (c: ConformanceCase): Outcome => {
  if (!outcomes.has(c.id)) outcomes.set(c.id, c.run());
  return outcomes.get(c.id)!;
};

describe.each([...ids, 'chain'])('%s', (id) => {
  test.each(cases.filter((c) => c.stage === id).map((c) => [c.id, c] as const))('%s', (_, c) => {
    const { passed, details } = outcome(c);
    expect(passed, `${c.title} — ${details}`).toBe(true);
  });
});

test('every stage has three cases by hand, one of definition and one of draws; ids are unique', () => {
  for (const id of ids) {
    const kinds = cases.filter((c) => c.stage === id).map((c) => c.kind);
    expect(kinds.filter((k) => k === 'by hand').length, id).toBeGreaterThanOrEqual(3);
    expect(kinds, id).toContain('definition');
    expect(kinds, id).toContain('draws');
  }
  expect(Object.keys(byHand).sort()).toEqual([...ids].sort());
  expect(new Set(cases.map((c) => c.id)).size).toBe(cases.length);
});

test('a case that goes wrong says so and does not throw', () => {
  const c = cases.find((x) => x.id === 'top_p/hand/1')!;
  const { apply } = stages.top_p;
  try {
    Object.assign(stages.top_p, { apply: (logits: Float64Array) => logits.slice() });
    expect(c.run()).toEqual({
      passed: false,
      details: '0.5, 0.3, 0.15, 0.05 instead of 0.625, 0.375, 0, 0. 0.5 + 0.3 reaches 0.8 exactly, which is enough.',
    });
    expect(cases.find((x) => x.id === 'top_p/definition')!.run().details).toMatch(
      /^Seed 1, \d+ tokens, .*it keeps \d+ tokens and the definition \d+/,
    );
    expect(cases.find((x) => x.id === 'top_p/draws')!.run()).toMatchObject({ passed: false });
    Object.assign(stages.top_p, { apply: () => Float64Array.of(NaN, 1, 2, 3) });
    expect(c.run().details).toContain('It threw: The stage "Top-p (nucleus)" gave NaN for token 0');
  } finally {
    Object.assign(stages.top_p, { apply });
  }
  expect(c.run().passed).toBe(true);
});

test('a case of draws states its number and what it could find, and has enough cells to find it', () => {
  for (const c of cases.filter((x) => x.kind === 'draws')) {
    const [, degrees, bias] = new RegExp(
      `^${DRAWS} draws: G = [\\d.]+ on (\\d+) degrees of freedom, p = .*Any bias of ([\\d.]+) % of the mass or more would be found with probability 0.8`,
    ).exec(outcome(c).details)!;
    expect(Number(degrees), c.id).toBeGreaterThanOrEqual(3);
    expect(Number(bias), c.id).toBeLessThan(2.5);
  }
});

test('random cases are not idle: every stage changes the distribution in at least a quarter of them', () => {
  for (const id of ids) {
    const changed = Array.from({ length: SEEDS }, (_, i) => {
      const { logits, context, params } = randomCase(id, i + 1);
      const chain = [{ stage: id, params }];
      const row = Float64Array.from(logits);
      const before = softmax(row);
      const after = applyChain(row, context, chain, startChain(chain)).probabilities;
      return after.some((p, t) => Math.abs(p - before[t]!) > 1e-6) ? 1 : 0;
    }).reduce<number>((a, b) => a + b, 0);
    expect(changed, id).toBeGreaterThanOrEqual(SEEDS / 4);
  }
});
