import type { GpuContext } from '../../gpu/device.ts';
import type { Call } from '../../gpu/kernel.ts';
import { ReadbackRing, type Ticket } from '../../gpu/readback.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createBlit } from '../../kernels/image/blit.ts';
import type { ModelShape } from '../../models/types.ts';
import { displayScale, gridColumns, type Picture } from './tiles.ts';

/** Staging buffers for pictures on their way to the page; when all are busy a step goes without a live picture. */
const RING = 4;

/**
 * How a running sampler is seen: points as they are, images drawn by a kernel, so that a byte a channel is read back
 * instead of four.
 */
export interface Preview {
  /** The kernel that draws the state at an arena offset; null where the state itself is the picture. */
  draw(offset: number, sigma: number, slots: UniformSlots): Call | null;
  /** Records the copy of what was drawn, or of the state at `offset`. Undefined when every staging buffer is busy. */
  copy(encoder: GPUCommandEncoder, offset: number): PictureTicket | undefined;
}

/** A picture on its way: `read` gives it, `bytes` what `make` makes it of. */
export interface PictureTicket {
  read(): Promise<Picture>;
  bytes(): Promise<ArrayBuffer>;
  make(bytes: ArrayBuffer): Picture;
}

export async function createPreview(
  ctx: GpuContext,
  arena: GPUBuffer,
  samples: number,
  shape: ModelShape,
  owner: string,
): Promise<Preview> {
  const after = (ticket: Ticket | undefined, make: (bytes: ArrayBuffer) => Picture) =>
    ticket && { read: () => ticket.read().then(make), bytes: () => ticket.read(), make };
  if (shape.kind === 'point') {
    const ring = await ReadbackRing.create(ctx, { owner, bytes: samples * 8, count: RING });
    return {
      draw: () => null,
      copy: (encoder, offset) =>
        after(ring.copy(encoder, arena, offset * 4), (bytes) => ({ kind: 'points', data: new Float32Array(bytes) })),
    };
  }
  const columns = gridColumns(samples);
  const rows = Math.ceil(samples / columns);
  const width = columns * shape.width;
  const height = rows * shape.height;
  const [blit, pixels] = await Promise.all([
    createBlit(ctx),
    ctx.buffers.create({ label: 'picture', owner, bytes: width * height * 4 }),
  ]);
  const ring = await ReadbackRing.create(ctx, { owner, bytes: width * height * 4, count: RING });
  return {
    draw: (offset, sigma, slots) =>
      blit.call(
        { arena, pixels },
        {
          channels: shape.channels,
          height: shape.height,
          width: shape.width,
          samples,
          at: offset,
          columns,
          rows,
          scale: displayScale(sigma),
        },
        slots,
      ),
    copy: (encoder) =>
      after(ring.copy(encoder, pixels), (bytes) => ({
        kind: 'image',
        rgba: new Uint8ClampedArray(bytes),
        width,
        height,
        columns,
        tile: shape.width,
      })),
  };
}
