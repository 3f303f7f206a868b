// The margin that the GPU's draw reports, beside every boundary that it can stand at and on both sides: between two
// tokens, where top-p cuts, where min-p cuts, where top-k does. Probabilities are 0.4, 0.3, 0.2, 0.1, so each margin is
// known by hand; below 10⁻⁴ the token is drawn again in float64, so a margin that is too large is a wrong token.
import { describe, expect, test } from 'vitest';
import { readBuffer } from '../gpu/readback.ts';
import { nodeContext, nodeSlots, run, upload } from '../gpu/testing.ts';
import {
  createTopkVersion,
  type DrawParams,
  drawReference,
  packDraws,
  readDrawn,
  topkBytes,
  type TopkVersion,
  versions,
} from './sampling/topk.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

/** In an order that is not theirs: 0.4, 0.3, 0.2, 0.1 are tokens 2, 0, 3, 1. */
const P = [0.3, 0.1, 0.4, 0.2];
const four = Float32Array.from(P, (p) => 3 + Math.log(p));
const u = (value: number) => Math.round(value * 2 ** 24) * 256;

interface Case {
  readonly what: string;
  readonly u: number;
  readonly some?: Partial<DrawParams>;
  readonly token: number;
  readonly survivors: number;
  readonly margin: number;
}
const c = (
  what: string,
  at: number,
  some: Partial<DrawParams>,
  token: number,
  survivors: number,
  margin: number,
): Case => ({
  what,
  u: at,
  some,
  token,
  survivors,
  margin,
});
const square = [1, Math.sqrt(0.75), Math.sqrt(0.5), 0.5];
const warm = square.reduce((a, b) => a + b);

