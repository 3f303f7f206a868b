/** x rounded to int8 by rows, and int8 weights times it. */
import { quantiseRow } from '../../math/reference/quant.ts';
import { createMatvecDp4a, DP4A } from '../linear/matvecDp4a.ts';
import { createQuantiseRows } from '../quant/quantiseRows.ts';
import { places, signal } from './inputs.ts';
import { assemble, at, checkShape, onlyVersion, upTo, variants, whole } from './harness.ts';
import { linearDims, linearShape, linearWork, matrix } from './packedLinear.ts';
import type { Family } from './types.ts';

/**
 * Rows that round the same whatever the device's division: each number is within 0.35 of a whole number of its row's
 * steps.
 */
export function stepped(rows: number, cols: number, at: number, row: number, seed: number): Float32Array<ArrayBuffer> {
  const x = signal(at + rows * row, seed);
  const off = signal(x.length, seed + 1, 0.35);
  for (let r = 0; r < rows; r++) {
    const step = 0.0079 * (1 + r / 8);
    const first = at + r * row;
    for (let i = 0; i < cols; i++) x[first + i] = (Math.trunc(x[first + i]! * 127) + off[first + i]!) * step;
    x[first + ((5 * r + 3) % cols)] = (r % 2 === 0 ? 127 : -127) * step;
  }
  return x;
}

const quantDims = linearDims('int8', 65_535).filter((d) => d.name !== 'n');
export const quantiseRows: Family = {
  id: 'quantise_rows',
  group: 'quant',
  dims: quantDims,
  title: 'Rows to int8',
  summary: 'Each row of x as signed bytes and a scale, its largest magnitude / 127: what matvec_dp4a multiplies.',
  versions: onlyVersion('a workgroup a row'),
  shapes: [
    { label: '1×1024', shape: { rows: 1, k: 1024, pad: 0 } },
    { label: '8×4096', shape: { rows: 8, k: 4096, pad: 0 } },
    { label: '512×768', shape: { rows: 512, k: 768, pad: 0 } },
  ],
  edges: variants(
    { rows: 1, k: 8, pad: 0 },
    {},
    { k: 64 },
    { k: 120, rows: 3 },
    { k: 128, rows: 5, pad: 4 },
    { k: 136, rows: 2, pad: 8 },
    { k: 512, rows: 33 },
  ),
  // magnitude, maximum, product, rounding
  work: ({ rows, k }) => ({ flops: 4 * rows! * k!, bytes: rows! * (5 * k! + 4) }),
  moves: (_, { rows, k }) => rows! * (9 * k! + 4), // x twice
  prepare: (ctx, slots, _, shape) =>
    assemble(ctx, slots, async (harness) => {
      checkShape('quantise_rows', quantDims, shape);
      const rows = shape.rows!;
      const k = shape.k!;
      const pad = shape.pad!;
      const xRow = k + pad;
      const kernel = await createQuantiseRows(ctx);
      const data = stepped(rows, k, pad, xRow, 2);
      const x = await harness.input('x', data);
      const q = await harness.output('q', (rows * k) / 4);
      const scales = await harness.output('scales', rows);
      const row = (r: number) => quantiseRow(data.subarray(pad + r * xRow, pad + r * xRow + k));
      return {
        record: () => [kernel.call({ x, q, scales }, { rows, cols: k, xAt: pad, xRow }, slots)],
        outputs: [
          {
            name: 'q',
            buffer: q,
            at: 0,
            count: (rows * k) / 4,
            type: 'u32',
            tolerance: 0,
            expected() {
              const bytes = new Int8Array(rows * k);
              for (let r = 0; r < rows; r++) bytes.set(row(r).q, r * k);
              return whole(Float64Array.from(new Uint32Array(bytes.buffer)));
            },
          },
          // WGSL lets a quotient be 2.5 ulp off.
          {
            name: 'scales',
            buffer: scales,
            at: 0,
            count: rows,
            type: 'f32',
            tolerance: 3 * 2 ** -23 * 0.0079 * (1 + rows / 8),
            expected: () => whole(Float64Array.from({ length: rows }, (_v, r) => row(r).scale)),
          },
        ],
      };
    }),
};

