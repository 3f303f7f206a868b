import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createMatvec } from '../linear/matvec.ts';
import type { RowDotsVersion } from '../linear/rowDots.ts';
import { variants } from './harness.ts';
import { formatTitle, linearDims, linearShape, linearWork, prepareLinear } from './packedLinear.ts';
import { rowDotsLoads, rowDotsVersions, sizeFor } from './rowDots.ts';
import type { Family } from './types.ts';

function family(format: WeightFormat): Family {
  const id = `matvec_${format}`;
  const dims = linearDims(format, 8);
  const wide = format === 'int8' || format === 'int4';
  return {
    id,
    group: 'linear',
    tunes: 'row_dots',
    dims,
    title: `Matrix times vector, ${formatTitle[format]}`,
    summary: `y = W·x + bias for 1 to 8 rows of x, ${format === 'f32' ? 'W' : 'W unpacked on the way'}. Every linear layer of a language model while it writes token by token; bound by how fast weights are read.`,
    versions: rowDotsVersions,
    shapes: [
      { label: '1024×1024', shape: linearShape(1, 1024, 1024) },
      { label: '4096×4096', shape: linearShape(1, 4096, 4096) },
      { label: '4096×4096, 8 rows', shape: linearShape(8, 4096, 4096) },
      { label: 'sotu, attention out', shape: linearShape(1, 192, 192) },
      { label: 'sotu, MLP down', shape: linearShape(1, 192, 512) },
      { label: 'sotu, logits', shape: linearShape(1, 4096, 192) },
      { label: 'countdown, MLP down, 8 branches', shape: linearShape(8, 128, 384) },
      { label: 'GPT-2, MLP up', shape: linearShape(1, 3072, 768) },
      { label: 'GPT-2, MLP down', shape: linearShape(1, 768, 3072) },
      ...(wide ? [{ label: 'GPT-2, logits', shape: linearShape(1, 50_257, 768) }] : []),
    ],
    edges: variants(
      linearShape(1, 1, 32),
      {},
      { n: 3, k: 64 },
      { n: 4, k: 96 },
      { n: 31 },
      { n: 32, k: 288 },
      { n: 33, k: 64 },
      { n: 65, k: 160 },
      { n: 257 },
      { n: 37, k: 96, rows: 3 },
      { n: 50, k: 64, rows: 4, pad: 8 },
    ),
    work: (s) => linearWork(format, s),
    // And a bias and a store for each output.
    moves: (version, { rows, n, k }) => rowDotsLoads(version, format, Math.ceil(n! / 4), rows!, k!) + 8 * rows! * n!,
    prepare: (ctx, slots, version, shape) =>
      prepareLinear(ctx, slots, id, format, dims, shape, () =>
        createMatvec(ctx, { format, version: version as RowDotsVersion, sizes: [sizeFor(shape.rows!)] }),
      ),
  };
}

/** matvec_f32, matvec_f16, matvec_int8 and matvec_int4. */
export const matvec: readonly Family[] = weightFormats.map(family);
