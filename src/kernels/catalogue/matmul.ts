import { linearAt } from '../../math/reference/linear.ts';
import { createMatmulVersion, type MatmulArgs, type MatmulVersion } from '../linear/matmul.ts';
import { halves, signal, spread } from './inputs.ts';
import { assemble, at, checkShape, MOST_MACS, upTo, variants, versionsOf } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'm', label: 'rows of A', min: 1, max: 8192 },
  { name: 'n', label: 'columns of C', min: 1, max: 65_536 },
  { name: 'k', label: 'depth', min: 1, max: 16_384 },
  { name: 'batch', label: 'batch', min: 1, max: 256 },
  { name: 'pad', label: 'elements between rows', min: 0, max: 64 },
];
const dense = (m: number, n: number, k: number): Shape => ({ m, n, k, batch: 1, pad: 0 });
const sizes = (s: Shape) => ({ m: s.m!, n: s.n!, k: s.k!, batch: s.batch!, pad: s.pad! });
const ceil = (a: number, b: number) => Math.ceil(a / b);

/**
 * Elements of A, of B and (unless it is one for each output) of the bias that a version asks for; edges read clamped
 * addresses, which count.
 */
const loads: Readonly<Record<string, (m: number, n: number, k: number) => { a: number; b: number; bias?: number }>> = {
  // One of each for every product.
  '1.naive': (m, n, k) => ({ a: m * n * k, b: m * n * k }),
  // A row of A once for each tile of 64 columns, a row of B once for each tile of 64 rows.
  '2.tiled': (m, n, k) => ({ a: m * k * ceil(n, 64), b: n * k * ceil(m, 64) }),
  // 8 + 8 elements a column of k, for each tile of 8×8.
  '3.registers': (m, n, k) => ({ a: 8 * k * ceil(m, 8) * ceil(n, 8), b: 8 * k * ceil(m, 8) * ceil(n, 8) }),
  // Of workgroups of 8×256: B by every lane, A once a subgroup, taken to have 32 lanes.
  '4.subgroup': (m, n, k) => ({
    a: 8 * ceil(k, 128) * 128 * 2 * ceil(m, 8) * ceil(n, 256),
    b: 256 * k * ceil(m, 8) * ceil(n, 256),
  }),
  // 24 + 16 elements a column of k (of an even number) for each quad's tile of 24×16, eight of them a workgroup, and
  // its bias once for each 12 rows.
  '5.quad': (m, n, k) => {
    const tiles = 8 * ceil(ceil(m, 24) * ceil(n, 16), 8);
    const even = 2 * ceil(k, 2);
    return { a: 24 * even * tiles, b: 16 * even * tiles, bias: 32 * tiles };
  },
  // 32 + 32 elements a column of k for each octet's tile of 32×32, four of them a workgroup, and its bias once for each
  // 16 rows.
  '11.octet': (m, n, k) => {
    const tiles = 4 * ceil(ceil(m, 32) * ceil(n, 32), 4);
    return { a: 32 * k * tiles, b: 32 * k * tiles, bias: 64 * tiles };
  },
  // As 2.tiled; the bias once for each 4 or 8 rows.
  ...Object.fromEntries(
    (
      [
        ['6.tiles', 64, 64, 8],
        ['7.tiles32', 32, 32, 4],
        ['8.tiles128x64', 128, 64, 8],
        ['9.tiles128', 128, 128, 8],
        ['10.matrix', 64, 64, 8],
      ] as const
    ).map(([id, tm, tn, rows]) => [
      id,
      (m: number, n: number, k: number) => ({
        a: m * k * ceil(n, tn),
        b: n * k * ceil(m, tm),
        bias: (tm / rows) * tn * ceil(m, tm) * ceil(n, tn),
      }),
    ]),
  ),
};

