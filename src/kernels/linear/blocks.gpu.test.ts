/** GGUF's block types in every kernel that reads weights: dequantised bit for bit, and products against float64. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockFormatIds, blockFormats, type BlockFormat } from '../../core/weightFormat.ts';
import { needsOf } from '../../core/kernelVersions.ts';
import { full } from '../../core/testing.ts';
import { ggufTypes } from '../../formats/ggufDequantise.ts';
import { repackBlocks } from '../../formats/ggufRepack.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { linear } from '../../math/reference/linear.ts';
import { residualNorm } from '../../math/reference/residualNorm.ts';
import { blockWeights } from '../catalogue/blockInputs.ts';
import { createEmbedNormVersion, versions as embedVersions, type EmbedNormVersion } from '../norm/embedNorm.ts';
import { createDequantise } from '../quant/dequantise.ts';
import { versionsHere } from '../testing.ts';
import { createLinearMatmul, versions as matmulVersions, type LinearMatmulVersion } from './linearMatmul.ts';
import { createMatvec } from './matvec.ts';
import { versions as dotVersions, type RowDotsVersion } from './rowDots.ts';
import type { WeightChunk, WeightMatrix } from './weightMatrix.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
let before: number;
beforeAll(() => (before = ctx.buffers.count));
afterAll(() => expect(ctx.buffers.count).toBe(before));

const folder = new URL('../../../training/golden-gguf/', import.meta.url);
const golden = new Uint8Array(readFileSync(new URL('blocks.bin', folder)));
const { blocks } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
  blocks: Record<BlockFormat, { begin: number; bytes: number; count: number }>;
};
/** A matrix on the GPU in chunks of so many rows, and its weights as gguf decodes them. */
async function matrixOf(format: BlockFormat, rows: number, cols: number, chunkRows = rows) {
  const made = blockWeights(format, rows, cols, 3);
  const rowBytes = made.bytes.length / rows;
  const chunks: WeightChunk[] = [];
  const buffers: GPUBuffer[] = [];
  for (let firstRow = 0; firstRow < rows; firstRow += chunkRows) {
    const count = Math.min(chunkRows, rows - firstRow);
    const own = repackBlocks(
      format,
      made.bytes.subarray(firstRow * rowBytes, (firstRow + count) * rowBytes),
      count * cols,
    );
    const data = await upload(ctx, own.data, 'weights');
    const scales = own.scales.length > 0 ? await upload(ctx, own.scales, 'scales') : undefined;
    buffers.push(data, ...(scales ? [scales] : []));
    chunks.push({ data, ...(scales && { scales }), firstRow, rows: count });
  }
  const matrix: WeightMatrix = { format, rows, cols, chunks };
  const values = Float64Array.from({ length: rows * cols });
  for (let r = 0; r < rows; r++) values.set(made.row(r), r * cols);
  return { matrix, values, destroy: () => buffers.forEach((b) => ctx.buffers.destroy(b)) };
}

/** Rounding of a dot product of k terms of size 3/√k, and of unpacking. */
const tolerance = (k: number) => 6e-8 * (16 + 6 * Math.sqrt(k));

const dots = versionsHere('row_dots', Object.keys(dotVersions) as RowDotsVersion[]).filter((v) =>
  supports(ctx.info, needsOf('row_dots', v)),
);
const matmuls = versionsHere('linear_matmul', Object.keys(matmulVersions) as LinearMatmulVersion[]).filter((v) =>
  supports(ctx.info, needsOf('linear_matmul', v)),
);
const embeds = Object.keys(embedVersions) as EmbedNormVersion[];
/**
 * Every version of every type in the full tier; in the short one a version a type, in turn: each reads single units of
 * all types through the same functions. Whole groups are read by the last of matvec alone, which therefore has all.
 */
const inTurn = <T>(versions: readonly T[], format: BlockFormat): readonly T[] =>
  full ? versions : [versions[blockFormatIds.indexOf(format) % versions.length]!];

