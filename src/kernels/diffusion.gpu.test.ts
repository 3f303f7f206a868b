import { describe, expect, test } from 'vitest';
import { compare, launch, nodeContext, nodeSlots, run, upload, wave } from '../gpu/testing.ts';
import { createBlit } from './blit.ts';
import { createGuidance } from './guidance.ts';
import { createPatchify } from './patchify.ts';
import { createTimeEmbedding, sinusoids, turns } from './timeEmbedding.ts';
import { createUnpatchify } from './unpatchify.ts';

const ctx = await nodeContext(), slots = await nodeSlots();

/** As training/model.py: (C, H, W) → rows of p·p·C, patches row-major, inside (dy, dx, c). */
function patches(image: (c: number, y: number, x: number) => number, C: number, H: number, W: number, p: number): number[] {
  const out: number[] = [];
  for (let py = 0; py < H; py += p) for (let px = 0; px < W; px += p)
    for (let dy = 0; dy < p; dy++) for (let dx = 0; dx < p; dx++) for (let c = 0; c < C; c++) out.push(image(c, py + dy, px + dx));
  return out;
}
const shapes = [[1, 1, 1, 1, 1], [3, 2, 1, 1, 1], [1, 3, 8, 12, 4], [2, 1, 28, 28, 4], [2, 3, 32, 32, 4], [5, 3, 6, 4, 2]] as const;

describe('patchify and unpatchify', () => {
  test.each(shapes)('%i samples of %i×%i×%i, patch %i', async (n, C, H, W, p) => {
    const at = 64, size = C * H * W, tokens = n * size;
    const arena = wave(at + 3 * tokens + 64, 4);
    const image = (s: number) => (c: number, y: number, x: number) => arena[at + s * size + (c * H + y) * W + x]!;
    const flat = Array.from({ length: n }, (_, s) => patches(image(s), C, H, W, p)).flat();

    // Twice the batch, as guidance needs it.
    const patchify = await createPatchify(ctx);
    const got = await launch(ctx, slots, patchify, { arena, tokens: new Float32Array(2 * tokens) }, { samples: 2 * n, sources: n, channels: C, height: H, width: W, patch: p, at, scale: 0.37 }, 'tokens');
    expect(compare(got, [...flat, ...flat].map((v) => 0.37 * v)).error).toBeLessThan(1e-7);

    const unpatchify = await createUnpatchify(ctx);
    const F = wave(2 * tokens, 8), out = at + tokens;
    const shape = { samples: n, channels: C, height: H, width: W, patch: p, at, out, skip: 0.7, scale: -1.3 };
    for (const guidance of [undefined, 2.5]) {
      const back = await launch(ctx, slots, unpatchify, { arena, tokens: F }, { ...shape, ...(guidance !== undefined && { guidance }) }, 'arena');
      const mixed = Array.from({ length: tokens }, (_, i) => (guidance === undefined ? F[i]! : F[i + tokens]! + guidance * (F[i]! - F[i + tokens]!)));
      // Patches of the result against tokens: the reference needs no second permutation.
      const result = (s: number) => (c: number, y: number, x: number) => back[out + s * size + (c * H + y) * W + x]!;
      const rows = Array.from({ length: n }, (_, s) => patches(result(s), C, H, W, p)).flat();
      expect(compare(rows, flat.map((v, i) => 0.7 * v - 1.3 * mixed[i]!)).error).toBeLessThan(2e-6);
      expect(back.subarray(0, out)).toEqual(arena.subarray(0, out));
    }
  });

  test('writes into wider rows, and reads them', async () => {
    const arena = wave(16, 2);
    const got = await launch(ctx, slots, await createPatchify(ctx), { arena, tokens: new Float32Array(40).fill(7) }, { samples: 4, channels: 2, height: 1, width: 1, patch: 1, at: 0, scale: 1, row: 10, column: 3 }, 'tokens');
    expect([...got.subarray(0, 10)]).toEqual([7, 7, 7, arena[0], arena[1], 7, 7, 7, 7, 7]);
    expect([...got.subarray(30, 36)]).toEqual([7, 7, 7, arena[6], arena[7], 7]);
    const back = await launch(ctx, slots, await createUnpatchify(ctx), { arena, tokens: [...got] }, { samples: 4, channels: 2, height: 1, width: 1, patch: 1, at: 0, out: 8, skip: 0, scale: 1, row: 10 }, 'arena');
    expect([...back.subarray(8)]).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
  });
});

