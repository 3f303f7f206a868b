import { describe, expect, test } from 'vitest';
import { acceptanceRules, type AcceptanceRule } from '../acceptance/index.ts';
import { optimum } from '../acceptance/optimum.ts';
import { judgeTexts, settings } from '../algorithmConformance.ts';
import { softmax } from '../draw.ts';
import { randomModel, runSync, tinyRequest } from '../testing.ts';
import type { Algorithm } from '../types.ts';
import { multiDraft, multiDraftWith } from './multiDraft.ts';
import { speculative } from './speculative.ts';

const { recursive, recursive_without, top_plus_one, ordered, canonical, k_seq } = acceptanceRules;
const vocab = 5;
const target = randomModel({ vocab, seed: 1 });
const draft = randomModel({ vocab, seed: 2 });
const request = tinyRequest({ vocab, maxTokens: 12, samples: 4, prompt: [0, 1], endTokens: [4] });
const run = (drafts: number, tokens: number, rule: keyof typeof acceptanceRules = 'best_known', of = draft) =>
  runSync(multiDraft, request, { target, draft: of }, { drafts, tokens, rule });

describe('several drafts', () => {
  test('one draft is speculative sampling: the same texts from the same numbers, in the same passes', () => {
    const one = runSync(speculative, request, { target, draft }, { tokens: 3 });
    for (const rule of ['best_known', 'recursive', 'k_seq', 'ordered', 'canonical', 'recursive_without'] as const) {
      const many = run(1, 3, rule);
      expect(many.samples.map((s) => s.tokens)).toEqual(one.samples.map((s) => s.tokens));
      expect(many.samples.map((s) => s.records)).toEqual(one.samples.map((s) => s.records));
      expect([many.passes, many.proposed, many.accepted]).toEqual([one.passes, one.proposed, one.accepted]);
    }
  });
  test('a draft equal to the target is always accepted: tokens + 1 a pass', () => {
    const { accepted, proposed, samples } = run(3, 3, 'best_known', target);
    expect(accepted).toBe(proposed);
    expect(samples.every((s) => s.records.every((r) => r.by !== 'corrected'))).toBe(true);
  });
  test('of one token ahead as many are accepted as the rule says, within four standard errors', () => {
    const p = Float64Array.from(softmax(Float32Array.of(1, 0.2, -0.5, 0, -1)));
    const q = Float64Array.from(softmax(Float32Array.of(-1, 0.5, 0.4, -0.3, 0.9)));
    const still = (law: Float64Array) => ({ vocab, logits: () => Float32Array.from(law, Math.log) });
    const long = tinyRequest({ vocab, maxTokens: 40, samples: 60, prompt: [0] });
    for (const rule of Object.values(acceptanceRules))
      for (const drafts of [1, 2]) {
        const params = { drafts, tokens: 1, rule: rule.id as keyof typeof acceptanceRules };
        const { accepted, proposed } = runSync(multiDraft, long, { target: still(p), draft: still(q) }, params);
        const rate = rule.rate(p, q, drafts)!;
        const sd = Math.sqrt((rate * (1 - rate)) / proposed);
        expect(Math.abs(accepted / proposed - rate), `${rule.id}, ${drafts}`).toBeLessThan(4 * sd + 1e-6);
        expect(rate).toBeLessThanOrEqual(optimum(p, q, drafts, rule.law)! + 1e-12);
      }
  });
  test('at most samples × drafts sequences are open, and a longer draft than there is room for is cut', () => {
    const { mostOpen } = run(3, 2);
    expect(mostOpen).toBeLessThanOrEqual(
      multiDraft.sequences!(request.samples, { drafts: 3, tokens: 2, rule: 'ordered' }),
    );
    expect(mostOpen).toBeGreaterThan(request.samples);
    const short = tinyRequest({ vocab, maxTokens: 1, prompt: [0, 1] });
    expect(runSync(multiDraft, short, { target, draft }, { drafts: 4, tokens: 8, rule: 'ordered' }).proposed).toBe(0);
  });
});

/** A rule with something broken in it. */
const broken = (rule: AcceptanceRule, weigh: AcceptanceRule['weigh'], law = rule.law, drafts = 2): Algorithm => ({
  ...multiDraft,
  run: (r) => multiDraftWith(r, { drafts, tokens: 2 }, { ...rule, law, weigh }),
});
describe('4,000 texts find', () => {
  test.each<[string, Algorithm]>([
    ['drafts that differ, judged as if drawn alike', broken(ordered, ordered.weigh, 'without')],
    ['drafts drawn alike, judged as if they differ', broken(recursive_without, recursive_without.weigh, 'iid', 4)],
    ['the top, judged as if drawn', broken(ordered, ordered.weigh, 'top_plus_one')],
    ['drawn drafts, judged as the top and one', broken(top_plus_one, top_plus_one.weigh, 'iid')],
    ['an order judged for one draft more', broken(ordered, (p, q, t) => ordered.weigh(p, q, [...t, t[0]!]))],
    [
      'a choice judged as a single draft',
      broken(canonical, (p, q, t) => recursive.weigh(p, q, [canonical.weigh(p, q, t).tries[0]!.token])),
    ],
    [
      'K-SEQ with ρ of one draft',
      broken(k_seq, (p, q, t) => ({
        ...k_seq.weigh(p, q, t),
        tries: t.map((x) => ({ token: x, probability: Math.min(1, p[x]! / q[x]!) })),
      })),
    ],
    [
      'a refused draft that leaves the target as it was',
      broken(recursive, (p, q, t) => ({
        tries: t.map((x) => ({ token: x, probability: Math.min(1, p[x]! / q[x]!) })),
        residual: recursive.weigh(p, q, t).residual,
      })),
    ],
  ])('%s', (_, algorithm) => {
    expect(judgeTexts(algorithm, settings.plain, undefined, { texts: 4000 }).passed).toBe(false);
  });
});