function family(weights: 'f32' | 'f16'): Family {
  const id = weights === 'f32' ? 'matmul' : 'matmul_f16';
  const word = weights === 'f32' ? 4 : 2;
  return {
    id,
    group: 'linear',
    tunes: 'matmul',
    dims,
    title: weights === 'f32' ? 'Matrix product' : 'Matrix product, f16 weights',
    summary: `C = A·Bᵀ + bias with B as (n, k), as PyTorch stores a layer's weights${weights === 'f16' ? ', in 16 bits; sums are f32' : ''}. Every linear layer of the diffusion networks, and of language models in f32 from 9 rows on.`,
    versions: versionsOf('matmul', weights === 'f16' ? ['shader-f16'] : []),
    shapes: [
      { label: '256³', shape: dense(256, 256, 256) },
      { label: '512³', shape: dense(512, 512, 512) },
      { label: '1024³', shape: dense(1024, 1024, 1024) },
      { label: '2048³', shape: dense(2048, 2048, 2048) },
      { label: 'digits, q|k|v of 16 images', shape: dense(784, 288, 96) },
      { label: 'digits, MLP up of 16 images', shape: dense(784, 384, 96) },
      { label: 'digits, MLP down of 16 images', shape: dense(784, 96, 384) },
      { label: 'avatars, q|k|v of 16 images', shape: dense(1024, 384, 128) },
      { label: 'avatars, MLP up of 16 images', shape: dense(1024, 512, 128) },
      { label: 'sotu, prefill of 256 tokens', shape: dense(256, 512, 192) },
      { label: 'GPT-2, MLP up of 128 tokens', shape: dense(128, 3072, 768) },
      { label: 'GPT-2, MLP down of 128 tokens', shape: dense(128, 768, 3072) },
      { label: 'batch of 12, 256×256×64', shape: { ...dense(256, 256, 64), batch: 12 } },
    ],
    edges: [
      ...variants(
        dense(1, 1, 1),
        {},
        { k: 4 },
        { m: 7, n: 9, k: 8 },
        { m: 8, n: 8, k: 12 },
        { m: 9, n: 7, k: 17 },
        { m: 63, n: 65, k: 60 },
        { m: 64, n: 64, k: 64 },
        { m: 65, n: 63, k: 68 },
        { m: 5, n: 257, k: 132 },
        { m: 33, n: 130, k: 31 },
      ),
      { m: 21, n: 10, k: 8, batch: 3, pad: 4 },
      { m: 66, n: 35, k: 20, batch: 2, pad: 8 },
      { m: 6, n: 11, k: 5, batch: 2, pad: 3 },
    ],
    // Without the bias, as everybody counts.
    work: (s) => {
      const { m, n, k, batch } = sizes(s);
      return { flops: 2 * m * n * k * batch, bytes: batch * (4 * m * k + word * n * k + 4 * m * n) + 4 * n };
    },
    // And a store of 4 bytes for each output.
    moves(version, s) {
      const { m, n, k, batch } = sizes(s);
      const { a, b, bias = m * n } = loads[version]?.(m, n, k) ?? { a: NaN, b: NaN };
      return batch * (4 * a + word * b + 4 * bias + 4 * m * n);
    },
    prepare(ctx, slots, version, shape) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, shape);
        const { m, n, k, batch, pad } = sizes(shape);
        const kernel = await createMatmulVersion(ctx, version as MatmulVersion, { weights });
        const row = k + pad;
        const cRow = n + pad;
        const first = pad; // padding shifts the first elements too
        const half = weights === 'f16' ? halves(first + batch * n * row, 3) : undefined;
        const w = half?.values ?? signal(first + batch * n * row, 3);
        const x = signal(first + batch * m * row, 2);
        const bias = signal(n, 4);
        const count = first + batch * m * cRow;
        const old = pad > 0 ? signal(count, 5) : undefined;
        const a = await harness.input('a', x);
        const b = await harness.input('b', half?.words ?? w);
        const biasBuffer = await harness.input('bias', bias);
        const c = old ? await harness.inout('c', old) : await harness.output('c', count);
        const args: MatmulArgs = { m, n, k, batch, aRow: row, bRow: row, cRow, aAt: first, bAt: first, cAt: first };
        return {
          record: () => [kernel.call({ a, b, bias: biasBuffer, gate: b, c }, args, slots)],
          outputs: [
            {
              name: 'c',
              buffer: c,
              at: 0,
              count,
              type: 'f32',
              tolerance: 6e-8 * (4 + k) * 2, // rounding of k products of at most 1, and of the sums
              expected: () =>
                at(count * k <= MOST_MACS ? upTo(count) : spread(batch * m, cRow).map((i) => i + first), (i) => {
                  const r = Math.floor((i - first) / cRow);
                  const column = (i - first) % cRow;
                  if (i < first || column >= n) return old![i]!; // between rows nothing may be written
                  const z = Math.floor(r / m);
                  return (
                    linearAt(
                      x.subarray(first + r * row),
                      w.subarray(first + (z * n + column) * row),
                      { m, n, k, b: 'nk', activation: 'none' },
                      0,
                      0,
                    ) + bias[column]!
                  );
                }),
            },
          ],
        };
      });
    },
  };
}

export const matmul: readonly Family[] = [family('f32'), family('f16')];
