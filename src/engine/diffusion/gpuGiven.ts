// Registers that a run is given and that are read when it has ended: they lie at the arena's beginning, in their order.
import type { GpuContext } from '../../gpu/device.ts';
import { readFloats } from '../../gpu/readback.ts';
import type { Reg } from '../../samplers/diffusion/types.ts';

export type GivenRegisters = Readonly<Record<Reg, Float32Array<ArrayBuffer>>>;

/** Before what is submitted next. */
export function writeGiven(ctx: GpuContext, arena: GPUBuffer, given: GivenRegisters, bytesEach: number): void {
  for (const [k, values] of Object.values(given).entries()) ctx.device.queue.writeBuffer(arena, k * bytesEach, values);
}

export async function readGiven(
  ctx: GpuContext,
  arena: GPUBuffer,
  given: GivenRegisters,
  bytesEach: number,
): Promise<Record<Reg, Float32Array>> {
  const entries = Object.entries(given);
  const all = await readFloats(ctx, arena, 0, (entries.length * bytesEach) / 4);
  return Object.fromEntries(
    entries.map(([reg, { length }], k) => [reg, all.slice((k * bytesEach) / 4, (k * bytesEach) / 4 + length)]),
  );
}
