import { describe, expect, it } from 'vitest';
import { defaults } from '../core/field.ts';
import { runOps, startOf } from '../engine/diffusion/wrapperTesting.ts';
import type { Asked } from '../core/role.ts';
import { countedCost } from '../engine/diffusion/cost.ts';
import { pool } from '../math/pool.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { dpmpp2m } from '../samplers/diffusion/dpmpp2m.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { karras } from '../schedules/karras.ts';
import { bottleneck } from './bottleneck.ts';

const SIZE = 32;
const DIM = SIZE * SIZE;
const sigmas = karras.sigmas(20, { min: 0.02, max: 20 }, { rho: 7 });
const plain = [...euler.plan(sigmas, {} as never)];
const wrap = (given: object, ops = plain) =>
  bottleneck.rewrite(ops, { ...defaults(bottleneck.params), ...given }, null, null, { height: SIZE, width: SIZE });

/** Waves of a torus of n points, one of each pair of sine and cosine in sum and difference: symmetric, and its own inverse. */
const waves = (n: number) =>
  Array.from({ length: n }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => {
      const angle = (2 * Math.PI * k * i) / n;
      return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(n);
    }),
  );
function transformed(x: Float64Array, n: number, c = waves(n)): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) rows[i * n + k]! += c[k]![j]! * x[i * n + j]!;
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[k * n + j]! += c[k]![i]! * rows[i * n + j]!;
  return out;
}

/** A Gaussian random field on a torus of 32², its power falling as (1 + (k/2)²)^−1.5, of unit variance. */
const frequency = (k: number, n = SIZE) => (k <= n / 2 ? k : k - n);
const raw = Float64Array.from({ length: DIM }, (_, at) =>
  Math.pow(1 + (frequency(at % SIZE) ** 2 + frequency(Math.floor(at / SIZE)) ** 2) / 4, -1.5),
);
const mean = raw.reduce((s, v) => s + v, 0) / DIM;
const power = raw.map((v) => v / mean);
/** Of its averages over 2×2: the powers of the waves that look alike on half the points, each by what averaging leaves of it. */
const half = SIZE / 2;
const lowPower = Float64Array.from({ length: half * half }, (_, at) => {
  const left = (k: number) => Math.cos((Math.PI * k) / SIZE) ** 2;
  let sum = 0;
  for (const a of [0, half])
    for (const b of [0, half]) {
      const [i, j] = [Math.floor(at / half) + a, (at % half) + b];
      sum += (left(i) * left(j) * power[i * SIZE + j]!) / 4;
    }
  return sum;
});
const wiener = (x: Float64Array, n: number, of: Float64Array, sigma: number, c: ReturnType<typeof waves>) =>
  transformed(
    transformed(x, n, c).map((v, k) => (v * of[k]!) / (of[k]! + sigma * sigma)),
    n,
    c,
  );
const [waves32, waves16] = [waves(SIZE), waves(half)];
/** Its exact denoiser at both sizes: of the low picture at half the σ, for that is what averaging leaves of the noise. */
const field = (x: Float64Array, sigma: number, asked?: Asked): Float64Array => {
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += DIM) {
    const picture = x.subarray(at, at + DIM);
    if (asked?.part?.kind !== 'pooled') out.set(wiener(picture, SIZE, power, sigma, waves32), at);
    else {
      const averaged = pool(picture.slice(), SIZE, SIZE);
      const low = Float64Array.from(lowPower, (_, k) => averaged[2 * Math.floor(k / half) * SIZE + 2 * (k % half)]!);
      const d = wiener(low, half, lowPower, sigma / 2, waves16);
      for (let k = 0; k < DIM; k++) out[at + k] = d[Math.floor(k / SIZE / 2) * half + Math.floor((k % SIZE) / 2)]!;
    }
  }
  return out;
};

