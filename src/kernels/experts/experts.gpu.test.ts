/** Experts as a GGUF file stores them, and matrices too large for one buffer; what the catalogue cannot say. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BlockFormat, blockFormatIds, blockFormats } from '../../core/weightFormat.ts';
import { full } from '../../core/testing.ts';
import { repackBlocks } from '../../formats/ggufRepack.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { groupExperts } from '../../math/reference/experts.ts';
import { linear } from '../../math/reference/linear.ts';
import { blockWeights } from '../catalogue/blockInputs.ts';
import type { WeightChunk } from '../linear/weightMatrix.ts';
import { createExpertMatmul, createExpertMatvec } from './expertLinear.ts';
import { EXPERT_TILE, expertTiles } from './groupExperts.ts';
import { createRouteExperts } from './routeExperts.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
let before: number;
beforeAll(() => (before = ctx.buffers.count));
afterAll(() => expect(ctx.buffers.count).toBe(before));

const [experts, n, sharing] = [5, 16, 2];
// Nobody chooses expert 0; expert 3 has more slots than a tile.
const chosen = Uint32Array.from([3, 1, 3, 4, 2, 3, 3, 1, 3, 4, 3, 3, 1, 3, 3, 3, 3, 2]);

/** All experts' rows in buffers of `chunkRows`, and the products that both kernels make of them. */
async function products(format: BlockFormat, chunkRows: number) {
  const k = blockFormats[format].block === 32 ? 96 : 256;
  const made = blockWeights(format, experts * n, k, 3);
  const rowBytes = made.bytes.length / (experts * n);
  const buffers: GPUBuffer[] = [];
  const put = async (data: ArrayBufferView<ArrayBuffer>) => {
    const buffer = await upload(ctx, data as Uint32Array<ArrayBuffer>);
    buffers.push(buffer);
    return buffer;
  };
  const chunks: WeightChunk[] = [];
  for (let firstRow = 0; firstRow < experts * n; firstRow += chunkRows) {
    const rows = Math.min(chunkRows, experts * n - firstRow);
    const own = repackBlocks(format, made.bytes.subarray(firstRow * rowBytes, (firstRow + rows) * rowBytes), rows * k);
    const scales = own.scales.length > 0 ? { scales: await put(own.scales) } : {};
    chunks.push({ data: await put(own.data), ...scales, firstRow, rows });
  }
  const w = { format, rows: experts * n, cols: k, chunks };
  const count = chosen.length;
  const values = wave((count / sharing) * k, 2);
  const x = await put(values);
  const [few, many] = await Promise.all([createExpertMatvec(ctx, { format }), createExpertMatmul(ctx, { format })]);
  const grouped = groupExperts(chosen, experts, EXPERT_TILE);
  const table = new Uint32Array(4 * expertTiles(count, experts));
  table.set(grouped.tiles.flat());
  const [list, order, tiles] = [await put(chosen), await put(grouped.order), await put(table)];
  const args = { slots: count, experts, sharing };
  const got: Float32Array[] = [];
  for (const record of [
    (y: GPUBuffer) => few.calls({ x, chosen: list, y }, w, args, slots),
    (y: GPUBuffer) => many.calls({ x, order, tiles, y }, w, args, slots),
  ]) {
    const y = await put(new Float32Array(count * n).fill(NaN));
    got.push(await run(ctx, slots, record(y), y, 0, count * n));
  }
  for (const buffer of buffers) ctx.buffers.destroy(buffer);
  const wanted = Float64Array.from(
    [...chosen].flatMap((e, slot) => {
      const rows = Float64Array.from(Array.from({ length: n }, (_, r) => [...made.row(e * n + r)]).flat());
      const from = values.subarray(Math.floor(slot / sharing) * k, Math.floor(slot / sharing) * k + k);
      return [...linear(from, rows, { m: 1, n, k, b: 'nk', activation: 'none' })];
    }),
  );
  return { got, wanted, tolerance: 6e-8 * (16 + 6 * Math.sqrt(k)) };
}

const formats = full ? blockFormatIds : (['Q8_0', 'Q4_K', 'Q6_K', 'BF16'] as const);
describe.each(formats)('experts stored as %s', (format) => {
  // Chunks that begin inside an expert: 32 rows are two experts, 48 three.
  test.each(full ? [80, 48, 32] : [48])('in buffers of %i rows give what float64 gives', async (chunkRows) => {
    const { got, wanted, tolerance } = await products(format, chunkRows);
    for (const y of got) {
      const { error, scale } = compare(y, wanted);
      expect(scale).toBeGreaterThan(0.05);
      expect(error).toBeLessThan(tolerance);
    }
  });
});

test('rows that would lie in two buffers are refused, and experts that do not divide the rows', async () => {
  const many = await createExpertMatmul(ctx, { format: 'f32' });
  const data = await upload(ctx, new Uint32Array(64));
  const of = (rows: number, count: number) => {
    const chunks = [
      { data, firstRow: 0, rows: 4 },
      { data, firstRow: 4, rows: rows - 4 },
    ];
    const args = { slots: 2, experts: count, sharing: 1 };
    return () =>
      many.calls({ x: data, order: data, tiles: data, y: data }, { format: 'f32', rows, cols: 8, chunks }, args, slots);
  };
  expect(of(16, 2)).toThrow('experts of 8 rows in 2 buffers; a multiple of 8 is needed');
  expect(of(15, 2)).toThrow('15 rows are not those of 2 experts');
  ctx.buffers.destroy(data);
});

test('a logit that is no number spoils its own token’s weights and no other’s', async () => {
  const kernel = await createRouteExperts(ctx, { normalised: true });
  const values = Float32Array.from([1, 2, NaN, 0, 3, -0, 0, 0, -Infinity, 5, 5, -1]);
  const logits = await upload(ctx, values);
  const [list, weights] = [await upload(ctx, new Uint32Array(6)), await upload(ctx, new Float32Array(6))];
  const calls = [kernel.call({ logits, chosen: list, weights }, { rows: 3, experts: 4, used: 2 }, slots)];
  const w = await run(ctx, slots, calls, weights, 0, 6);
  const words = new Uint32Array((await run(ctx, slots, [], list, 0, 6)).slice().buffer);
  for (const b of [logits, list, weights]) ctx.buffers.destroy(b);
  expect(w[0]).toBeNaN();
  // Both zeros are equal, so the first of them is chosen; of two fives too.
  expect([...words]).toEqual([2, 1, 0, 1, 1, 2]);
  expect([...w.subarray(2)].map((v) => v.toFixed(6))).toEqual(['0.952574', '0.047426', '0.500000', '0.500000']);
});
