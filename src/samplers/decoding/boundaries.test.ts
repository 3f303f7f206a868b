// Every stage that cuts: exactly at its threshold, one below and one above, ties, and the ends of its parameters. Two
// masses closer than 1e-12 are the same mass (`ROUND`); what is closer and what is farther is tried on both sides.
import { describe, expect, test } from 'vitest';
import { stages, type StageId } from './stages.ts';
import { zipfExponent, zipfK } from './stages/mirostat.ts';
import { COLDEST } from './stages/temperature.ts';
import type { Stage, StageContext } from './types.ts';

const near = 0.95e-12; // still the same
const far = 1.05e-12; // another
const falling = [0.5, 0.3, 0.15, 0.05];
const half = [0.5, 0.25, 0.125, 0.125];
const flat = [0.25, 0.25, 0.25, 0.25];

type Params = Readonly<Record<string, number | string | boolean>>;
const context = (some: Partial<StageContext> = {}): StageContext => ({
  history: [],
  promptLength: 0,
  uniform: () => 0,
  text: () => 'x',
  ...some,
});
/** What a stage makes of a row, which it may neither write nor hand back. */
function apply(
  id: StageId,
  logits: readonly number[],
  params: Params,
  some: Partial<StageContext> = {},
  state?: object,
): Float64Array {
  const stage: Stage = stages[id];
  const row = Float64Array.from(logits);
  const out = stage.apply(row, context(some), params, state ?? stage.start?.(params));
  expect([...row]).toEqual([...logits]);
  expect(out).not.toBe(row);
  return out;
}
/** Tokens that are left. */
const kept = (id: StageId, p: readonly number[], params: Params, some: Partial<StageContext> = {}, state?: object) =>
  [...apply(id, p.map(Math.log), params, some, state)].flatMap((l, i) => (l > -Infinity ? [i] : []));

