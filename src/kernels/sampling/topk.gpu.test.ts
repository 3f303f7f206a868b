import { describe, expect, test } from 'vitest';
import { readBuffer } from '../../gpu/readback.ts';
import { nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { philox4x32 } from '../../math/philox.ts';
import { versionsHere } from '../testing.ts';
import {
  createTopk,
  createTopkVersion,
  DRAW_MARGIN,
  type DrawParams,
  type DrawReference,
  drawReference,
  packDraws,
  readCandidates,
  readDrawn,
  topkBytes,
  type TopkVersion,
  versions,
} from './topk.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

const words = new Uint32Array(4);
const random = (i: number, j: number) => philox4x32(i, j, 0, 0, 11, 22, words).map((w) => w) as Uint32Array;

/**
 * Logits of many shapes: flat, peaked, heavy-tailed, coarse (full of ties), with a far winner; the last logits are
 * often the largest.
 */
function logitsOf(row: number, vocab: number): Float32Array {
  const noise = wave(vocab, 100 + row);
  const more = wave(vocab, 7000 + row);
  const gain = [0.5, 3, 8, 20][row % 4]!;
  return noise.map((v, i) => {
    const bell = (v + more[i]!) * gain + 5;
    if (row % 5 === 3) return Math.round(bell);
    return row % 5 === 4 ? bell ** 3 / gain ** 2 + i / vocab : bell;
  });
}

/** 0 and 1 among temperatures from 0.2 to 1.8. */
function temperatureOf(row: number, u: number): number {
  if (row % 11 === 10) return 0;
  return row % 7 === 0 ? 1 : 0.2 + 1.6 * u;
}

/** All combinations of on and off, in turn; rows differ in every number. */
function paramsOf(row: number, vocab: number): DrawParams {
  const [a, b, c, d] = random(row, vocab) as unknown as [number, number, number, number];
  const unit = (w: number) => w / 2 ** 32;
  const on = row % 16;
  return {
    temperature: temperatureOf(row, unit(a)),
    k: on & 1 ? 1 + (b % 100) : 0,
    topP: on & 2 ? 0.05 + 0.9 * unit(c) : 1,
    minP: on & 4 ? 0.3 * unit(b) + 0.001 : 0,
    bits: d,
  };
}

// Both versions are held against the same draws.
const references = new Map<string, DrawReference>();
function reference(r: number, row: Float32Array, params: DrawParams): DrawReference {
  const key = `${row.length} ${r}`;
  const known = references.get(key) ?? drawReference(row, params);
  references.set(key, known);
  return known;
}

async function drawAll(
  version: TopkVersion,
  logits: Float32Array<ArrayBuffer>,
  params: readonly DrawParams[],
  shape: { readonly vocab: number; readonly candidates?: number },
) {
  const kernel = await createTopkVersion(ctx, version);
  const args = { rows: params.length, ...shape };
  const bytes = topkBytes(args);
  const make = (label: 'stats' | 'blocks' | 'candidates' | 'out') =>
    ctx.buffers.create({ label, owner: 'test', bytes: bytes[label] });
  const buffers = {
    logits: await upload(ctx, logits),
    params: await upload(ctx, packDraws(params)),
    stats: await make('stats'),
    blocks: await make('blocks'),
    candidates: await make('candidates'),
    out: await make('out'),
  };
  await run(ctx, slots, kernel.call(buffers, args, slots), buffers.out);
  const [out, candidates] = [
    await readBuffer(ctx, buffers.out, 0, bytes.out),
    await readBuffer(ctx, buffers.candidates, 0, bytes.candidates),
  ];
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  return { drawn: readDrawn(out), candidates: (row: number) => readCandidates(candidates, shape, row) };
}

describe.each(versionsHere('topk', Object.keys(versions) as TopkVersion[]))('topk.%s', (version) => {
  let close = 0;
  let beyond = 0;
  let drawnRows = 0;
  test.each([
    [1, 64],
    [5, 512],
    [31, 64],
    [32, 64],
    [33, 64],
    [127, 896],
    [128, 64],
    [129, 64],
    [2047, 32],
    [2049, 32],
    [4096, 336],
    [50257, 16],
  ])(
    'vocabulary of %i, %i rows: the token of the float64 draw, wherever the margin is not small',
    async (vocab, rows) => {
      const logits = new Float32Array(rows * vocab);
      for (let r = 0; r < rows; r++) logits.set(logitsOf(r, vocab), r * vocab);
      const params = Array.from({ length: rows }, (_, r) => paramsOf(r, vocab));
      const { drawn, candidates } = await drawAll(version, logits, params, { vocab });
      const tokens = new Set<number>();
      drawn.forEach((got, r) => {
        const row = logits.subarray(r * vocab, (r + 1) * vocab);
        const expected = reference(r, row, params[r]!);
        const message = `row ${r}: ${JSON.stringify(params[r])}`;
        drawnRows++;
        if (got.margin === 0) beyond++;
        else if (got.margin < DRAW_MARGIN) close++;
        // What does not depend on the draw.
        expect(got.max, message).toBe(expected.max);
        expect(Math.abs(got.entropy - expected.entropy), message).toBeLessThan(2e-5 * (1 + expected.entropy));
        if (got.margin < DRAW_MARGIN) return;
        tokens.add(got.token);
        expect([got.token, got.rank, got.survivors], message).toEqual([
          expected.token,
          expected.rank,
          expected.survivors,
        ]);
        expect(Math.abs(got.logProbability - expected.logProbability), message).toBeLessThan(
          2e-6 * (10 + Math.abs(expected.logProbability)),
        );
        expect(Math.abs(got.keptMass - expected.keptMass), message).toBeLessThan(2e-5);
        expect(Math.abs(got.drawnLogProbability - expected.drawnLogProbability), message).toBeLessThan(
          2e-5 * (1 + Math.abs(expected.drawnLogProbability)),
        );
      });
      if (vocab > 30) expect(tokens.size).toBeGreaterThan(10);
      for (const r of [0, 3, rows - 1]) {
        const row = logits.subarray(r * vocab, (r + 1) * vocab);
        const order = Array.from(row, (logit, token) => ({ token, logit })).sort(
          (a, b) => b.logit - a.logit || a.token - b.token,
        );
        expect(candidates(r)).toEqual(order.slice(0, 128));
      }
    },
  );

  test('margins below the limit are rare', () => {
    expect(drawnRows).toBeGreaterThan(2000);
    expect(close / drawnRows).toBeLessThan(0.02);
    expect(close).toBeGreaterThan(0);
    expect(beyond).toBeGreaterThan(0);
  });

  const plain = { temperature: 1, k: 0, topP: 1, minP: 0 };
  const at = (u: number) => Math.round(u * 2 ** 24) * 256;
  /** Logits of given probabilities in an order that is not theirs: 0.4, 0.3, 0.2, 0.1 are tokens 2, 0, 3, 1. */
  const four = Float32Array.from([0.3, 0.1, 0.4, 0.2], (p) => 3 + Math.log(p));

  test.each<[string, Partial<DrawParams>, number, number, number]>([
    // what, parameters, u, token, survivors
    ['no stage, first', {}, 0.399, 2, 4],
    ['no stage, second', {}, 0.401, 0, 4],
    ['no stage, last', {}, 0.9999, 1, 4],
    ['top-p 0.6 keeps the token that crosses: 0.4/0.7 and 0.3/0.7', { topP: 0.6 }, 0.58, 0, 2],
    ['top-p 0.6, first', { topP: 0.6 }, 0.56, 2, 2],
    ['top-k 3: 4/9, 3/9, 2/9', { k: 3 }, 0.79, 3, 3],
    ['top-k then top-p on what is left: 4/7 < 0.58 keeps both', { k: 2, topP: 0.58 }, 0.6, 0, 2],
    ['top-k then top-p on what is left: 4/7 > 0.56 keeps one', { k: 2, topP: 0.56 }, 0.99, 2, 1],
    ['min-p 0.6 keeps 0.4 and 0.3', { minP: 0.6 }, 0.58, 0, 2],
    [
      'temperature first: at 1/2 the squares 16, 9, 4, 1 of 30, and min-p 0.6 keeps one',
      { temperature: 0.5, minP: 0.6 },
      0.99,
      2,
      1,
    ],
    ['temperature 0 takes the largest whatever u and k', { temperature: 0, k: 3, topP: 0.9 }, 0.99, 2, 1],
  ])('by hand: %s', async (_, params, u, token, survivors) => {
    const draw = { ...plain, ...params, bits: at(u) };
    const {
      drawn: [got],
    } = await drawAll(version, four, [draw], { vocab: 4 });
    expect(got).toMatchObject({ token, survivors });
    expect(got!.margin).toBeGreaterThan(DRAW_MARGIN);
    expect(drawReference(four, draw)).toMatchObject({ token, survivors });
    expect(Math.exp(got!.logProbability)).toBeCloseTo([0.3, 0.1, 0.4, 0.2][token]!, 5);
    expect(got!.entropy).toBeCloseTo(-[0.3, 0.1, 0.4, 0.2].reduce((s, p) => s + p * Math.log(p), 0), 5);
    expect(got!.logSumExp).toBeCloseTo(3, 5);
  });

  test('a u or a cut beside a boundary shows in the margin', async () => {
    const near = await drawAll(
      version,
      Float32Array.from([...four, ...four, ...four, ...four]),
      [
        { ...plain, bits: at(0.40005) },
        { ...plain, topP: 0.70005, bits: at(0.2) },
        { ...plain, minP: 0.75003, bits: at(0.2) },
        { ...plain, k: 1, bits: 0 },
      ],
      { vocab: 4 },
    );
    const margins = near.drawn.map((d) => d.margin);
    expect(margins[0]).toBeCloseTo(5e-5, 5);
    expect(margins[1]).toBeCloseTo(5e-5, 5);
    expect(margins[2]).toBeCloseTo(4e-5, 5);
    expect(margins[3]).toBe(1);
  });

  test('ties go to the lower index, also where the candidates end, and −0 is 0', async () => {
    const vocab = 5000;
    const flat = new Float32Array(vocab).fill(1.5);
    // 125 tied at the top, then a tie of 4,875 for three places
    const peaks = flat.map((v, i) => (i % 40 === 39 ? 2 : v));
    const zeros = flat.map((_, i) => {
      if (i === 4999) return 1e-30;
      return i % 3 === 0 ? -0 : 0;
    });
    const { candidates, drawn } = await drawAll(
      version,
      Float32Array.from([...flat, ...peaks, ...zeros, ...flat]),
      [
        ...[plain, { ...plain, k: 100 }, plain].map((p) => ({ ...p, bits: at(0.505) })),
        { ...plain, topP: 0.9, bits: at(0.01) },
      ],
      { vocab },
    );
    expect(candidates(0).map((c) => c.token)).toEqual(Array.from({ length: 128 }, (_, i) => i));
    expect(candidates(1).map((c) => c.token)).toEqual([...Array.from({ length: 125 }, (_, i) => 40 * i + 39), 0, 1, 2]);
    expect(candidates(2).map((c) => c.token)).toEqual([4999, ...Array.from({ length: 127 }, (_, i) => i)]);
    expect(drawn[1]).toMatchObject({ token: 40 * 50 + 39, survivors: 100 });
    // A flat distribution over 5,000: the token lies past the candidates, and the margin says so.
    expect(drawn[0]!.margin).toBe(0);
    // The token would be a candidate, but where top-p cuts is not seen, so neither is the mass of the survivors.
    expect(drawn[3]!.margin).toBe(0);
  });

  test('fewer candidates keep their order and see less', async () => {
    const vocab = 300;
    const logits = logitsOf(2, vocab);
    const { candidates, drawn } = await drawAll(
      version,
      Float32Array.from([...logits, ...logits]),
      [
        { ...plain, k: 7, bits: at(0.3) },
        { ...plain, k: 8, bits: at(0.3) },
      ],
      { vocab, candidates: 7 },
    );
    expect(candidates(1)).toEqual(
      Array.from(logits, (logit, token) => ({ token, logit }))
        .sort((a, b) => b.logit - a.logit)
        .slice(0, 7),
    );
    expect(drawn[0]!.token).toBe(drawReference(logits, { ...plain, k: 7, bits: at(0.3) }).token);
    expect(drawn[0]!.margin).toBeGreaterThan(0);
    expect(drawn[1]!.margin).toBe(0);
  });
});

test('parameters that no draw has are refused in words', async () => {
  const good = { temperature: 1, k: 0, topP: 1, minP: 0, bits: 0 };
  expect(() => packDraws([{ ...good, temperature: -1 }])).toThrow('temperature of -1');
  expect(() => packDraws([{ ...good, temperature: NaN }])).toThrow('temperature of NaN');
  expect(() => packDraws([{ ...good, k: 1.5 }])).toThrow('top-k of 1.5');
  expect(() => packDraws([{ ...good, topP: 0 }])).toThrow('top-p of 0');
  expect(() => packDraws([{ ...good, minP: 2 }])).toThrow('min-p of 2');
  const kernel = await createTopk(ctx);
  const some = await upload(ctx, [0]);
  expect(() =>
    kernel.call(
      { logits: some, params: some, stats: some, blocks: some, candidates: some, out: some },
      { rows: 1, vocab: 9, candidates: 129 },
      slots,
    ),
  ).toThrow('129 candidates');
  ctx.buffers.destroy(some);
});