const cases: readonly Case[] = [
  // Between tokens: cumulated 0.4, 0.7, 0.9.
  c('the first token, far below its boundary', 0.2, {}, 2, 4, 0.2),
  c('u = 0', 0, {}, 2, 4, 0.4),
  c('just below the first boundary', 0.39995, {}, 2, 4, 5e-5),
  c('just above it', 0.40005, {}, 0, 4, 5e-5),
  c('between two boundaries, nearer the lower', 0.5, {}, 0, 4, 0.1),
  c('nearer the upper', 0.65, {}, 0, 4, 0.05),
  c('just below the second boundary', 0.69995, {}, 0, 4, 5e-5),
  c('just above it', 0.70005, {}, 3, 4, 5e-5),
  c('just below the last boundary', 0.89995, {}, 3, 4, 5e-5),
  c('just above it', 0.90005, {}, 1, 4, 5e-5),
  c('the last token has no upper boundary', 0.99, {}, 1, 4, 0.09),
  // Top-p: cuts at the same sums; the draw renormalises what is left.
  c('top-p just below 0.7', 0.2, { topP: 0.69995 }, 2, 2, 5e-5),
  c('top-p just above 0.7', 0.2, { topP: 0.70005 }, 2, 3, 5e-5),
  c('top-p just below 0.4', 0.2, { topP: 0.39995 }, 2, 1, 5e-5),
  c('top-p just above 0.4', 0.2, { topP: 0.40005 }, 2, 2, 5e-5),
  c('top-p just below 0.9', 0.2, { topP: 0.89995 }, 2, 3, 5e-5),
  c('top-p just above 0.9', 0.2, { topP: 0.90005 }, 2, 4, 5e-5),
  c('top-p beside no sum: the draw decides', 0.5, { topP: 0.55 }, 2, 2, 4 / 7 - 0.5),
  c('top-p beside no sum: the cut decides', 0.3, { topP: 0.65 }, 2, 2, 0.05),
  c('top-p that keeps all has no cut above', 0.2, { topP: 0.98 }, 2, 4, 0.08),
  c('u beside the renormalised boundary, below', 4 / 7 - 5e-5, { topP: 0.55 }, 2, 2, 5e-5),
  c('u beside the renormalised boundary, above', 4 / 7 + 5e-5, { topP: 0.55 }, 0, 2, 5e-5),
  // Min-p: weights 1, 0.75, 0.5, 0.25 of the best; the margin is relative.
  c('min-p just below 0.75', 0.2, { minP: 0.75 / (1 + 5e-5) }, 2, 2, 5e-5),
  c('min-p just above 0.75', 0.2, { minP: 0.75 / (1 - 5e-5) }, 2, 1, 5e-5),
  c('min-p just below 0.5', 0.2, { minP: 0.5 / (1 + 5e-5) }, 2, 3, 5e-5),
  c('min-p just above 0.5', 0.2, { minP: 0.5 / (1 - 5e-5) }, 2, 2, 5e-5),
  c('min-p just below 0.25', 0.2, { minP: 0.25 / (1 + 5e-5) }, 2, 4, 5e-5),
  c('min-p just above 0.25', 0.2, { minP: 0.25 / (1 - 5e-5) }, 2, 3, 5e-5),
  c('min-p between two weights', 0.1, { minP: 0.6 }, 2, 2, 1 - 0.5 / 0.6),
  c('min-p of what top-p left looks no further', 0.1, { topP: 0.55, minP: 0.25 }, 2, 2, 0.15),
  // Top-k: two of four, 4/7 and 3/7; the cut itself is exact.
  c('top-k 1 decides nothing', 0.99, { k: 1 }, 2, 1, 1),
  c('top-k 2, below', 4 / 7 - 5e-5, { k: 2 }, 2, 2, 5e-5),
  c('top-k 2, above', 4 / 7 + 5e-5, { k: 2 }, 0, 2, 5e-5),
  c('top-k 2, the last one', 0.99, { k: 2 }, 0, 2, 0.99 - 4 / 7),
  c('top-k 4 keeps all', 0.69995, { k: 4 }, 0, 4, 5e-5),
  c('top-k 9 keeps all', 0.69995, { k: 9 }, 0, 4, 5e-5),
  c('top-p of what top-k left', 0.1, { k: 3, topP: 4 / 9 + 5e-5 }, 2, 2, 5e-5),
  // Temperatures.
  c('temperature 2, below', 1 / warm - 5e-5, { temperature: 2 }, 2, 4, 5e-5),
  c('temperature 2, above', 1 / warm + 5e-5, { temperature: 2 }, 0, 4, 5e-5),
  c('temperature ½, top-p of the squares', 0.1, { temperature: 0.5, topP: 25 / 30 - 5e-5 }, 2, 2, 5e-5),
  c('temperature 2, min-p of the roots', 0.1, { temperature: 2, minP: Math.SQRT1_2 / (1 + 5e-5) }, 2, 3, 5e-5),
  c('temperature 0 decides nothing', 0.99, { temperature: 0 }, 2, 1, 1),
];

async function drawAll(version: TopkVersion, list: readonly Case[], shape: { readonly candidates?: number } = {}) {
  const kernel = await createTopkVersion(ctx, version);
  const args = { rows: list.length, vocab: 4, ...shape };
  const bytes = topkBytes(args);
  const make = (label: 'stats' | 'blocks' | 'candidates' | 'out') =>
    ctx.buffers.create({ label, owner: 'test', bytes: bytes[label] });
  const params = list.map((one) => ({ temperature: 1, k: 0, topP: 1, minP: 0, ...one.some, bits: u(one.u) }));
  const buffers = {
    logits: await upload(
      ctx,
      Float32Array.from({ length: 4 * list.length }, (_, i) => four[i % 4]!),
    ),
    params: await upload(ctx, packDraws(params)),
    stats: await make('stats'),
    blocks: await make('blocks'),
    candidates: await make('candidates'),
    out: await make('out'),
  };
  await run(ctx, slots, kernel.call(buffers, args, slots), buffers.out);
  const drawn = readDrawn(await readBuffer(ctx, buffers.out, 0, bytes.out));
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  return { drawn, params };
}

