import { describe, expect, test } from 'vitest';
import { compare, launch, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { guidance as guided, timeEmbedding } from '../../math/reference/elementwise.ts';
import { gridPixel, patches, unpatch } from '../../math/reference/image.ts';
import { createBlit } from '../image/blit.ts';
import { createGuidance } from './guidance.ts';
import { createGuidanceRescale } from './guidanceRescale.ts';
import { createPatchify } from './patchify.ts';
import { createTimeEmbedding, sinusoids, turns } from './timeEmbedding.ts';
import { createUnpatchify } from './unpatchify.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

const shapes = [
  [1, 1, 1, 1, 1],
  [3, 2, 1, 1, 1],
  [1, 3, 8, 12, 4],
  [2, 1, 28, 28, 4],
  [2, 3, 32, 32, 4],
  [5, 3, 6, 4, 2],
] as const;

describe('patchify and unpatchify', () => {
  test.each(shapes)('%i samples of %i×%i×%i, patch %i', async (n, C, H, W, p) => {
    const at = 64;
    const size = C * H * W;
    const tokens = n * size;
    const arena = wave(at + 3 * tokens + 64, 4);
    const sizes = { channels: C, height: H, width: W, patch: p };
    const flat = [...patches(arena.subarray(at), sizes, n)];

    // Twice the batch, as guidance needs it.
    const patchify = await createPatchify(ctx);
    const got = await launch(
      ctx,
      slots,
      patchify,
      { arena, tokens: new Float32Array(2 * tokens) },
      { samples: 2 * n, sources: n, channels: C, height: H, width: W, patch: p, at, scale: 0.37 },
      'tokens',
    );
    expect(
      compare(
        got,
        [...flat, ...flat].map((v) => 0.37 * v),
      ).error,
    ).toBeLessThan(1e-7);

    const unpatchify = await createUnpatchify(ctx);
    const F = wave(2 * tokens, 8);
    const out = at + tokens;
    const shape = { samples: n, channels: C, height: H, width: W, patch: p, at, out, skip: 0.7, scale: -1.3 };
    for (const guidance of [undefined, 2.5]) {
      const back = await launch(
        ctx,
        slots,
        unpatchify,
        { arena, tokens: F },
        { ...shape, ...(guidance !== undefined && { guidance }) },
        'arena',
      );
      const mixed =
        guidance === undefined ? F.subarray(0, tokens) : guided(F.subarray(0, tokens), F.subarray(tokens), guidance);
      // Patches of the result against tokens: this way the reference needs no second permutation.
      const rows = patches(back.subarray(out), sizes, n);
      expect(
        compare(
          rows,
          flat.map((v, i) => 0.7 * v - 1.3 * mixed[i]!),
        ).error,
      ).toBeLessThan(2e-6);
      expect([...unpatch(rows, sizes, n)]).toEqual([...back.subarray(out, out + tokens)]);
      expect(back.subarray(0, out)).toEqual(arena.subarray(0, out));
    }
  });

  test('writes into wider rows, and reads them', async () => {
    const arena = wave(16, 2);
    const got = await launch(
      ctx,
      slots,
      await createPatchify(ctx),
      { arena, tokens: new Float32Array(40).fill(7) },
      { samples: 4, channels: 2, height: 1, width: 1, patch: 1, at: 0, scale: 1, row: 10, column: 3 },
      'tokens',
    );
    expect([...got.subarray(0, 10)]).toEqual([7, 7, 7, arena[0], arena[1], 7, 7, 7, 7, 7]);
    expect([...got.subarray(30, 36)]).toEqual([7, 7, 7, arena[6], arena[7], 7]);
    const back = await launch(
      ctx,
      slots,
      await createUnpatchify(ctx),
      { arena, tokens: [...got] },
      { samples: 4, channels: 2, height: 1, width: 1, patch: 1, at: 0, out: 8, skip: 0, scale: 1, row: 10 },
      'arena',
    );
    expect([...back.subarray(8)]).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
  });
});

describe('guidance_rescale', () => {
  const shape = { samples: 2, channels: 3, height: 4, width: 4, patch: 1 };
  const factors = async (
    tokens: Float32Array<ArrayBuffer>,
    more: { readonly weight: number; readonly rescale: number },
  ) =>
    (
      await launch(
        ctx,
        slots,
        await createGuidanceRescale(ctx),
        { tokens, factors: new Float32Array(4) },
        { ...shape, ...more },
        'factors',
      )
    ).subarray(0, 2);
  test('a constant prediction has no deviation to set right', async () => {
    // 0.1 is rounded: sums about 0 would leave a deviation of their own.
    expect([...(await factors(new Float32Array(4 * 48).fill(0.1), { weight: 7, rescale: 1 }))]).toEqual([1, 1]);
  });
  test('guidance that triples the deviations is brought back by the share φ', async () => {
    const said = wave(2 * 48, 3);
    const tokens = new Float32Array(4 * 48);
    tokens.set(said);
    const at = async (rescale: number) => factors(tokens, { weight: 3, rescale });
    expect(compare(await at(1), [1 / 3, 1 / 3]).error).toBeLessThan(1e-6);
    expect(compare(await at(0.6), [0.6, 0.6]).error).toBeLessThan(1e-6);
    expect([...(await at(0))]).toEqual([1, 1]);
  });
});

test('an amendment without a bound adds its two shares of D', async () => {
  const arena = wave(24, 2);
  const unpatchify = await createUnpatchify(ctx);
  const shape = { samples: 1, channels: 8, height: 1, width: 1, patch: 1, at: 0, out: 8, skip: 0.5, scale: 3 };
  const tokens = wave(8, 5);
  const buffers = [await upload(ctx, arena), await upload(ctx, tokens)] as const;
  const amend = { clip: null, given: -0.4, bounded: 1.1, kept: 0.2 };
  const call = unpatchify.call({ arena: buffers[0], tokens: buffers[1] }, { ...shape, amend }, slots);
  const got = await run(ctx, slots, [call], buffers[0], 8, 8);
  const want = Float64Array.from(tokens, (v, i) => 0.7 * (0.5 * arena[i]! + 3 * v) + 0.2 * arena[i]!);
  expect(compare(got, want).error).toBeLessThan(1e-6);
  for (const buffer of buffers) ctx.buffers.destroy(buffer);
});

test.each([1, 63, 64, 65, 5000])('guidance on %i numbers', async (count) => {
  const arena = wave(3 * count, 3);
  const got = await launch(
    ctx,
    slots,
    await createGuidance(ctx),
    { arena },
    { count, conditional: 0, unconditional: count, out: 2 * count, weight: 4 },
    'arena',
  );
  expect(
    compare(got.subarray(2 * count), guided(arena.subarray(0, count), arena.subarray(count), 4)).error,
  ).toBeLessThan(2e-6);
});

describe('time_embedding', () => {
  test.each([0, 0.001, 0.37, 0.9999, 1])('1000·%f over 128 frequencies, two rows', async (t) => {
    const got = await launch(
      ctx,
      slots,
      await createTimeEmbedding(ctx),
      { turns: turns(sinusoids()), y: new Float32Array(512) },
      { rows: 2, half: 128, value: 1000 * t },
      'y',
    );
    const row = timeEmbedding(sinusoids(), 1000 * t);
    // The phase is an f32: up to 159 turns with 2⁻²⁴ of relative rounding, twice.
    expect(compare(got, [...row, ...row]).error).toBeLessThan(1e-6 + 1.5e-4 * t);
  });
  test('negative values, odd counts, wider rows', async () => {
    const w = [0.5, 0.9, 3];
    const value = -1.55;
    const got = await launch(
      ctx,
      slots,
      await createTimeEmbedding(ctx),
      { turns: turns(w), y: new Float32Array(30).fill(5) },
      { rows: 3, half: 3, value, row: 10, column: 2 },
      'y',
    );
    const row = [5, 5, ...timeEmbedding(w, value), 5, 5];
    expect(compare(got, [...row, ...row, ...row]).error).toBeLessThan(1e-6);
  });
});

test.each([
  [1, 1, 1, 1, 1],
  [3, 1, 4, 5, 2],
  [5, 3, 32, 32, 3],
  [7, 3, 9, 7, 3],
] as const)('blit: %i samples of %i×%i×%i, %i columns', async (samples, channels, height, width, columns) => {
  const at = 5;
  const size = channels * height * width;
  const rows = Math.ceil(samples / columns);
  const values = wave(at + samples * size, 6).map((v) => 1.5 * v); // some out of range
  const arena = await upload(ctx, values);
  const pixels = await upload(ctx, new Float32Array(2 + columns * width * rows * height));
  const kernel = await createBlit(ctx);
  const raw = new Uint8Array(
    (
      await run(
        ctx,
        slots,
        [kernel.call({ arena, pixels }, { samples, channels, height, width, at, columns, rows, out: 2 }, slots)],
        pixels,
      )
    ).buffer,
  );
  for (let y = 0; y < rows * height; y++)
    for (let x = 0; x < columns * width; x++) {
      const s = Math.floor(y / height) * columns + Math.floor(x / width); // tiles without a sample are transparent
      const got = raw.subarray(8 + 4 * (y * columns * width + x)).subarray(0, 4);
      if (s >= samples) expect([...got]).toEqual([0, 0, 0, 0]);
      else
        for (let c = 0; c < 4; c++) {
          const byte = gridPixel(values.subarray(at), { channels, height, width }, samples, columns, x, y, c);
          if (Math.abs(got[c]! - byte) > 0.501) throw new Error(`pixel ${x},${y} channel ${c}: ${got[c]} for ${byte}`);
        }
    }
  for (const b of [arena, pixels]) ctx.buffers.destroy(b);
});
