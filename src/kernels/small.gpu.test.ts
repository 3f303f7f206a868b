import { expect, test } from 'vitest';
import { compare, launch, nodeContext, nodeSlots, wave } from '../gpu/testing.ts';
import { broadcastAdd, embed } from '../math/reference/elementwise.ts';
import { createBroadcastAdd } from './linear/broadcastAdd.ts';
import { createEmbed } from './linear/embed.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

test.each([
  [1, 1, 0],
  [5, 96, 0],
  [9, 7, 7],
  [64, 128, 128],
])('embed: %i rows of %i, base stride %i', async (rows, dim, baseRow) => {
  const tableRows = 11;
  const table = wave(tableRows * dim, 2);
  const base = wave(rows * dim, 3).map((v) => 2 * v);
  const ids = Uint32Array.from({ length: rows + 1 }, (_, i) => (i * 7) % tableRows);
  for (const activation of ['none', 'silu'] as const) {
    const got = await launch(
      ctx,
      slots,
      await createEmbed(ctx, { activation }),
      { ids, table, base, y: new Float32Array(rows * dim) },
      { rows, dim, tableRows, baseRow, idsAt: 1 },
      'y',
    );
    const { error, scale } = compare(got, embed(ids.subarray(1), table, base, { rows, dim, baseRow, activation }));
    expect(scale).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(2e-6);
  }
});

test.each([
  [1, 1, 1],
  [2, 49, 96],
  [3, 5, 7],
  [4, 16, 576],
])('broadcast_add: %i×%i rows of %i, positions and tables', async (outer, inner, dim) => {
  const kernel = await createBroadcastAdd(ctx);
  const a = wave(outer * inner * dim, 2);
  const b = wave(Math.max(outer, inner) * dim, 3);
  const y = new Float32Array(outer * inner * dim);
  const positions = { outer, inner, dim, a: [inner * dim, dim], b: [0, dim] } as const;
  const tables = { outer, inner, dim, a: [0, dim], b: [dim, 0] } as const;
  for (const args of [positions, tables])
    expect(
      compare(await launch(ctx, slots, kernel, { a, b, y }, args, 'y'), broadcastAdd(a, b, args)).error,
    ).toBeLessThan(2e-7);
});
