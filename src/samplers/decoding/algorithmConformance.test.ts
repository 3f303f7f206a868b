import { describe, expect, test } from 'vitest';
import { algorithmConformanceCases, judgeTexts, settings, type Setting } from './algorithmConformance.ts';
import { algorithmIds, algorithms } from './algorithms.ts';
import { firstCode, narrow } from './algorithms/arithmetic.ts';
import { draftModel, speculative } from './algorithms/speculative.ts';
import { applyChain, chooseToken, observeChain, startChain } from './chain.ts';
import { contextAt } from './common.ts';
import { draw } from './draw.ts';
import { drawSamples } from './sampled.ts';
import { judge, speculate, type Drafter } from './speculation.ts';
import { enumerate } from './testing.ts';
import type { Algorithm, Answer, DecodeOp, ForwardAnswer } from './types.ts';

const cases = [...algorithmConformanceCases()];

test.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
  const { passed, details } = c.run();
  expect(passed, `${c.title} — ${details}`).toBe(true);
});

test('every algorithm that keeps the distribution is tested in every setting; ids are unique', () => {
  for (const id of algorithmIds)
    for (const name of Object.keys(settings))
      expect(
        cases.some((c) => c.id === `${id}/${name}`),
        `${id}/${name}`,
      ).toBe(algorithms[id].preservesDistribution);
  expect(new Set(cases.map((c) => c.id)).size).toBe(cases.length);
  expect(cases[0]!.run().details).toMatch(/^\d+ texts of \d+ possible: G = .* Any bias of [\d.]+ %/);
});