describe('what is kept, at, below and above', () => {
  test.each<[StageId, readonly number[], Params, number[]]>([
    ['top_k', flat, { k: 1 }, [0]],
    ['top_k', flat, { k: 3 }, [0, 1, 2]],
    ['top_k', flat, { k: 4 }, [0, 1, 2, 3]],
    ['top_k', flat, { k: 5 }, [0, 1, 2, 3]],
    ['top_k', [0.1, 0.3, 0.3, 0.3], { k: 2 }, [1, 2]],
    ['top_k', half, { k: 0 }, [0]],

    ['top_p', falling, { p: 0 }, [0]],
    ['top_p', falling, { p: 0.5 }, [0]],
    ['top_p', falling, { p: 0.5 + near }, [0]],
    ['top_p', falling, { p: 0.5 + far }, [0, 1]],
    ['top_p', falling, { p: 0.8 + near }, [0, 1]],
    ['top_p', falling, { p: 0.8 + far }, [0, 1, 2]],
    ['top_p', falling, { p: 0.95 + near }, [0, 1, 2]],
    ['top_p', falling, { p: 0.95 + far }, [0, 1, 2, 3]],
    ['top_p', flat, { p: 0.5 }, [0, 1]],
    ['top_p', flat, { p: 0.5 + far }, [0, 1, 2]],
    ['top_p', [1 - 1e-15, 1e-15], { p: 1 }, [0, 1]],
    ['top_p', [1 - 1e-15, 1e-15], { p: 1 - 2 ** -53 }, [0]],

    ['min_p', [0.5, 0.25, 0.2, 0.05], { p: 0.5 * (1 + near) }, [0, 1]],
    ['min_p', [0.5, 0.25, 0.2, 0.05], { p: 0.5 * (1 + far) }, [0]],
    ['min_p', [0.05, 0.25, 0.2, 0.5], { p: 0.1 }, [0, 1, 2, 3]],
    ['min_p', [0.05, 0.25, 0.2, 0.5], { p: 0.1 * (1 + far) }, [1, 2, 3]],
    ['min_p', [1 - 1e-300, 1e-300], { p: 0 }, [0, 1]],
    ['min_p', flat, { p: 1 }, [0, 1, 2, 3]],

    // Distances from H = 1.75 bits: 0.75, 0.25, 1.25, 1.25.
    ['typical_p', half, { p: 0 }, [1]],
    ['typical_p', half, { p: 0.25 + near }, [1]],
    ['typical_p', half, { p: 0.25 + far }, [0, 1]],
    ['typical_p', half, { p: 0.75 }, [0, 1]],
    ['typical_p', half, { p: 0.75 + far }, [0, 1, 2]],
    ['typical_p', half, { p: 0.875 + far }, [0, 1, 2, 3]],
    ['typical_p', [1 - 1e-15, 1e-15], { p: 1 }, [0, 1]],
    ['typical_p', [0.5, 0.5, 0], { p: 0.9 }, [0, 1]],

    ['epsilon_cutoff', falling, { epsilon: 0.15 }, [0, 1]],
    ['epsilon_cutoff', falling, { epsilon: 0.15 * (1 - near) }, [0, 1]],
    ['epsilon_cutoff', falling, { epsilon: 0.15 * (1 - far) }, [0, 1, 2]],
    ['epsilon_cutoff', falling, { epsilon: 0.05 }, [0, 1, 2]],
    ['epsilon_cutoff', falling, { epsilon: 1 }, [0]],
    ['epsilon_cutoff', [1 - 1e-300, 1e-300], { epsilon: 0 }, [0, 1]],

    // Flat over four: √ε·e^−H = √ε/4, below ε from ε = 1/16 on.
    ['eta_cutoff', flat, { epsilon: 1 }, [0]],
    ['eta_cutoff', flat, { epsilon: 1 - 4 * far }, [0, 1, 2, 3]],
    // H = 1.75 bits, e^−H = 2^−1.75: the bar is √ε·2^−1.75 = 0.125 at ε = 2^−2.5, and ε itself below 2^−3.5.
    ['eta_cutoff', half, { epsilon: 2 ** -2.5 }, [0, 1]],
    ['eta_cutoff', half, { epsilon: 2 ** -2.5 * (1 - 1e-9) }, [0, 1, 2, 3]],
    ['eta_cutoff', half, { epsilon: 2 ** -2.5 * (1 + 1e-9) }, [0, 1]],
    ['eta_cutoff', half, { epsilon: 2 ** -3.5 }, [0, 1, 2, 3]],
    ['eta_cutoff', [0.999, 0.001], { epsilon: 0.001 }, [0]], // ε decides: the entropy is low
    ['eta_cutoff', [0.999, 0.001], { epsilon: 0.001 * (1 - 2 * far) }, [0, 1]],
    ['eta_cutoff', [1 - 1e-300, 1e-300], { epsilon: 0 }, [0, 1]],

    // Curvature 0.35, 0.05 of 0.4: shares 0.875 and 0.125.
    ['tail_free', [0.6, 0.2, 0.15, 0.05], { z: 0.875 - 2 * far }, [0, 1]],
    ['tail_free', [0.6, 0.2, 0.15, 0.05], { z: 0.875 }, [0, 1, 2]],
    ['tail_free', [0.6, 0.2, 0.15, 0.05], { z: 0.99 }, [0, 1, 2]],
    ['tail_free', [0.6, 0.2, 0.15, 0.05], { z: 0 }, [0, 1]],
    ['tail_free', [0.6, 0.2, 0.15, 0.05], { z: 1 }, [0, 1, 2, 3]],
    ['tail_free', [0.6, 0.2, 0.15, 0.05], { z: 1 - near }, [0, 1, 2, 3]],
    ['tail_free', falling, { z: 0.5 - near }, [0, 1, 2]],
    ['tail_free', falling, { z: 0.5 - far }, [0, 1]],
    ['tail_free', [0.9, 0.1], { z: 0.5 }, [0, 1]], // two have no curvature
    ['tail_free', [0.9, 0.06, 0.04], { z: 0.5 }, [0, 1]],
    ['tail_free', [0.4, 0.3, 0.2, 0.1], { z: 0.01 }, [0, 1, 2, 3]], // a straight line bends nowhere
    ['tail_free', [0, 1, 0], { z: 0.5 }, [1]],

    ['top_h', flat, { alpha: 0.5 }, [0, 1]],
    ['top_h', flat, { alpha: 0.5 - 0.68e-12 }, [0, 1]], // of ln 4, so 0.94e-12
    ['top_h', flat, { alpha: 0.5 - 0.76e-12 }, [0]],
    ['top_h', half, { alpha: 0 }, [0]],
    ['top_h', half, { alpha: 1 }, [0, 1, 2, 3]],
    ['top_h', [0.1, 0.2, 0.7], { alpha: 0.6 }, [2]], // bound 0.694 of 1.157 bits; 2/9, 7/9 have 0.764
    ['top_h', [0.1, 0.2, 0.7], { alpha: 0.7 }, [1, 2]], // bound 0.81

    // k = 2^μ on a flat row, to the nearest: μ = 2τ.
    ['mirostat', flat, { tau: Math.log2(2.49) / 2, eta: 0.1 }, [0, 1]],
    ['mirostat', flat, { tau: Math.log2(2.51) / 2, eta: 0.1 }, [0, 1, 2]],
    ['mirostat', flat, { tau: 9, eta: 0.1 }, [0, 1, 2, 3]],
    ['mirostat', [1], { tau: 9, eta: 0.1 }, [0]],
    ['mirostat', [0.3, 0.7, 0], { tau: 0.01, eta: 0.1 }, [1]],

    ['mirostat_v2', half, { tau: 1 - near / 2, eta: 0.1 }, [0, 1]],
    ['mirostat_v2', half, { tau: 1 - far / 2, eta: 0.1 }, [0]],
    ['mirostat_v2', half, { tau: 1.5 - far / 2, eta: 0.1 }, [0, 1]],
    ['mirostat_v2', half, { tau: 0.1, eta: 0.1 }, [0]],

    ['xtc', [0.4, 0.3, 0.2, 0.1], { threshold: 0.2 + near, probability: 1 }, [2, 3]],
    ['xtc', [0.4, 0.3, 0.2, 0.1], { threshold: 0.2 + far, probability: 1 }, [1, 2, 3]],
    ['xtc', [0.4, 0.3, 0.2, 0.1], { threshold: 0.3 + far, probability: 1 }, [0, 1, 2, 3]],
    ['xtc', [0.4, 0.3, 0.2, 0.1], { threshold: 0.1, probability: 0 }, [0, 1, 2, 3]],
    ['xtc', [0.1, 0.3, 0.3, 0.3], { threshold: 0.3, probability: 1 }, [0, 3]],
  ])('%s of %j with %j keeps %j', (id, p, params, want) => expect(kept(id, p, params)).toEqual(want));

  // In units of ln 2, so that the spread of [0, −d] is d/2 exactly.
  test.each([
    [2, 2, [0, 1]],
    [2, 2 * (1 - near), [0, 1]],
    [2, 2 * (1 - far), [0]],
    [100, 2 * (1 - near), [0, 1]], // the slack grows with the reach
    [100, 2 * (1 - far), [0]],
    [0.01, 2 * (1 - 95e-12), [0, 1]], // and is 1e-12 below 1
    [0.01, 2 * (1 - 105e-12), [0]],
    [2, 0, [0]],
  ])('top_n_sigma: a distance of %f with n = %f keeps %j', (d, n, want) => {
    const left = (logits: number[]) =>
      [...apply('top_n_sigma', logits, { n })].flatMap((l, i) => (l > -Infinity ? [i] : []));
    expect(left([0, -d])).toEqual(want);
    expect(left([0, -d, -Infinity])).toEqual(want); // what is removed does not count
    expect(left([7, 7 - d])).toEqual(want);
  });
  test('top_n_sigma: three distances, divisor N; ties with the best stay at n = 0', () => {
    // −4, −1, 0: mean −5/3, σ = √(26/9) = 1.6997
    expect([...apply('top_n_sigma', [-4, -1, 0], { n: 2.35 })]).toEqual([-Infinity, -1, 0]);
    expect([...apply('top_n_sigma', [-4, -1, 0], { n: 2.36 })]).toEqual([-4, -1, 0]);
    expect([...apply('top_n_sigma', [-4, -1, 0], { n: 0.58 })]).toEqual([-Infinity, -Infinity, 0]);
    expect([...apply('top_n_sigma', [-4, -1, 0], { n: 0.59 })]).toEqual([-Infinity, -1, 0]);
    expect([...apply('top_n_sigma', [0, 0, -1], { n: 0 })]).toEqual([0, 0, -Infinity]);
  });
});

