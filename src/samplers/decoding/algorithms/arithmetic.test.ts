import { describe, expect, test } from 'vitest';
import { enumerate, randomModel, runSync, textKey, tinyRequest } from '../testing.ts';
import { arithmetic, firstCode, narrow, radicalInverse, refine } from './arithmetic.ts';

const vocab = 4;
const target = randomModel({ vocab, seed: 7 });

test('codes: evenly spaced, shifted alike, filling gaps', () => {
  expect([0, 1, 2, 3, 4, 5].map(radicalInverse)).toEqual([0, 0.5, 0.25, 0.75, 0.125, 0.625]);
  for (const codes of ['lattice', 'van_der_corput'] as const) {
    const all = Array.from({ length: 8 }, (_, i) => firstCode({ seed: 3, samples: 8 }, i, codes)).sort((a, b) => a - b);
    all.forEach((c, i) => expect(c).toBeCloseTo(all[0]! + i / 8, 12));
    expect(all[0]).not.toBe(0);
  }
  expect(firstCode({ seed: 3, samples: 8 }, 1, 'random')).not.toBeCloseTo(
    firstCode({ seed: 3, samples: 8 }, 0, 'random'),
    3,
  );
});

test('evenly spaced codes give each text its share, rounded up or down', () => {
  const samples = 64;
  for (let seed = 0; seed < 20; seed++) {
    const request = tinyRequest({ vocab, maxTokens: 3, samples, seed });
    const exact = enumerate(request, target);
    const counts = new Map<string, number>();
    for (const s of runSync(arithmetic, request, { target }).samples)
      counts.set(textKey(s.tokens), (counts.get(textKey(s.tokens)) ?? 0) + 1);
    // An interval of length p holds ⌊Np⌋ or ⌈Np⌉ points of a lattice. Independent draws would miss this almost surely.
    for (const [text, p] of exact) expect(Math.abs((counts.get(text) ?? 0) - samples * p)).toBeLessThan(1);
  }
});

describe('the bits of a code', () => {
  test('each token uses up its information; what is known never gets coarser than 2^-40 before a choice', () => {
    let state = { code: 0.7, width: 2 ** -48 };
    state = narrow(state, 0.5, 0.25);
    expect(state).toEqual({ code: (0.7 - 0.5) / 0.25, width: 2 ** -46 });
    expect(
      refine(state, () => {
        throw new Error('fine enough');
      }),
    ).toEqual(state);
    for (let i = 0; i < 4; i++) state = narrow(state, 0, 0.25 + 0.75 * state.code);
    state = narrow({ ...state, code: 0.3 }, 0.25, 2 ** -12);
    expect(state.width).toBeGreaterThan(2 ** -40);
    expect(refine(state, () => 0.5).width).toBeLessThanOrEqual(2 ** -40);
    expect(refine({ code: 1 - 2 ** -53, width: 1 }, () => 1 - 2 ** -48).code).toBeLessThan(1);
    expect(refine({ code: 0, width: 1 }, () => 0.123).code).toBe(0.123); // nothing known: the whole code is new
    expect(narrow({ code: 0.2, width: 2 ** -41 }, 0.2, 2 ** -60)).toEqual({ code: 0, width: 1 });
  });

  test('codes are still uniform 400 tokens later (mean and variance, N = 4000, within 5 σ √(5/3))', () => {
    const model = { vocab, logits: () => new Float32Array(vocab) };
    const us: number[] = [];
    for (let seed = 0; seed < 10; seed++)
      for (const s of runSync(arithmetic, tinyRequest({ vocab, maxTokens: 400, context: 500, samples: 1, seed }), {
        target: model,
      }).samples)
        us.push(...s.records.map((r) => r.u!));
    const n = us.length;
    const mean = us.reduce((a, b) => a + b) / n;
    const variance = us.reduce((a, b) => a + (b - 0.5) ** 2, 0) / n;
    // Four equal tokens shift the code by two bits, so that nothing but fresh bits keeps it moving. A code and the k-th
    // next have correlation 4^-k, which multiplies the variance of a mean by 5/3.
    expect(n).toBe(4000);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(5 / 3 / 12 / n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(5 / 3 / 180 / n));
  });

  test('teeth: without fresh bits a code freezes within 100 tokens', () => {
    let state = { code: 0.637, width: 2 ** -48 };
    for (let i = 0; i < 100; i++) state = state.code < 0.5 ? narrow(state, 0, 0.5) : narrow(state, 0.5, 0.5);
    expect(state.code).toBe(0);
  });
});

test('van der Corput and random codes do not depend on the number of samples; a lattice does', () => {
  const of = (codes: 'lattice' | 'van_der_corput' | 'random', samples: number) =>
    runSync(arithmetic, tinyRequest({ vocab, maxTokens: 6, samples }), { target }, { codes }).samples;
  for (const codes of ['van_der_corput', 'random'] as const) expect(of(codes, 3)).toEqual(of(codes, 6).slice(0, 3));
  expect(of('lattice', 3)).not.toEqual(of('lattice', 6).slice(0, 3));
});