test.each([1, 63, 64, 65, 5000])('guidance on %i numbers', async (count) => {
  const arena = wave(3 * count, 3);
  const got = await launch(ctx, slots, await createGuidance(ctx), { arena }, { count, conditional: 0, unconditional: count, out: 2 * count, weight: 4 }, 'arena');
  const expected = Array.from({ length: count }, (_, i) => arena[count + i]! + 4 * (arena[i]! - arena[count + i]!));
  expect(compare(got.subarray(2 * count), expected).error).toBeLessThan(2e-6);
});

describe('time_embedding', () => {
  test.each([0, 0.001, 0.37, 0.9999, 1])('1000·%f over 128 frequencies, two rows', async (t) => {
    const got = await launch(ctx, slots, await createTimeEmbedding(ctx), { turns: turns(sinusoids()), y: new Float32Array(512) }, { rows: 2, half: 128, value: 1000 * t }, 'y');
    const angle = Array.from(sinusoids(), (w) => 1000 * t * w);
    const row = [...angle.map(Math.cos), ...angle.map(Math.sin)];
    // The phase is an f32: up to 159 turns with 2⁻²⁴ of relative rounding, twice.
    expect(compare(got, [...row, ...row]).error).toBeLessThan(1e-6 + 1.5e-4 * t);
  });
  test('negative values, odd counts, wider rows', async () => {
    const w = [0.5, 0.9, 3], value = -1.55;
    const got = await launch(ctx, slots, await createTimeEmbedding(ctx), { turns: turns(w), y: new Float32Array(30).fill(5) }, { rows: 3, half: 3, value, row: 10, column: 2 }, 'y');
    const row = [5, 5, ...w.map((v) => Math.cos(v * value)), ...w.map((v) => Math.sin(v * value)), 5, 5];
    expect(compare(got, [...row, ...row, ...row]).error).toBeLessThan(1e-6);
  });
});

test.each([[1, 1, 1, 1, 1], [3, 1, 4, 5, 2], [5, 3, 32, 32, 3], [7, 3, 9, 7, 3]] as const)('blit: %i samples of %i×%i×%i, %i columns', async (samples, channels, height, width, columns) => {
  const at = 5, size = channels * height * width, rows = Math.ceil(samples / columns);
  const values = wave(at + samples * size, 6).map((v) => 1.5 * v); // some out of range
  const arena = await upload(ctx, values), pixels = await upload(ctx, new Float32Array(2 + columns * width * rows * height));
  const kernel = await createBlit(ctx);
  const raw = new Uint8Array((await run(ctx, slots, [kernel.call({ arena, pixels }, { samples, channels, height, width, at, columns, rows, out: 2 }, slots)], pixels)).buffer);
  for (let y = 0; y < rows * height; y++) for (let x = 0; x < columns * width; x++) {
    const s = Math.floor(y / height) * columns + Math.floor(x / width);
    const got = raw.subarray(8 + 4 * (y * columns * width + x)).subarray(0, 4);
    if (s >= samples) expect([...got]).toEqual([0, 0, 0, 0]);
    else for (let c = 0; c < 4; c++) {
      const v = c === 3 ? 1 : values[at + s * size + ((channels === 1 ? 0 : c) * height + (y % height)) * width + (x % width)]!;
      const byte = 255 * Math.min(1, Math.max(0, c === 3 ? 1 : 0.5 * v + 0.5));
      if (Math.abs(got[c]! - byte) > 0.501) throw new Error(`pixel ${x},${y} channel ${c}: ${got[c]} for ${byte}`);
    }
  }
  for (const b of [arena, pixels]) ctx.buffers.destroy(b);
});