describe.each(blockFormatIds)('%s', (format) => {
  const { block } = blockFormats[format];

  test('dequantised bits equal gguf’s, scales of every exponent', async () => {
    const { begin, bytes, count } = blocks[format];
    const { data, scales } = repackBlocks(format, golden.slice(begin, begin + bytes), count - (count % block));
    const expected = new Float32Array(golden.slice(begin + bytes, begin + bytes + 4 * count).buffer);
    const [w, s] = [await upload(ctx, data), scales.length > 0 ? await upload(ctx, scales) : undefined];
    const y = await upload(ctx, new Float32Array(count));
    const rows = Math.floor(count / block);
    const matrix = { format, rows, cols: block, chunks: [{ data: w, ...(s && { scales: s }), firstRow: 0, rows }] };
    const got = await run(
      ctx,
      slots,
      (await createDequantise(ctx, format)).calls(y, matrix, slots),
      y,
      0,
      rows * block,
    );
    for (const b of [w, y, ...(s ? [s] : [])]) ctx.buffers.destroy(b);
    // Numbers below float32's smallest normal one may be taken for 0, MXFP4's scale among them; NaN and infinity are
    // BF16's alone here.
    const tiny = 2 ** -122;
    const wrong = [...got].flatMap((v, i) => {
      const want = expected[i]!;
      return v === want || (Math.abs(want) < tiny && Math.abs(v) < tiny) || !Number.isFinite(want)
        ? []
        : [[i, v, want]];
    });
    expect(wrong.slice(0, 4)).toEqual([]);
    expect(got.filter((v) => v !== 0).length).toBeGreaterThan(got.length / 2);
  });

  test.each(full ? dots : dots.slice(-1))('matvec.%s against float64', async (version) => {
    const [n, k, rows] = [37, block === 32 ? 160 : 512, 2];
    const { matrix, values, destroy } = await matrixOf(format, n, k, 16);
    const kernel = await createMatvec(ctx, { format, version, sizes: [2] });
    const x = wave(rows * k, 2);
    const [xs, y] = [await upload(ctx, x), await upload(ctx, new Float32Array(rows * n))];
    const got = await run(ctx, slots, kernel.calls({ x: xs, y }, matrix, { rows }, slots), y, 0, rows * n);
    for (const b of [xs, y]) ctx.buffers.destroy(b);
    destroy();
    const { error, scale } = compare(got, linear(x, values, { m: rows, n, k, b: 'nk', activation: 'none' }));
    expect(scale).toBeGreaterThan(0.05);
    expect(error).toBeLessThan(tolerance(k));
  });

  test.each(inTurn(matmuls, format))('linear_matmul.%s against float64', async (version) => {
    const [n, k, rows] = [50, block === 32 ? 96 : 256, 11];
    const { matrix, values, destroy } = await matrixOf(format, n, k, 16);
    const kernel = await createLinearMatmul(ctx, { format, version });
    const x = wave(rows * k, 2);
    const [xs, y] = [await upload(ctx, x), await upload(ctx, new Float32Array(rows * n))];
    const got = await run(ctx, slots, kernel.calls({ x: xs, y }, matrix, { rows }, slots), y, 0, rows * n);
    for (const b of [xs, y]) ctx.buffers.destroy(b);
    destroy();
    const { error, scale } = compare(got, linear(x, values, { m: rows, n, k, b: 'nk', activation: 'none' }));
    expect(scale).toBeGreaterThan(0.05);
    expect(error).toBeLessThan(tolerance(k));
  });

  test.each(inTurn(embeds, format))('embed_norm.%s: rows of the table, and their norm', async (version) => {
    const [vocab, width, rows] = [48, block === 32 ? 96 : 256, 21];
    const { matrix, values, destroy } = await matrixOf(format, vocab, width, 16);
    const options = { format, kind: 'rmsnorm', position: false, bias: false } as const;
    const kernel = await createEmbedNormVersion(ctx, version, options);
    const tokens = Array.from({ length: rows }, (_, r) => (7 * r + 3) % vocab);
    const weight = wave(width, 7).map((v) => 1 + v);
    const buffers = {
      rows: await upload(ctx, Uint32Array.from(tokens.flatMap((t) => [t, 0, 0, 0]))),
      weight: await upload(ctx, weight),
      x: await upload(ctx, new Float32Array(rows * width)),
      y: await upload(ctx, new Float32Array(rows * width)),
    };
    const calls = matrix.chunks.map(({ data, scales, firstRow, rows: chunkRows }) =>
      kernel.call(
        { ...buffers, table: data, ...(scales && { scales }) },
        { rows, width, epsilon: 1e-5, firstRow, chunkRows },
        slots,
      ),
    );
    const y = await run(ctx, slots, calls, buffers.y, 0, rows * width);
    const x = await run(ctx, slots, [], buffers.x, 0, rows * width);
    for (const b of Object.values(buffers)) ctx.buffers.destroy(b);
    destroy();
    const wanted = Float64Array.from(tokens.flatMap((t) => [...values.subarray(t * width, (t + 1) * width)]));
    expect([...x]).toEqual([...wanted]);
    const norm = residualNorm(wanted, undefined, rows, width, { kind: 'rmsnorm', epsilon: 1e-5, weight });
    expect(compare(y, norm.y).error).toBeLessThan(2e-5);
  });
});

test('a row that is not whole blocks is refused, and scales that are missing', async () => {
  const kernel = await createMatvec(ctx, { format: 'Q4_K', sizes: [1] });
  const data = await upload(ctx, new Uint32Array(64));
  const args = { rows: 1 };
  const chunk = { data, firstRow: 0, rows: 1 };
  expect(ggufTypes.Q4_K.block).toBe(256);
  for (const [cols, message] of [
    [288, 'rows of 288 Q4_K weights are not a multiple of 256'],
    [256, 'Q4_K weights need scales'],
  ] as const)
    expect(() =>
      kernel.calls({ x: data, y: data }, { format: 'Q4_K', rows: 1, cols, chunks: [chunk] }, args, slots),
    ).toThrow(message);
  ctx.buffers.destroy(data);
});