describe.each(Object.keys(versions) as TopkVersion[])('topk.%s', (version) => {
  test('beside every boundary the margin is the distance to it', async () => {
    const { drawn, params } = await drawAll(version, cases);
    cases.forEach(({ what, token, survivors, margin }, i) => {
      const got = drawn[i]!;
      // f32 leaves 1e-7 of a sum, and 2e-7 of a quotient.
      expect(Math.abs(got.margin - margin), `${what}: ${got.margin}`).toBeLessThan(1e-6);
      expect([got.token, got.survivors], what).toEqual([token, survivors]);
      expect(drawReference(four, params[i]!), what).toMatchObject({ token, survivors, rank: got.rank });
    });
  });

  test('what lies past two candidates has no margin; what lies before it keeps its own', async () => {
    const past: readonly Case[] = [
      c('u in the second of four', 0.65, {}, 0, 4, 0.05),
      c('u beside the end of the candidates', 0.69995, {}, 0, 4, 5e-5),
      c('u past them', 0.70005, {}, 3, 4, 0),
      c('a cut within them', 0.2, { topP: 0.69995 }, 2, 2, 5e-5),
      c('a cut past them', 0.2, { topP: 0.70005 }, 2, 3, 0),
      c('min-p seen to cut', 0.2, { minP: 0.75 / (1 - 5e-5) }, 2, 1, 5e-5),
      c('min-p not seen to cut', 0.2, { minP: 0.75 / (1 + 5e-5) }, 2, 2, 0),
      c('as many as asked for', 0.2, { k: 2 }, 2, 2, 4 / 7 - 0.2),
      c('one more than that', 0.2, { k: 3 }, 2, 3, 0),
      c('the arg max', 0.99, { temperature: 0 }, 2, 1, 1),
    ];
    const { drawn } = await drawAll(version, past, { candidates: 2 });
    past.forEach(({ what, token, margin }, i) => {
      expect(Math.abs(drawn[i]!.margin - margin), `${what}: ${drawn[i]!.margin}`).toBeLessThan(1e-6);
      if (margin > 0) expect(drawn[i]!.token, what).toBe(token);
    });
  });

  test('figures beside the draw: masses, ranks, logarithms', async () => {
    const some = [0.2, 0.6, 0.8, 0.95].map((at) => c('', at, { topP: 0.95, minP: 0.3 }, 0, 3, 0));
    const { drawn } = await drawAll(version, some);
    // Min-p takes the last of the four; the draw is of 4/9, 3/9, 2/9.
    const order = [2, 0, 3, 3];
    drawn.forEach((got, i) => {
      const rank = Math.min(i, 2);
      expect([got.token, got.rank, got.survivors]).toEqual([order[i], rank, 3]);
      expect(got.keptMass).toBeCloseTo(0.9, 6);
      expect(got.logProbability).toBeCloseTo(Math.log([0.4, 0.3, 0.2][rank]!), 6);
      expect(got.drawnLogProbability).toBeCloseTo(Math.log([4 / 9, 3 / 9, 2 / 9][rank]!), 6);
      expect(got.entropy).toBeCloseTo(-P.reduce((s, p) => s + p * Math.log(p), 0), 6);
      expect(got.max).toBe(four[2]);
      expect(got.logSumExp).toBeCloseTo(3, 6);
    });
    const [all] = (await drawAll(version, [c('', 0.2, {}, 2, 4, 0.2)])).drawn;
    expect([all!.survivors, all!.keptMass]).toEqual([4, 1]);
    const [cold] = (await drawAll(version, [c('', 0.9, { temperature: 0 }, 2, 1, 1)])).drawn;
    expect(cold).toMatchObject({ token: 2, rank: 0, survivors: 1, drawnLogProbability: 0 });
    expect(cold!.keptMass).toBeCloseTo(0.4, 6);
  });
});