test('the enumeration is a distribution, and the settings are not trivial', () => {
  for (const [name, { request, target, draft, ...rest }] of Object.entries(settings) as [string, Setting][]) {
    const exact = enumerate(request, target, rest.uniforms);
    const other = enumerate(request, draft, rest.uniforms);
    expect([...exact.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const apart =
      [...new Set([...exact.keys(), ...other.keys()])].reduce(
        (sum, key) => sum + Math.abs((exact.get(key) ?? 0) - (other.get(key) ?? 0)),
        0,
      ) / 2;
    expect(apart, `${name}: total variation between target and draft`).toBeGreaterThan(0.25);
  }
});

/** Speculative sampling with something broken in it. */
const broken = (some: {
  rule?: typeof judge;
  drafter?: (inner: Drafter, request: Parameters<Algorithm['run']>[0]) => Drafter;
  answer?: (o: DecodeOp) => { instead: Answer } | null;
  after?: (o: DecodeOp, answer: Answer) => Answer;
}): Algorithm<{ tokens: number }> => ({
  ...speculative,
  *run(request, { tokens }) {
    const inner = speculate(
      request,
      function* () {
        const drafter = yield* draftModel(request, tokens);
        return some.drafter?.(drafter, request) ?? drafter;
      },
      some.rule,
    );
    for (let step = inner.next(); !step.done;) {
      const instead = some.answer?.(step.value);
      const got = instead ? instead.instead : yield step.value;
      step = inner.next(some.after ? some.after(step.value, got) : got);
    }
  },
});
const residual = (p: Float64Array, q: Float64Array) => p.map((v, t) => Math.max(0, v - q[t]!));
const faults: [string, Algorithm<{ tokens: number }>, keyof typeof settings][] = [
  [
    'accepts with min(1, q/p)',
    broken({
      rule: (p, x, a, r) =>
        a * p[x.token]! < x.q![x.token]! ? { token: x.token, accepted: true } : judge(p, x, 1 - 2 ** -24, r),
    }),
    'plain',
  ],
  ['accepts everything', broken({ rule: (_, x) => ({ token: x.token, accepted: true }) }), 'plain'],
  [
    'corrects from p instead of the residual',
    broken({
      rule: (p, x, a, r) => {
        const v = judge(p, x, a, r);
        return v.accepted ? v : { token: draw(p, r), accepted: false };
      },
    }),
    'plain',
  ],
  [
    'does not renormalise the residual',
    broken({
      rule: (p, x, a, r) => {
        const v = judge(p, x, a, r);
        return v.accepted ? v : { token: draw(residual(p, x.q!), r), accepted: false };
      },
    }),
    'plain',
  ],
  ['uses one uniform for acceptance and residual', broken({ rule: (p, x, a) => judge(p, x, a, a) }), 'plain'],
  [
    'draws the bonus from the row before',
    broken({
      after: (o, got) =>
        o.op === 'forward' && o.model === 'target' && o.want === 'all'
          ? { logits: (got as ForwardAnswer).logits.map((rows) => [...rows.slice(0, -1), rows.at(-2) ?? rows.at(-1)!]) }
          : got,
    }),
    'long',
  ],
  [
    'reads every row one place late',
    broken({
      after: (o, got) =>
        o.op === 'forward' && o.model === 'target' && o.want === 'all'
          ? { logits: (got as ForwardAnswer).logits.map((rows) => [...rows.slice(1), rows.at(-1)!]) }
          : got,
    }),
    'plain',
  ],
  [
    "leaves rejected tokens in the target's cache",
    broken({ answer: (o) => (o.op === 'rollback' && o.model === 'target' ? { instead: undefined } : null) }),
    'long',
  ],
  [
    "lets the chain's memory follow the proposals",
    broken({
      drafter: (inner, request) => ({
        ...inner,
        *propose(live, room) {
          const proposals = yield* inner.propose(live, room);
          live.forEach((s, i) => {
            const x = proposals[i]![0];
            if (x)
              s.state = observeChain(
                request.chain,
                s.state,
                applyChain(
                  settings.mirostat.draft.logits(s.tokens),
                  contextAt(request, s.index, s.tokens),
                  request.chain,
                  s.state,
                ),
                x.token,
              );
          });
          return proposals;
        },
      }),
    }),
    'mirostat',
  ],
];

describe('teeth', () => {
  test('the harness that plants the faults plants none by itself', () =>
    expect(judgeTexts(broken({}), settings.plain, { tokens: 2 }).passed).toBe(true));
  test.each(faults)('speculative sampling that %s goes red', (_, algorithm, setting) => {
    const { passed, details } = judgeTexts(algorithm, settings[setting], { tokens: 2 });
    expect(passed, details).toBe(false);
  });

  test('arithmetic sampling with codes that are not narrowed, or not shifted, goes red', () => {
    const fake = (first: (seed: number, index: number) => number, next: typeof narrow): Algorithm<object> => ({
      ...algorithms.arithmetic,
      params: {},
      *run(request) {
        const chain = startChain(request.chain);
        yield* drawSamples(
          request,
          (index) => ({ code: first(request.seed, index), width: 0 }),
          (sample, logits, state) => {
            const context = contextAt(request, sample.index, sample.tokens);
            const { token, record } = chooseToken(logits, context, request.chain, chain, { u: state.code });
            const { probabilities: p, order } = applyChain(logits, context, request.chain, chain);
            return {
              token,
              record,
              state: next(
                state,
                [...order.subarray(0, order.indexOf(token))].reduce((sum, t) => sum + p[t]!, 0),
                p[token]!,
              ),
            };
          },
        );
      },
    });
    const lattice = (seed: number, index: number) => firstCode({ seed, samples: 4 }, index, 'lattice');
    const options = { texts: 6000, batch: 4, apart: true };
    expect(judgeTexts(fake(lattice, narrow), settings.plain, {}, options).passed).toBe(true);
    expect(
      judgeTexts(
        fake(lattice, (state) => state),
        settings.plain,
        {},
        options,
      ).passed,
    ).toBe(false);
    expect(
      judgeTexts(
        fake((_, index) => index / 4, narrow),
        settings.plain,
        {},
        options,
      ).passed,
    ).toBe(false);
  });

  test('a text that the model cannot write is named', () => {
    const wrong: Algorithm<object> = {
      ...algorithms.sampling,
      run: (request) => algorithms.sampling.run({ ...request, endTokens: [] }, {}),
    };
    expect(judgeTexts(wrong, settings.plain, {}).details).toMatch(/^The text "[a-d]+" cannot come from this model/);
  });
});