const dims = linearDims('int8', 8);
export const matvecDp4a: Family = {
  id: 'matvec_dp4a',
  group: 'linear',
  dims,
  title: 'Matrix times vector, both int8',
  summary:
    'y = W·x + bias with x rounded to int8 too, four products an instruction (dot4I8Packed), rounding included. Not used by the language lab: it rounds activations, and that changes answers.',
  versions: onlyVersion('an invocation a quad of weight rows and row of x', [DP4A]),
  shapes: [
    { label: '1024×1024', shape: linearShape(1, 1024, 1024) },
    { label: '4096×4096', shape: linearShape(1, 4096, 4096) },
    { label: 'sotu, MLP down', shape: linearShape(1, 192, 512) },
    { label: 'GPT-2, MLP up', shape: linearShape(1, 3072, 768) },
    { label: 'GPT-2, MLP down', shape: linearShape(1, 768, 3072) },
    { label: 'GPT-2, logits', shape: linearShape(1, 50_257, 768) },
  ],
  edges: variants(
    linearShape(1, 1, 32),
    {},
    { n: 3, k: 8 },
    { n: 4, k: 96 },
    { n: 31 },
    { n: 32, k: 288 },
    { n: 33, k: 64 },
    { n: 65, k: 160 },
    { n: 37, k: 96, rows: 3 },
    { n: 50, k: 64, rows: 4, pad: 8 },
    { n: 9, k: 256, rows: 8 },
  ),
  work: (s) => linearWork('int8', s),
  // Weights, their scales and the row of x for each quad and row; bias and store; rounding reads x twice and writes
  // bytes.
  moves: (_, { rows, n, k }) => rows! * (Math.ceil(n! / 4) * (5 * k! + 20) + 8 * n! + 9 * k! + 4),
  prepare: (ctx, slots, _, shape) =>
    assemble(ctx, slots, async (harness) => {
      checkShape('matvec_dp4a', dims, shape);
      const rows = shape.rows!;
      const n = shape.n!;
      const k = shape.k!;
      const pad = shape.pad!;
      const kernel = await createMatvecDp4a(ctx);
      const xRow = k + pad;
      const yRow = n + pad;
      const yAt = pad > 0 ? pad + 1 : 0;
      const biasAt = pad > 0 ? 3 : 0;
      const count = yAt + rows * yRow;
      const w = await matrix(harness, 'int8', n, k, 3);
      const data = stepped(rows, k, pad, xRow, 2);
      const biasData = signal(biasAt + n, 4);
      const old = signal(count, 5);
      const x = await harness.input('x', data);
      const bias = await harness.input('bias', biasData);
      const y = await harness.inout('y', old);
      const q = await harness.output('q', (rows * k) / 4);
      const qScales = await harness.output('scales', rows);
      return {
        record: () => kernel.calls({ x, q, qScales, bias, y }, w, { rows, xAt: pad, xRow, yAt, yRow, biasAt }, slots),
        outputs: [
          {
            // |y| stays below 16, and is rounded as a whole number, as two scales (one a quotient), as their products
            // and with the bias: 7 · 2⁻²³.
            name: 'y',
            buffer: y,
            at: 0,
            count,
            type: 'f32',
            tolerance: 7 * 2 ** -23 * 16,
            expected() {
              const rounded = Array.from({ length: rows }, (_v, r) =>
                quantiseRow(data.subarray(pad + r * xRow, pad + r * xRow + k)),
              );
              const known = new Map<number, Float64Array>();
              const columns = new Set(n * k * rows <= 4e6 ? upTo(n) : places(n, 64));
              return at(
                upTo(count).filter((i) => i < yAt || (i - yAt) % yRow >= n || columns.has((i - yAt) % yRow)),
                (i) => {
                  const j = (i - yAt) % yRow;
                  if (i < yAt || j >= n) return old[i]!; // between rows nothing may be written
                  if (!known.has(j)) known.set(j, w.row(j));
                  const { q: bytes, scale } = rounded[Math.floor((i - yAt) / yRow)]!;
                  return known.get(j)!.reduce((sum, v, p) => sum + v * bytes[p]!, 0) * scale + biasData[biasAt + j]!;
                },
              );
            },
          },
        ],
      };
    }),
};
