// What guidance does to samples that no sum can, at the catalogue's edges and where numbers are very small.
import { expect, test } from 'vitest';
import { UniformSlots } from '../../gpu/slots.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { guide as reference } from '../../math/guide.ts';
import { checkPrepared } from '../catalogue/check.ts';
import { guide } from '../catalogue/guide.ts';
import { assemble, whole } from '../catalogue/harness.ts';
import { createGuide } from './guide.ts';

const ctx = await nodeContext();
const slots = await UniformSlots.create(ctx, { owner: 'test', slots: 64 });

test.each(guide.edges.map((shape) => [JSON.stringify(shape), shape] as const))('%s', async (_, shape) => {
  const prepared = await guide.prepare(ctx, slots, guide.versions[0]!.id, shape);
  for (const check of await checkPrepared(ctx, prepared)) expect(check).toMatchObject({ pass: true });
  prepared.destroy();
});

test.each(['rms', 'max'] as const)(
  'the size of very small samples is their size (%s), and none is none',
  async (norm) => {
    const by = { kind: 'unit', norm, size: 3 } as const;
    const rows = Float32Array.of(3e-30, -4e-30, 0, 0, 2e25, -1e25);
    const prepared = await assemble(ctx, slots, async (harness) => {
      const kernel = await createGuide(ctx);
      const arena = await harness.inout('arena', rows);
      return {
        record: () => [kernel.call({ arena }, { samples: 3, dim: 2, a: 0, b: 0, out: 0, by }, slots)],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: 6,
            type: 'f32',
            tolerance: 1e-6,
            expected: () => whole(reference(Float64Array.from(rows), Float64Array.from(rows), 2, by)),
          },
        ],
      };
    });
    for (const check of await checkPrepared(ctx, prepared)) expect(check).toMatchObject({ pass: true });
    prepared.destroy();
  },
);

test('an affine map of pictures is refused', async () => {
  const kernel = await createGuide(ctx);
  const by = { kind: 'affine', matrix: Array<number>(10).fill(1) } as const;
  const arena = await ctx.buffers.create({ label: 'arena', owner: 'test', bytes: 64, usage: GPUBufferUsage.STORAGE });
  expect(() => kernel.call({ arena }, { samples: 2, dim: 3, a: 0, b: 0, out: 6, by }, slots)).toThrow(
    'not of 3 numbers',
  );
});