const N = 16;
/** How far the power of where a plan ends is from the field's: the mean of |log ratio| over rings of one frequency each. */
function spectrumError(ops: readonly Op[]): number {
  const end = runOps(ops, field, startOf(20, N, DIM));
  const rings = Array.from({ length: half + 1 }, () => ({ got: 0, want: 0 }));
  for (let s = 0; s < N; s++)
    transformed(end.slice(s * DIM, (s + 1) * DIM), SIZE, waves32).forEach((v, k) => {
      const ring = rings[Math.round(Math.hypot(frequency(k % SIZE), frequency(Math.floor(k / SIZE))))];
      if (!ring) return;
      ring.got += v * v;
      ring.want += power[k]!;
    });
  return rings.reduce((sum, { got, want }) => sum + Math.abs(Math.log(got / want)) / rings.length, 0);
}

describe('bottleneck sampling', () => {
  it('averages noise to half its deviation, and means to themselves', () => {
    const z = startOf(1, 64, DIM);
    const low = Array.from({ length: 64 }, (_, s) => pool(z.slice(s * DIM, (s + 1) * DIM), SIZE, SIZE));
    const squares = low.reduce((sum, x) => sum + x.reduce((m, v) => m + v * v, 0), 0) / (64 * DIM);
    expect(Math.sqrt(squares)).toBeCloseTo(1 / 2, 2);
    expect(pool(low[0]!, SIZE, SIZE)).toEqual(low[0]);
    expect([...pool(Float64Array.of(1, 2, 5, 6, 3, 4, 7, 8), 2, 4)]).toEqual([2.5, 2.5, 6.5, 6.5, 2.5, 2.5, 6.5, 6.5]);
  });
  it('goes down and up once, evaluates as often, and counts a quarter of each between', () => {
    const ops = wrap({});
    const sizes = ops.flatMap((op) => (op.op === 'eval' ? [[op.sigma, op.part?.kind ?? 'whole'] as const] : []));
    for (const [sigma, kind] of sizes) expect(kind, String(sigma)).toBe(sigma <= 10 && sigma > 1 ? 'pooled' : 'whole');
    const cost = countedCost(ops, { dim: DIM, passes: 1, workOfPass: null, network: null });
    // The note's 70 % of token-steps.
    expect([cost.nfe, cost.depth, cost.work]).toEqual([20, 20, 14]);
    expect(ops.filter(({ op }) => op === 'noise').length).toBe(1);
    expect(ops.filter(({ op }) => op === 'mark')).toEqual(plain.filter(({ op }) => op === 'mark'));
    expect(wrap({ down: 0.5, up: 1 })).toEqual(plain);
    // To the end at half the size: what comes is that.
    const low = runOps(wrap({ down: 100, up: 0 }), field, startOf(20, 1, DIM));
    expect(low).toEqual(pool(low, SIZE, SIZE));
  });
  it('takes a memory down with the state', () => {
    const ops = wrap({}, [...dpmpp2m.plan(sigmas, defaults(dpmpp2m.params))]);
    const pooled = ops.flatMap((op) => (op.op === 'pool' && !op.x.startsWith('half.') ? [op.x] : []));
    expect(new Set(pooled).size).toBeGreaterThan(2);
    const low = runOps(
      wrap({ up: 0 }, [...dpmpp2m.plan(sigmas, defaults(dpmpp2m.params))]),
      field,
      startOf(20, 1, DIM),
    );
    expect(Math.max(...pool(low, SIZE, SIZE).map((v, i) => Math.abs(v - low[i]!)))).toBeLessThan(1e-9);
  });
  it('leaves models of one size alone', () => {
    expect(bottleneck.rewrite(plain, defaults(bottleneck.params), null, null, null)).toEqual(plain);
  });
  it('on a Gaussian field completed noise is better than fresh, and pixels repeated are no picture', () => {
    const [whole, completed, fresh, bare] = [
      spectrumError(plain),
      spectrumError(wrap({})),
      spectrumError(wrap({ how: 'fresh' })),
      spectrumError(wrap({ how: 'bare' })),
    ];
    // Of 16 fields here; elsewhere .203, .320 and .373 were found for the same levels.
    for (const [got, noted] of [
      [whole, 0.203],
      [completed, 0.32],
      [fresh, 0.373],
    ] as const) {
      expect(got).toBeLessThan(1.35 * noted);
      expect(got).toBeGreaterThan(noted / 1.35);
    }
    expect(fresh).toBeGreaterThan(1.2 * completed);
    expect(bare).toBeGreaterThan(2 * fresh);
  });
});
