import { describe, expect, test } from 'vitest';
import { tokenUniform } from '../../../math/tokenUniform.ts';
import { judge } from '../speculation.ts';
import { betterOf } from './bestKnown.ts';
import { acceptanceRules, type AcceptanceRule, type AcceptanceRuleId, type DraftLaw } from './index.ts';
import { judgeDrafts } from './judgeDrafts.ts';
import { rhoOf } from './kSeq.ts';
import { optimum } from './optimum.ts';
import { orderedLaw } from './ordered.ts';
import { without } from './recursive.ts';
import { topOf } from './topPlusOne.ts';

const ids = Object.keys(acceptanceRules) as AcceptanceRuleId[];

/** Every tuple of drafts that a law can give, with its probability. */
function tuples(q: Float64Array, n: number, law: DraftLaw): { tokens: number[]; probability: number }[] {
  const fixed = law === 'top_plus_one' ? topOf(q, n) : [];
  let made = [{ tokens: [...fixed], probability: 1 }];
  for (let k = fixed.length; k < n; k++)
    made = made.flatMap(({ tokens, probability }) =>
      [...(law === 'iid' ? q : without(q, tokens))].flatMap((v, x) =>
        v > 0 ? [{ tokens: [...tokens, x], probability: probability * v }] : [],
      ),
    );
  return made;
}

/** What a rule gives, exactly: the law of the token, and the probability that it is a draft. */
function outcome(rule: AcceptanceRule, p: Float64Array, q: Float64Array, n: number) {
  const law = new Float64Array(p.length);
  let accepted = 0;
  for (const { tokens, probability } of tuples(q, n, rule.law)) {
    const { tries, residual } = rule.weigh(p, q, tokens);
    let open = probability;
    for (const t of tries) {
      expect(tokens).toContain(t.token);
      law[t.token]! += open * t.probability;
      accepted += open * t.probability;
      open *= 1 - t.probability;
    }
    const sum = residual.reduce((a, b) => a + b, 0);
    if (sum > 0) residual.forEach((v, x) => (law[x]! += (open * v) / sum));
    else expect(open).toBeLessThan(1e-12);
  }
  return { law, accepted };
}

/** The bound by all subsets. */
function bruteForce(p: Float64Array, q: Float64Array, n: number, law: DraftLaw): number {
  const all = tuples(q, n, law);
  let best = Infinity;
  for (let set = 0; set < 1 << p.length; set++) {
    const has = (x: number) => (set >> x) % 2 === 1;
    const inside = all.reduce((sum, t) => sum + (t.tokens.every(has) ? t.probability : 0), 0);
    best = Math.min(best, p.reduce((sum, v, x) => sum + (has(x) ? v : 0), 0) + 1 - inside);
  }
  return best;
}

function randomLaw(seed: number, vocab: number, zeros = 0): Float64Array {
  const v = Float64Array.from({ length: vocab }, (_, x) => (x < zeros ? 0 : tokenUniform(seed, 0, x, 'draw') ** 3));
  const sum = v.reduce((a, b) => a + b, 0);
  return v.map((x) => x / sum);
}
const random = Array.from({ length: 12 }, (_, k) => ({
  p: randomLaw(100 + k, 4 + (k % 2), k % 3 === 1 ? 1 : 0),
  q: randomLaw(200 + k, 4 + (k % 2), k % 3 === 2 ? 1 : 0),
}));
const p = Float64Array.of(0.5, 0.3, 0.2);
const q = Float64Array.of(0.2, 0.3, 0.5);
const pairs = [{ p, q }, ...random];

