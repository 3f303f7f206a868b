import type { GpuContext } from '../../gpu/device.ts';
import { encode } from '../../gpu/kernel.ts';
import { readFloats } from '../../gpu/readback.ts';
import { UniformSlots } from '../../gpu/slots.ts';
import { createPairwiseDistance } from '../../kernels/reduce/pairwiseDistance.ts';
import { createSortedProjection, paddedLength } from '../../kernels/reduce/sortedProjection.ts';
import { pairwiseLimit } from '../../metrics/samples/pairwise.ts';
import { directions, projections } from '../../metrics/samples/sliced.ts';
import type { Batch } from '../../metrics/samples/types.ts';
import type { Reductions } from './problem.ts';

/** The sort's kernel is tested up to this many values a row. */
const SORT_LIMIT = 8192;
const OWNER = 'metrics';

export interface GpuReductions {
  read(x: Float32Array<ArrayBuffer>): Promise<Reductions>;
  destroy(): void;
}

/**
 * Sums of distances and sorted projections for the metrics that compare with `target`. Uses the arena's first register,
 * so no run may go on meanwhile.
 */
export async function createReductions(
  ctx: GpuContext,
  { arena, samples }: { readonly arena: GPUBuffer; readonly samples: number },
  target: Batch,
): Promise<GpuReductions> {
  const { dim } = target;
  const n = Math.min(samples, pairwiseLimit);
  const m = Math.min(target.n, pairwiseLimit);
  const sorts = samples <= SORT_LIMIT;
  const floats = (label: string, count: number) => ctx.buffers.create({ label, owner: OWNER, bytes: count * 4 });
  const upload = (label: string, data: ArrayLike<number>) =>
    ctx.buffers.upload({ label, owner: OWNER }, Float32Array.from(data));
  const parts = 16;
  const padded = paddedLength(samples);
  const [distance, sort, fresh, axes, cross, within, table, slots] = await Promise.all([
    createPairwiseDistance(ctx),
    createSortedProjection(ctx),
    upload('target', target.data),
    upload('directions', directions(dim)),
    floats('cross sums', parts * n),
    floats('own sums', parts * n),
    floats('projections', sorts ? projections * padded : 4),
    UniformSlots.create(ctx, { owner: OWNER, slots: 256 }),
  ]);
  const calls = [
    distance.call({ a: arena, b: fresh, partial: cross }, { n, m, dim, parts }, slots),
    distance.call({ a: arena, b: arena, partial: within }, { n, m: n, dim, parts }, slots),
    ...(sorts ? sort.calls({ x: arena, directions: axes, y: table }, { n: samples, dim, projections }, slots) : []),
  ];
  slots.flush();
  const mean = (sums: Float32Array, pairs: number) => sums.reduce((a, b) => a + b, 0) / pairs;
  return {
    async read(x) {
      ctx.assertReady();
      ctx.device.queue.writeBuffer(arena, 0, x);
      const encoder = ctx.device.createCommandEncoder({ label: 'metrics' });
      const pass = encoder.beginComputePass();
      for (const call of calls) encode(pass, call);
      pass.end();
      ctx.submit(encoder.finish());
      const [xy, xx, rows] = await Promise.all([
        readFloats(ctx, cross, 0, parts * n),
        readFloats(ctx, within, 0, parts * n),
        sorts ? readFloats(ctx, table, 0, projections * padded) : null,
      ]);
      const sorted = rows && new Float32Array(projections * samples);
      if (rows && sorted)
        for (let p = 0; p < projections; p++) sorted.set(rows.subarray(p * padded, p * padded + samples), p * samples);
      return { pairs: { xy: mean(xy, n * m), xx: mean(xx, n * n) }, ...(sorted && { sorted }) };
    },
    destroy: () => ctx.buffers.destroyOwner(OWNER),
  };
}
