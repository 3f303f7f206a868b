// The keyed random numbers, written down: links reproduce because these never change, on the CPU and in WGSL alike.
import { describe, expect, test } from 'vitest';
import { BETWEEN_NODES, BROWNIAN_DRAW, brownianIncrement } from './brownian.ts';
import { INITIAL_DRAW, NORMAL_KEY, normals } from './normal.ts';
import { philox4x32 } from './philox.ts';
import { PURPOSES, tokenBits, TOKEN_KEY, tokenUniform, type Purpose } from './tokenUniform.ts';
import { UNIFORM_KEY, uniforms } from './uniform.ts';

const near = (values: readonly number[]) => values.map((v) => expect.closeTo(v, 14) as number);
const word = (counter: readonly [number, number, number], seed: number, key: number, index = 0) =>
  philox4x32(...counter, 0, seed, key, new Uint32Array(4))[index]!;

test('keys are four letters each, and draw numbers keep apart', () => {
  const ascii = (text: string) => [...text].reduce((n, c) => n * 256 + c.charCodeAt(0), 0);
  expect([NORMAL_KEY, UNIFORM_KEY, TOKEN_KEY]).toEqual(['STEP', 'UNIF', 'TOKN'].map(ascii));
  expect([INITIAL_DRAW, BROWNIAN_DRAW, BETWEEN_NODES]).toEqual([0, 2 ** 30, 1.5 * 2 ** 30]);
  expect(PURPOSES).toEqual({ draw: 0, accept: 1, residual: 2, xtc: 3, code: 4, shift: 5, draft: 6 });
});

test('normals: pinned, odd widths and samples numbered from another', () => {
  expect([...normals(1, 0, 2, 3)]).toEqual(
    near([
      -0.04961624539747023, -0.08659172931153342, -1.5031245539762021, -1.8611458177300682, -0.13792971834138765,
      -0.12118144570769272,
    ]),
  );
  const five = near([
    1.653867014988484, -0.7746163045342467, 0.385592108164161, -0.14859448185020047, -0.13010137614306072,
  ]);
  expect([...normals(5, 7, 1, 5, undefined, 2)]).toEqual(five);
  const own = new Float64Array(7).fill(9);
  expect(normals(5, 7, 1, 5, own, 2)).toBe(own);
  expect([...own]).toEqual([...five, 9, 9]);
});

test('uniforms: pinned, and word index & 3 of counter (index >> 2, draw), its upper 24 bits', () => {
  const want = [0.49612218141555786, 0.5688514113426208, 0.8953806757926941, 0.08971166610717773, 0.7021845579147339];
  expect([...uniforms(1, 0, 5)]).toEqual(want);
  expect([...uniforms(5, 3, 2)]).toEqual([0.16671252250671387, 0.43744200468063354]);
  const nine = uniforms(77, 4, 9);
  nine.forEach((u, i) =>
    expect(u).toBe(Math.floor(word([Math.floor(i / 4), 4, 0], 77, UNIFORM_KEY, i % 4) / 256) / 2 ** 24),
  );
  expect(uniforms(1, 0, 0)).toHaveLength(0);
});

test('a token’s uniform: pinned for every purpose, and counter (position, sample, purpose) under the seed', () => {
  const pinned = [
    0.002067387104034424, 0.2548443675041199, 0.7905628085136414, 0.12396019697189331, 0.3451845049858093,
    0.027186095714569092, 0.6554762125015259,
  ];
  Object.entries(PURPOSES).forEach(([purpose, number], i) => {
    expect(tokenUniform(5, 3, 17, purpose as Purpose)).toBe(pinned[i]);
    expect(tokenBits(5, 3, 17, purpose as Purpose)).toBe(word([17, 3, number], 5, TOKEN_KEY));
  });
  for (let at = 0; at < 40; at++) {
    const bits = tokenBits(1, 0, at, 'draw');
    expect(tokenUniform(1, 0, at, 'draw')).toBe(Math.floor(bits / 256) / 2 ** 24); // also above 2^31
  }
});