describe.each(ids)('%s', (id) => {
  const rule: AcceptanceRule = acceptanceRules[id];
  test.each([1, 2, 3])(
    'of %i drafts gives the target’s distribution, and what its rate says, within the bound',
    (n) => {
      for (const { p, q } of pairs) {
        const { law, accepted } = outcome(rule, p, q, n);
        law.forEach((v, x) => expect(Math.abs(v - p[x]!)).toBeLessThan(1e-14));
        const rate = rule.rate(p, q, n);
        if (rate !== null) expect(Math.abs(rate - accepted)).toBeLessThan(1e-14);
        const bound = optimum(p, q, n, rule.law);
        if (bound !== null) expect(accepted).toBeLessThan(bound + 1e-14);
      }
    },
  );
  test('of one draft is the rule of one', () => {
    for (const { p, q } of pairs)
      for (const token of q.keys())
        if (q[token]! > 0)
          for (const u of [0, 0.3, 0.7, 0.99]) {
            const one = judgeDrafts(rule, p, q, [token], () => u, 0.6);
            const { token: same, accepted } = judge(p, { token, q }, u, 0.6);
            expect([one.token, one.accepted]).toEqual([same, accepted]);
          }
  });
  test('drafts from the target itself are taken, but by rules that keep to an order', () => {
    const sure = tuples(p, 2, rule.law).every(
      ({ tokens }) => judgeDrafts(rule, p, p, tokens, () => 0.999999, 0).accepted,
    );
    expect(sure).toBe(id !== 'ordered' && id !== 'canonical');
  });
  test('a draft with fewer rows than the target', () => {
    const short = Float64Array.of(0.4, 0.6);
    const { law } = outcome(rule, p, short, 2);
    law.forEach((v, x) => expect(v).toBeCloseTo(p[x]!, 14));
  });
});

describe('worked case: p = (.5, .3, .2), q = (.2, .3, .5)', () => {
  test.each<[AcceptanceRuleId, number, number, number]>([
    ['recursive', 1, 0.7, 1e-12],
    ['recursive', 2, 0.76, 1e-12],
    ['recursive', 3, 0.808, 1e-12],
    ['k_seq', 2, 0.791355, 5e-7],
    ['k_seq', 3, 0.858519, 5e-7],
    ['ordered', 2, 0.86, 1e-12],
    ['ordered', 3, 0.988, 1e-12],
    ['recursive_without', 2, 0.82, 1e-12],
    ['top_plus_one', 2, 0.9, 1e-12],
  ])('%s of %i: %f', (id, n, rate, bound) => {
    expect(Math.abs(acceptanceRules[id].rate(p, q, n)! - rate)).toBeLessThan(bound);
  });
  test.each<[DraftLaw, number, number]>([
    ['iid', 2, 0.86],
    ['iid', 3, 0.988],
    ['without', 2, 1.5 - 0.514285714285714],
    ['top_plus_one', 2, 0.9],
  ])('the most that drafts %s, %i of them, can be accepted: %f', (law, n, most) => {
    expect(optimum(p, q, n, law)).toBeCloseTo(most, 12);
  });
  test('ρ of K-SEQ, and λ of ordered acceptance', () => {
    expect(rhoOf(p, q, 2)).toBeCloseTo(1.456776, 6);
    expect(rhoOf(p, q, 3)).toBeCloseTo(1.792593, 6);
    expect([...orderedLaw(p, q, 2).accept].map((v) => v.toFixed(6))).toEqual(['1.000000', '0.769231', '0.626506']);
  });
});

test('the best of the rules is the best at each place', () => {
  const same = { p, q: p };
  const taken = new Set<string>();
  for (const { p, q } of [...pairs, same]) {
    const rates = ids.flatMap((id) => (acceptanceRules[id].law === 'iid' ? [acceptanceRules[id].rate(p, q, 3)!] : []));
    expect(acceptanceRules.best_known.rate(p, q, 3)).toBeCloseTo(Math.max(...rates), 11);
    taken.add(betterOf(p, q, 3).id);
  }
  expect([...taken].toSorted()).toEqual(['ordered', 'recursive']);
});

describe('the bound', () => {
  test.each<[DraftLaw, number]>([
    ['iid', 1],
    ['iid', 2],
    ['iid', 3],
    ['without', 2],
    ['top_plus_one', 2],
    ['top_plus_one', 3],
  ])('of drafts %s, %i of them, is the least of all subsets', (law, n) => {
    for (const { p, q } of pairs) expect(optimum(p, q, n, law)).toBeCloseTo(bruteForce(p, q, n, law), 12);
  });
  test('for three that differ is not known', () => {
    expect(optimum(p, q, 3, 'without')).toBeNull();
    expect(acceptanceRules.recursive_without.rate(p, q, 3)).toBeNull();
  });
});
