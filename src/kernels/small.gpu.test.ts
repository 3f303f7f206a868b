import { expect, test } from 'vitest';
import { compare, launch, nodeContext, nodeSlots, wave } from '../gpu/testing.ts';
import { silu } from '../math/kernelRefs/linear.ts';
import { createBroadcastAdd } from './broadcastAdd.ts';
import { createEmbed } from './embed.ts';

const ctx = await nodeContext(), slots = await nodeSlots();

test.each([[1, 1, 0], [5, 96, 0], [9, 7, 7], [64, 128, 128]])('embed: %i rows of %i, base stride %i', async (rows, dim, baseRow) => {
  const tableRows = 11, table = wave(tableRows * dim, 2), base = wave(rows * dim, 3).map((v) => 2 * v);
  const ids = Uint32Array.from({ length: rows + 1 }, (_, i) => (i * 7) % tableRows);
  for (const activation of ['none', 'silu'] as const) {
    const got = await launch(ctx, slots, await createEmbed(ctx, { activation }), { ids, table, base, y: new Float32Array(rows * dim) }, { rows, dim, tableRows, baseRow, idsAt: 1 }, 'y');
    const expected = Array.from({ length: rows * dim }, (_, i) => {
      const r = Math.floor(i / dim), v = base[r * baseRow + (i % dim)]! + table[ids[r + 1]! * dim + (i % dim)]!;
      return activation === 'silu' ? silu(v) : v;
    });
    const { error, scale } = compare(got, expected);
    expect(scale).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(2e-6);
  }
});

test.each([[1, 1, 1], [2, 49, 96], [3, 5, 7], [4, 16, 576]])('broadcast_add: %i×%i rows of %i, positions and tables', async (outer, inner, dim) => {
  const kernel = await createBroadcastAdd(ctx);
  const a = wave(outer * inner * dim, 2), b = wave(Math.max(outer, inner) * dim, 3), y = new Float32Array(outer * inner * dim);
  const at = (n: number) => ({ i: Math.floor(n / (inner * dim)), j: Math.floor(n / dim) % inner, c: n % dim });
  const positions = await launch(ctx, slots, kernel, { a, b, y }, { outer, inner, dim, a: [inner * dim, dim], b: [0, dim] }, 'y');
  expect(compare(positions, a.map((v, n) => v + b[at(n).j * dim + at(n).c]!)).error).toBeLessThan(2e-7);
  const tables = await launch(ctx, slots, kernel, { a, b, y }, { outer, inner, dim, a: [0, dim], b: [dim, 0] }, 'y');
  expect(compare(tables, a.map((_, n) => a[at(n).j * dim + at(n).c]! + b[at(n).i * dim + at(n).c]!)).error).toBeLessThan(2e-7);
});