describe('XTC and its own random numbers', () => {
  const choices = [0.4, 0.3, 0.2, 0.1];
  test.each([
    [0.5 - 2 ** -24, 0.5, [2, 3]],
    [0.5, 0.5, [0, 1, 2, 3]],
    [0, 0, [0, 1, 2, 3]],
    [0, 2 ** -24, [2, 3]],
    [1 - 2 ** -24, 1, [2, 3]],
  ])('u = %f against a chance of %f keeps %j', (u, probability, want) => {
    const asked: string[] = [];
    const uniform = (purpose: string) => {
      asked.push(purpose);
      return u;
    };
    expect(kept('xtc', choices, { threshold: 0.2, probability }, { uniform })).toEqual(want);
    expect(asked).toEqual(['xtc']);
  });
  test('a threshold that two can reach is taken, one above is not', () => {
    expect(stages.xtc.refuse!({ threshold: 0.5, probability: 1 })).toBeNull();
    expect(stages.xtc.refuse!({ threshold: 0.51, probability: 1 })).toContain('probability 0.51 or more');
  });
});

describe('temperatures', () => {
  test('the coldest is 0.001, and is one', () => {
    expect(COLDEST).toBe(0.001);
    expect([...apply('temperature', [1, 3], { temperature: 0.001 })]).toEqual([1000, 3000]);
    expect(() => apply('temperature', [1, 3], { temperature: 0.0009 })).toThrow('use greedy decoding');
    expect(() => apply('temperature', [1, 3], { temperature: NaN })).toThrow('use greedy decoding');
    expect(stages.temperature.refuse!({ temperature: 0.001 })).toBeNull();
    expect(stages.temperature.refuse!({ temperature: 0.0009 })).toContain('a temperature of at least 0.001');
    expect([...apply('temperature', [1, -Infinity, 3], { temperature: 2 })]).toEqual([0.5, -Infinity, 1.5]);
  });
  test('dynamic: (t − r) + 2r·share^e, each at its own value', () => {
    const logits = half.map(Math.log);
    const by = (temperature: number, range: number, exponent: number) =>
      apply('dynamic_temperature', logits, { temperature, range, exponent })[1]! / logits[1]!;
    // The share of the entropy is 1.75 of 2 bits.
    expect(1 / by(1.5, 0.5, 1)).toBeCloseTo(1 + 0.875, 12);
    expect(1 / by(1.5, 0.5, 2)).toBeCloseTo(1 + 0.875 ** 2, 12);
    expect(1 / by(0.9, 0.3, 0.5)).toBeCloseTo(0.6 + 0.6 * Math.sqrt(0.875), 12);
    expect(1 / by(2, 0, 3)).toBeCloseTo(2, 12);
    // Certain, and a range that reaches 0: the coldest.
    const [, cold] = apply('dynamic_temperature', [0, -800], { temperature: 1, range: 1, exponent: 1 });
    expect(cold).toBe(-800 / 0.001);
    expect([...apply('dynamic_temperature', [-3, -Infinity], { temperature: 2, range: 1, exponent: 1 })]).toEqual([
      -3,
      -Infinity,
    ]);
    // Two equal of three: share 1, whatever rounding says of H / ln 2.
    expect([...apply('dynamic_temperature', [2, 2, -Infinity], { temperature: 2, range: 2, exponent: 9 })]).toEqual([
      0.5,
      0.5,
      -Infinity,
    ]);
  });
  test('dynamic: a range up to the middle is taken, and a middle from 0.001 on', () => {
    const refuse = (temperature: number, range: number) =>
      stages.dynamic_temperature.refuse!({ temperature, range, exponent: 1 });
    expect(refuse(1, 1)).toBeNull();
    expect(refuse(1, 1.01)).toContain('A range of 1.01 around 1 reaches below 0');
    expect(refuse(0.001, 0.001)).toBeNull();
    expect(refuse(0.0009, 0)).toContain('A middle temperature of 0.0009');
  });
});

