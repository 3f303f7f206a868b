/** For `*.gpu.test.ts` only: an arena with registers, and one evaluation there and back. */
import { readFileSync } from 'node:fs';
import type { Asked } from '../core/role.ts';
import { parseModelJson } from '../models/networks/index.ts';
import { parseSafetensors } from '../formats/safetensors.ts';
import type { GpuContext } from '../gpu/device.ts';
import { readFloats } from '../gpu/readback.ts';
import type { GpuDenoiser, Place } from './types.ts';

const root = new URL('../../', import.meta.url);
export const bundle = (id: string) => ({
  file: parseModelJson(readFileSync(new URL(`public/models/${id}/model.json`, root))),
  tensors: parseSafetensors(readFileSync(new URL(`public/models/${id}/weights.safetensors`, root))),
});
export const golden = (id: string) =>
  JSON.parse(readFileSync(new URL(`training/golden-networks/${id}.json`, root)).toString()) as Record<string, unknown>;

/** Registers of n·dim floats, as the engine lays them out. */
export async function makePlace(
  ctx: GpuContext,
  samples: number,
  dim: number,
  registers = 3,
): Promise<Place & { readonly stride: number }> {
  const stride = Math.ceil((samples * dim) / 64) * 64;
  return {
    arena: await ctx.buffers.create({ label: 'arena', owner: 'test', bytes: stride * registers * 4 }),
    samples,
    owner: 'test',
    stride,
  };
}

/** D(x; σ) for every σ of one prepared plan, x in register 0 and the results read back from register 1. */
export async function evaluate(
  ctx: GpuContext,
  net: GpuDenoiser,
  { arena, stride }: { readonly arena: GPUBuffer; readonly stride: number },
  x: Float64Array,
  sigmas: readonly number[],
  asked: Asked = {},
): Promise<Float32Array[]> {
  net.prepare(sigmas.map((sigma) => ({ sigma, x: 0, out: stride, ...asked })));
  const results: Float32Array[] = [];
  for (const k of sigmas.keys()) {
    ctx.device.queue.writeBuffer(arena, 0, Float32Array.from(x));
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    net.encode(pass, k);
    pass.end();
    ctx.submit(encoder.finish());
    results.push(await readFloats(ctx, arena, stride * 4, x.length));
    if (ctx.firstError) throw new Error(ctx.firstError);
  }
  return results;
}
