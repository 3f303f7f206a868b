import { USAGE } from '../gpu/buffers.ts';
import type { GpuContext } from '../gpu/device.ts';

/** The first `bytes` of a staging buffer, once what was submitted has run. Throws what the device said against it. */
export async function readStaging(ctx: GpuContext, staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  ctx.counters.maps++;
  try {
    await staging.mapAsync(USAGE.mapRead, 0, bytes);
  } catch (cause) {
    ctx.assertReady();
    throw cause;
  }
  const copy = staging.getMappedRange(0, bytes).slice(0);
  staging.unmap();
  // A fault in a kernel must not pass for a text.
  const fault = ctx.takeError();
  if (fault) throw new Error(`The GPU refused the pass: ${fault}`);
  return copy;
}
