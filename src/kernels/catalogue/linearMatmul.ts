import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createLinearMatmul, type LinearMatmulVersion } from '../linear/linearMatmul.ts';
import { variants, versionsOf } from './harness.ts';
import { bytesOf, formatTitle, linearDims, linearShape, linearWork, prepareLinear } from './packedLinear.ts';
import type { Family } from './types.ts';

const ceil = (a: number, b: number) => Math.ceil(a / b);
/** Scales of one weight row: int4 asks a word for each eight columns, int8 one at the end. */
function scaleBytes(format: WeightFormat, k: number): number {
  if (format === 'int4') return k / 2;
  return format === 'int8' ? 4 : 0;
}

/** Bytes of weights, scales and x. */
const loads: Readonly<Record<string, (format: WeightFormat, rows: number, n: number, k: number) => number>> = {
  // A weight row and a row of x for each output.
  '1.naive': (format, rows, n, k) => rows * n * (bytesOf(format, k) + scaleBytes(format, k) + 4 * k),
  // Weights once for each 64 rows, x once for each 64 outputs; int8's scale for each output.
  '2.tiled': (format, rows, n, k) =>
    n * ceil(rows, 64) * (bytesOf(format, k) + (format === 'int4' ? k / 2 : 0)) +
    (format === 'int8' ? 4 * rows * n : 0) +
    4 * rows * k * ceil(n, 64),
  // Eight weight rows and eight rows of x for each tile of 8×8.
  '3.registers': (format, rows, n, k) =>
    8 * ceil(rows, 8) * ceil(n, 8) * (bytesOf(format, k) + scaleBytes(format, k) + 4 * k),
  // 16 weight rows and 16 rows of x for each quad's tile of 16×16, eight of them a workgroup.
  '4.quad': (format, rows, n, k) =>
    8 * ceil(ceil(rows, 16) * ceil(n, 16), 8) * (16 * (bytesOf(format, k) + scaleBytes(format, k)) + 64 * k),
  // 32 of each for each octet's tile of 32×32, four of them a workgroup.
  '5.octet': (format, rows, n, k) =>
    4 * ceil(ceil(rows, 32) * ceil(n, 32), 4) * (32 * (bytesOf(format, k) + scaleBytes(format, k)) + 128 * k),
};

const biases: Readonly<Record<string, (rows: number, n: number) => number>> = {
  '4.quad': (rows, n) => 8 * ceil(ceil(rows, 16) * ceil(n, 16), 8) * 32,
  '5.octet': (rows, n) => 4 * ceil(ceil(rows, 32) * ceil(n, 32), 4) * 64,
};

function family(format: WeightFormat): Family {
  const id = `linear_matmul_${format}`;
  const dims = linearDims(format, 8192);
  return {
    id,
    group: 'linear',
    tunes: 'linear_matmul',
    dims,
    title: `Linear layer over many rows, ${formatTitle[format]}`,
    summary:
      'y = W·x + bias for any number of rows, the weights unpacked on the way. A language model’s linear layers while it reads a prompt; in f32 the plain matrix product does it.',
    versions: versionsOf('linear_matmul'),
    shapes: [
      { label: '256×1024×1024', shape: linearShape(256, 1024, 1024) },
      { label: 'sotu, MLP down of 256 tokens', shape: linearShape(256, 192, 512) },
      { label: 'sotu, gate and up of 256 tokens', shape: linearShape(256, 1024, 192) },
      { label: 'GPT-2, MLP up of 128 tokens', shape: linearShape(128, 3072, 768) },
      { label: 'GPT-2, MLP down of 128 tokens', shape: linearShape(128, 768, 3072) },
      { label: '512×4096×1024', shape: linearShape(512, 4096, 1024) },
    ],
    edges: variants(
      linearShape(1, 1, 32),
      {},
      { rows: 7, n: 9 },
      { rows: 8, n: 8, k: 64 },
      { rows: 9, n: 7, k: 96 },
      { rows: 63, n: 64 },
      { rows: 64, n: 65, k: 64 },
      { rows: 65, n: 63, k: 160 },
      { rows: 33, n: 257 },
      { rows: 11, n: 50, k: 64, pad: 8 },
    ),
    work: (s) => linearWork(format, s),
    // And a bias and a store for each output; 4.quad loads its bias once for 8 rows, 5.octet for 16.
    moves: (version, { rows, n, k }) =>
      (loads[version]?.(format, rows!, n!, k!) ?? NaN) +
      4 * (biases[version]?.(rows!, n!) ?? rows! * n!) +
      4 * rows! * n!,
    prepare: (ctx, slots, version, shape) =>
      prepareLinear(ctx, slots, id, format, dims, shape, () =>
        createLinearMatmul(ctx, { format, version: version as LinearMatmulVersion }),
      ),
  };
}

/** linear_matmul_f32, linear_matmul_f16, linear_matmul_int8 and linear_matmul_int4. */
export const linearMatmul: readonly Family[] = weightFormats.map(family);