describe('Mirostat', () => {
  test('the exponent looks at a hundred tokens and no more', () => {
    const sorted = (n: number, last: number) =>
      Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? last : -Math.log(i + 1)));
    expect(zipfExponent(sorted(100, -50))).toBeGreaterThan(1.01);
    expect(zipfExponent(sorted(101, -50))).toBeCloseTo(1, 12);
    expect(zipfExponent([0, -1, -9], 2)).toBeCloseTo(1 / Math.LN2, 12);
    expect(zipfExponent([])).toBe(0);
    // t = ln 2, ln 3/2; b = 1, 2
    const [t1, t2] = [Math.log(2), Math.log(1.5)];
    expect(zipfExponent([5, 4, 2])).toBeCloseTo((t1 + 2 * t2) / (t1 * t1 + t2 * t2), 12);
    // The row is longer than what the exponent looks at: its tail changes nothing but N.
    const row = Array.from({ length: 130 }, (_, i) => (i < 100 ? 1 / (i + 1) : 1e-9));
    expect(kept('mirostat', row, { tau: 2, eta: 0.1 })).toHaveLength(Math.round(16 / Math.log(130)));
  });
  test('k by its formula on both sides of ŝ = 1 and at ŝ = 0', () => {
    const k = (s: number, mu: number, n: number) => (((s - 1) * 2 ** mu) / (1 - n ** (1 - s))) ** (1 / s);
    for (const s of [0.4, 0.9, 1.2, 3]) expect(zipfK(s, 2.5, 700)).toBeCloseTo(k(s, 2.5, 700), 9);
    expect(zipfK(1, 2.5, 700)).toBeCloseTo(2 ** 2.5 / Math.log(700), 12);
    expect([zipfK(0, 2.5, 700), zipfK(-0.5, 2.5, 700)]).toEqual([2 ** 2.5, 2 ** 2.5]);
  });
  test('μ moves by η times the error, each by its own surprise', () => {
    const event = { token: 0, surprise: 3, entering: 7 };
    const params = { tau: 2, eta: 0.25 };
    expect(stages.mirostat.observe!({ mu: 4 }, event, params)).toEqual({ mu: 4 - 0.25 * 5 });
    expect(stages.mirostat_v2.observe!({ mu: 4 }, event, params)).toEqual({ mu: 4 - 0.25 * 1 });
    expect([stages.mirostat.start!(params), stages.mirostat_v2.start!(params)]).toEqual([{ mu: 4 }, { mu: 4 }]);
    expect(kept('mirostat_v2', half, params, {}, { mu: 1 })).toEqual([0]);
    expect(kept('mirostat', flat, params, {}, { mu: 1 })).toEqual([0, 1]);
  });
});
