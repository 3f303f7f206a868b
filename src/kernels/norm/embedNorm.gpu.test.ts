import { describe, expect, test } from 'vitest';
import { inFull } from '../../core/testing.ts';
import { readFloats } from '../../gpu/readback.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { embedNorm } from '../../math/reference/embedNorm.ts';
import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import {
  createEmbedNorm,
  createEmbedNormVersion,
  type EmbedNormOptions,
  type EmbedNormVersion,
  versions,
} from './embedNorm.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const CONTEXT = 40;

/** Any bits are a valid table, f16 and f32 but for their exponents; scales lie between 0.01 and 0.03. */
function tableOf(
  format: WeightFormat,
  vocab: number,
  width: number,
): { data: Uint32Array<ArrayBuffer>; scales?: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> } {
  const count = vocab * width;
  const bits = new Uint32Array(wave(count, 3).map((v) => (v + 1) * 2 ** 31));
  const floats = wave(count, 4);
  if (format === 'f32') return { data: new Uint32Array(floats.buffer) };
  if (format === 'f16') return { data: bits.subarray(0, count / 2).map((w) => (w & 0x83ff83ff) | 0x34003800) }; // ±0.25…0.5 and ±0.5…1
  if (format === 'int8')
    return { data: bits.subarray(0, count / 4), scales: wave(vocab, 5).map((v) => 0.02 + 0.01 * v) };
  return {
    data: bits.subarray(0, count / 8),
    scales: bits.subarray(0, Math.ceil(count / 64)).map((w) => (w & 0x03ff03ff) | 0x24002000),
  };
}

async function check(
  version: EmbedNormVersion,
  options: EmbedNormOptions & { readonly format: WeightFormat },
  vocab: number,
  width: number,
  rowCount: number,
  chunks: readonly number[],
) {
  const { format, kind, position, bias } = options;
  const table = tableOf(format, vocab, width);
  const epsilon = 1e-5;
  const rows = Array.from({ length: rowCount }, (_, r) => ({
    token: (r * 7 + 3) % vocab,
    position: (r * 11) % CONTEXT,
  }));
  const positions = wave(CONTEXT * width, 6);
  const weight = wave(width, 7).map((v) => 1 + v);
  const shift = wave(width, 8);
  const shared = {
    rows: await upload(ctx, Uint32Array.from(rows.flatMap((r) => [r.token, 99, r.position, 0]))),
    weight: await upload(ctx, weight),
    bias: await upload(ctx, shift),
    positions: await upload(ctx, positions),
    x: await upload(ctx, new Float32Array(rowCount * width).fill(NaN)),
    y: await upload(ctx, new Float32Array(rowCount * width).fill(NaN)),
  };
  const kernel = await createEmbedNormVersion(ctx, version, options);
  const owned: GPUBuffer[] = [];
  const calls = [];
  let firstRow = 0;
  for (const chunkRows of chunks) {
    const part = (a: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>) =>
      a.slice((firstRow * a.length) / vocab, ((firstRow + chunkRows) * a.length) / vocab);
    const data = await upload(ctx, part(table.data));
    const scales = table.scales && (await upload(ctx, part(table.scales)));
    owned.push(data, ...(scales ? [scales] : []));
    calls.push(
      kernel.call(
        { ...shared, table: data, ...(scales && { scales }) },
        { rows: rowCount, width, epsilon, firstRow, chunkRows },
        slots,
      ),
    );
    firstRow += chunkRows;
  }
  expect(firstRow).toBe(vocab);
  // Backwards, so that a piece that wrote the rows of another would do so last.
  const y = await run(ctx, slots, calls.reverse(), shared.y, 0, rowCount * width);
  const x = await readFloats(ctx, shared.x, 0, rowCount * width);
  for (const buffer of [...owned, ...Object.values(shared)]) ctx.buffers.destroy(buffer);
  const expected = embedNorm(
    rows,
    { format, ...table, vocab, width, ...(position && { positions }) },
    { kind, epsilon, weight, ...(bias && { bias: shift }) },
  );
  return { x: compare(x, expected.x), y: compare(y, expected.y) };
}

describe.each(Object.keys(versions) as EmbedNormVersion[])('embed_norm.%s', (version) => {
  const norms = [
    { kind: 'layernorm', position: true, bias: true },
    { kind: 'rmsnorm', position: false, bias: false },
  ] as const;
  // In the short tier these are the catalogue's edges, of every format and norm: catalogue.gpu.test.ts.
  test.each(
    inFull(weightFormats).flatMap((format) =>
      norms.flatMap((norm) =>
        [
          [1, 32],
          [5, 64],
          [67, 96],
          [9, 416],
        ].map(([rows, width]) => [format, norm.kind, rows!, width!, norm] as const),
      ),
    ),
  )('%s, %s: %i rows of %i', async (format, _, rows, width, norm) => {
    const got = await check(version, { format, ...norm }, 30, width, rows, [30]);
    expect(got.x.scale).toBeGreaterThan(0.1);
    // One multiplication and one addition of numbers up to 4; then statistics of at most 416 numbers.
    expect(got.x.error).toBeLessThan(5e-7);
    expect(got.y.scale).toBeGreaterThan(0.5);
    expect(got.y.error).toBeLessThan(2e-5);
  });

  test.each(weightFormats)('a %s table in three pieces: every row is written by one of them', async (format) => {
    const got = await check(version, { format, ...norms[0] }, 48, 64, 50, [16, 2, 30]);
    expect(got.x.error).toBeLessThan(5e-7);
    expect(got.y.error).toBeLessThan(2e-5);
  });
});

test('what the kernel cannot read is refused in words', async () => {
  const kernel = await createEmbedNorm(ctx, { format: 'int4', kind: 'rmsnorm', position: false, bias: false });
  const some = await upload(ctx, [0]);
  const buffers = { rows: some, table: some, weight: some, x: some, y: some };
  expect(() => kernel.call(buffers, { rows: 1, width: 32, epsilon: 1e-5, chunkRows: 1 }, slots)).toThrow(
    "no buffer for 'scales'",
  );
  expect(() =>
    kernel.call({ ...buffers, scales: some }, { rows: 1, width: 36, epsilon: 1e-5, chunkRows: 1 }, slots),
  ).toThrow('multiples of 32, not 36');
  ctx.buffers.destroy(some);
});
