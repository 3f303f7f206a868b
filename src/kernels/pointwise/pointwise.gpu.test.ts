import { describe, expect, test } from 'vitest';
import { compare, launch, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { addRows, gatedAdd, geglu, pointwise as reference } from '../../math/reference/pointwise.ts';
import { createActivate, pointwise } from './activate.ts';
import { createAddRows } from './addRows.ts';
import { createGatedAdd } from './gatedAdd.ts';
import { createGeglu } from './geglu.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

describe.each(pointwise)('activate: %s', (activation) => {
  const most = activation === 'clamp' || activation === 'scale' ? { most: 3 } : {};
  test('to float32’s last places from −12 to 12, some far off, and close to 0', async () => {
    const kernel = await createActivate(ctx, { activation });
    const x = Float32Array.from([
      ...Array.from({ length: 4801 }, (_, i) => -12 + i / 200),
      ...[0, -0, 1e-3, -1e-3, 3e-7, -3e-7, 100, -100, 1e4, -1e4, 1e30, -1e30].map(Math.fround),
    ]);
    for (const count of [x.length - 1, x.length]) {
      const data = x.slice(0, count);
      const got = await launch(ctx, slots, kernel, { x: data }, { count, ...most }, 'x');
      // In gelu_erf this is an error of erf below 1e-7; exp alone is good to 3 + 2·|v| units in the last place.
      const off = [...data].map((v, i) => {
        const right = reference[activation]!(v, 3);
        return Math.abs(got[i]! - right) / (0.5e-7 * Math.min(Math.abs(v), 3) + 2.4e-7 * Math.abs(right) + 1e-12);
      });
      expect(Math.max(...off), `at ${data[off.indexOf(Math.max(...off))]}`).toBeLessThan(1);
    }
  });
  test('what lies past the count stays, and what is no number stays so', async () => {
    const kernel = await createActivate(ctx, { activation });
    for (const count of [4, 5, 252, 257]) {
      const x = wave(count + 3, 2).map((v) => 4 * v);
      x[1] = NaN;
      const got = await launch(ctx, slots, kernel, { x }, { count, ...most }, 'x');
      expect([...got.slice(count, count + 3)]).toEqual([...x.slice(count)]);
      expect(got[1]).toBeNaN();
    }
  });
});
test('a clamp says how far, and nothing else does', async () => {
  const [silu, clamp] = await Promise.all([
    createActivate(ctx, { activation: 'silu' }),
    createActivate(ctx, { activation: 'clamp' }),
  ]);
  const x = await upload(ctx, wave(8));
  expect(() => silu.call({ x }, { count: 8, most: 3 }, slots)).toThrow('silu with most 3');
  expect(() => clamp.call({ x }, { count: 8 }, slots)).toThrow('clamp with most undefined');
  expect(() => clamp.call({ x }, { count: 8, most: 0 }, slots)).toThrow('clamp to 0');
  ctx.buffers.destroy(x);
});

test.each([
  [1, 1],
  [3, 4],
  [5, 7],
  [9, 252],
  [2, 1030],
])('geglu: %i rows of %i, values first', async (rows, width) => {
  const x = wave(rows * 2 * width, 3).map((v) => 4 * v);
  const got = await launch(
    ctx,
    slots,
    await createGeglu(ctx),
    { x, y: new Float32Array(rows * width) },
    { rows, width },
    'y',
  );
  const { error, scale } = compare(got, geglu(x, rows, width));
  expect(scale).toBeGreaterThan(rows * width > 1 ? 1 : 0);
  expect(error).toBeLessThan(16 * 2e-7); // products of up to 16
});

describe('gated_add', () => {
  test.each([
    [1, 1, 1],
    [6, 8, 3],
    [7, 5, 2],
    [20, 72, 10],
    [3, 260, 1],
  ])('%i rows of %i, %i to a gate', async (rows, width, rowsPerGate) => {
    const kernel = await createGatedAdd(ctx);
    const row = 6 * width;
    const at = 2 * width;
    const data = {
      residual: wave(rows * width, 1),
      y: wave(rows * width, 2),
      gate: wave(Math.ceil(rows / rowsPerGate) * row, 3),
    };
    const buffers = {
      residual: await upload(ctx, data.residual),
      y: await upload(ctx, data.y),
      gate: await upload(ctx, data.gate),
      out: await upload(ctx, new Float32Array(rows * width).fill(7)),
    };
    const place = { at, row, rowsPerGate };
    const { residual, y, gate, out } = buffers;
    const all = { residual, y, out };
    const gated = gatedAdd(data.residual, data.y, width, { of: data.gate, ...place });
    const args = { rows, width };
    const got = async (call: Parameters<typeof run>[2][number], from: GPUBuffer) => run(ctx, slots, [call], from);
    expect(
      compare(await got(kernel.call({ ...all, gate }, { ...args, gate: place }, slots), out), gated).error,
    ).toBeLessThan(2e-7);
    expect(
      compare(await got(kernel.call(all, args, slots), out), gatedAdd(data.residual, data.y, width)).error,
    ).toBeLessThan(2e-7);
    // In place: out is what was the residual.
    expect(
      compare(await got(kernel.call({ y, out: residual, gate }, { ...args, gate: place }, slots), residual), gated)
        .error,
    ).toBeLessThan(2e-7);
    for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  });
  test('a gate comes with its place', async () => {
    const kernel = await createGatedAdd(ctx);
    const b = await upload(ctx, wave(8));
    expect(() => kernel.call({ y: b, out: b, gate: b }, { rows: 1, width: 8 }, slots)).toThrow(
      'a gate without its place',
    );
    const gate = { at: 0, row: 8, rowsPerGate: 1 };
    expect(() => kernel.call({ y: b, out: b }, { rows: 1, width: 8, gate }, slots)).toThrow('no gate');
    ctx.buffers.destroy(b);
  });
});

test.each([
  [1, 1, 1],
  [6, 8, 3],
  [15, 5, 5],
  [10, 3, 4],
  [22, 72, 11],
])('add_rows: %i rows of %i, a table of %i', async (rows, width, tableRows) => {
  const x = wave(rows * width, 1);
  const table = wave(tableRows * width, 2);
  const got = await launch(ctx, slots, await createAddRows(ctx), { table, x }, { rows, width, tableRows }, 'x');
  expect(compare(got, addRows(x, table, width, tableRows)).error).toBeLessThan(2e-7);
});