describe('the Brownian path', () => {
  const draws = (list: ReturnType<typeof brownianIncrement>) => list.map(([w, d]) => [w, d - BROWNIAN_DRAW] as const);
  test('pinned', () => {
    const list = draws(brownianIncrement(3, 1.7));
    expect(list).toHaveLength(23);
    expect(list.slice(0, 4)).toEqual(
      [
        [0.00004846694267227353, 0],
        [0.4846694267227357, 1],
        [-0.004846694291460855, 2],
        [-0.04846936620117366, 5],
      ].map(([w, d]) => [expect.closeTo(w!, 14), d]),
    );
  });
  test('inside a cell: a hash of both ends in their order', () => {
    expect(brownianIncrement(1, 0.99999)).toEqual([[1, 1781713992]]);
    expect(brownianIncrement(0.99999, 1)).toEqual([[1, 1835574941]]);
    expect(brownianIncrement(9e5, 5e4)).toEqual([[1, 1777619864]]);
    // FNV-1a over the four words of the two numbers, each word with its upper 17 bits folded in.
    const hash = (from: number, to: number) => {
      let h = 0x811c9dc5n;
      for (const w of new Uint32Array(Float64Array.of(from, to).buffer))
        h = ((h ^ BigInt(w) ^ BigInt(Math.floor(w / 2 ** 15))) * 0x01000193n) % 2n ** 32n;
      return BETWEEN_NODES + Number((h ^ (h / 16n)) % 2n ** 28n);
    };
    for (const [from, to] of [
      [1, 0.99999],
      [2, 1.99998],
      [0.05, 0.0499999],
      [1e-5, 1e-6],
      [1e6, 2e4],
    ] as const)
      expect(brownianIncrement(from, to)).toEqual([[1, hash(from, to)]]);
  });
  const tau = (sigma: number, eta: number) => sigma ** (-2 * eta);
  test.each([1, 0.5])('from the top to the middle and both quarters by the bridge’s formula, η = %f', (eta) => {
    // The range is 1e4 … 1e-4: the middle is 1, the quarters are 100 and 0.01; B is 0 at the top.
    const [top, low] = [tau(1e4, eta), tau(1e-4, eta)];
    const at = (sigma: number) => tau(sigma, eta) - top;
    const whole = low - top;
    const unit = (weights: readonly number[]) => {
      const norm = Math.hypot(...weights);
      return weights.map((w) => expect.closeTo(w / norm, 12) as number);
    };
    // B(end) = √whole·z₀; B(1) = at/whole·B(end) + √(at·(whole − at)/whole)·z₁.
    const middle = [(at(1) / whole) * Math.sqrt(whole), Math.sqrt((at(1) * (whole - at(1))) / whole)];
    expect(draws(brownianIncrement(1e4, 1e-4, eta))).toEqual([[1, 0]]);
    const toMiddle = draws(brownianIncrement(1e4, 1, eta));
    expect(toMiddle.map(([, d]) => d)).toEqual([0, 1]);
    expect(toMiddle.map(([w]) => w)).toEqual(unit(middle));
    // Left quarter: between 0 at the top and B(1), node 2.
    const share = at(100) / at(1);
    const left = draws(brownianIncrement(1e4, 100, eta));
    expect(left.map(([, d]) => d)).toEqual([0, 1, 2]);
    expect(left.map(([w]) => w)).toEqual(
      unit([share * middle[0]!, share * middle[1]!, Math.sqrt(at(100) * (1 - share))]),
    );
    // Right quarter: between B(1) and the end, node 3.
    const span = whole - at(1);
    const right = (at(0.01) - at(1)) / span;
    const list = draws(brownianIncrement(1e4, 0.01, eta));
    expect(list.map(([, d]) => d).toSorted()).toEqual([0, 1, 3]);
    const weight = (d: number) => list.find(([, e]) => e === d)![0];
    const [z0, z1, z3] = unit([
      (1 - right) * middle[0]! + right * Math.sqrt(whole),
      (1 - right) * middle[1]!,
      Math.sqrt(span * right * (1 - right)),
    ]);
    expect([weight(0), weight(1), weight(3)]).toEqual([z0, z1, z3]);
  });
  test('a level goes to its nearest node, 2.8e-4 apart in log σ, and no farther than the ends', () => {
    const cell = Math.log(1e8) / 65536;
    const list = (from: number, to: number) => brownianIncrement(from, to);
    expect(list(3, Math.exp(-0.49 * cell))).toEqual(list(3, 1));
    expect(list(3, Math.exp(0.49 * cell))).toEqual(list(3, 1));
    expect(list(3, Math.exp(-0.51 * cell))).not.toEqual(list(3, 1));
    expect(list(3, Math.exp(-0.51 * cell))).toEqual(list(3, Math.exp(-cell)));
    expect(list(3, Math.exp(0.51 * cell))).toEqual(list(3, Math.exp(cell)));
    expect(list(1e9, 1)).toEqual(list(1e4, 1));
    expect(list(1, 1e-9)).toEqual(list(1, 1e-4));
    expect(brownianIncrement(2, 1)).toEqual(brownianIncrement(2, 1, 1));
  });
});
