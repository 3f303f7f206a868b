import { USAGE } from './buffers.ts';
import type { GpuContext } from './device.ts';

/** Read a range back, once. Not for loops: it waits for the queue. */
export async function readBuffer(
  ctx: GpuContext,
  source: GPUBuffer,
  offset = 0,
  bytes = source.size - offset,
): Promise<ArrayBuffer> {
  const size = Math.ceil(bytes / 4) * 4;
  const staging = await ctx.buffers.create({ label: 'readback', owner: 'readback', bytes: size, usage: USAGE.mapRead });
  try {
    const encoder = ctx.device.createCommandEncoder({ label: 'readback' });
    encoder.copyBufferToBuffer(source, offset, staging, 0, size);
    ctx.submit(encoder.finish());
    return await mapCopy(ctx, staging, bytes);
  } finally {
    ctx.buffers.destroy(staging);
  }
}

export const readFloats = async (ctx: GpuContext, source: GPUBuffer, offset = 0, count = (source.size - offset) / 4) =>
  new Float32Array(await readBuffer(ctx, source, offset, count * 4));

/** A copy recorded into somebody's encoder; call `read` after that encoder was submitted. */
export interface Ticket {
  read(): Promise<ArrayBuffer>;
}

/**
 * A ring of staging buffers for previews: the loop records a copy and goes on; a frame that finds no free buffer is
 * skipped.
 */
export class ReadbackRing {
  readonly #ctx: GpuContext;
  readonly #free: GPUBuffer[];
  readonly #all: readonly GPUBuffer[];
  readonly bytes: number;

  private constructor(ctx: GpuContext, buffers: GPUBuffer[], bytes: number) {
    this.#ctx = ctx;
    this.#free = [...buffers];
    this.#all = buffers;
    this.bytes = bytes;
  }

  static async create(
    ctx: GpuContext,
    options: { readonly owner: string; readonly bytes: number; readonly count?: number },
  ): Promise<ReadbackRing> {
    const buffers: GPUBuffer[] = [];
    for (let i = 0; i < (options.count ?? 3); i++)
      buffers.push(
        await ctx.buffers.create({
          label: `preview ${i}`,
          owner: options.owner,
          bytes: options.bytes,
          usage: USAGE.mapRead,
        }),
      );
    return new ReadbackRing(ctx, buffers, options.bytes);
  }

  /** Record a copy of `source[offset, offset + bytes)`. Undefined when every buffer is still on its way. */
  copy(encoder: GPUCommandEncoder, source: GPUBuffer, offset = 0, bytes = this.bytes): Ticket | undefined {
    const staging = this.#free.pop();
    if (!staging) return undefined;
    encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
    return { read: () => mapCopy(this.#ctx, staging, bytes).finally(() => this.#free.push(staging)) };
  }

  destroy(): void {
    for (const buffer of this.#all) this.#ctx.buffers.destroy(buffer);
  }
}

async function mapCopy(ctx: GpuContext, staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  ctx.counters.maps++;
  try {
    await staging.mapAsync(1 /* READ */);
  } catch (cause) {
    ctx.assertReady();
    throw cause;
  }
  const copy = staging.getMappedRange(0, Math.ceil(bytes / 4) * 4).slice(0, bytes);
  staging.unmap();
  return copy;
}
