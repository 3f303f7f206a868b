/** What the adapter can do at most, measured by the kernels of shaders/roofline/ in the same run as everything else. */
import type { GpuContext } from '../../src/gpu/device.ts';
import { encode, type Call } from '../../src/gpu/kernel.ts';
import { UniformSlots } from '../../src/gpu/slots.ts';
import { accumulators, createFmaMatmul, createFmaPeak } from '../../src/kernels/roofline/rooflineFma.ts';
import { createMemoryCopy, createMemoryRead } from '../../src/kernels/roofline/rooflineMemory.ts';

/**
 * Rates by the wall clock, and by the processor time of a software adapter spread over its cores. 10⁹ operations or
 * bytes a second.
 */
export interface Rate {
  readonly wall: number;
  readonly cpu?: number;
}
export interface Roofline {
  /**
   * Multiply-adds counted as two, nothing loaded: the best of 1 to 8 accumulators; and 64 accumulators in an 8×8 block
   * as a matmul holds them.
   */
  readonly fmaPeak: Rate;
  readonly fmaMatmul: Rate;
  /**
   * Reading 16 MiB, which is what a 1024×4096 matrix of floats takes; reading 256 KiB again and again; copying 16 MiB,
   * both directions counted.
   */
  readonly readStream: Rate;
  readonly readCached: Rate;
  readonly copy: Rate;
}
const MIB = 2 ** 20;

export async function measureRoofline(ctx: GpuContext, cpu?: () => Promise<number | undefined>): Promise<Roofline> {
  const owner = 'roofline';
  const software = ctx.info.isSoftware;
  const cores = globalThis.navigator.hardwareConcurrency || 1;
  const enough = 150;
  const slots = await UniformSlots.create(ctx, { owner, slots: 512 });
  const x = await ctx.buffers.create({ label: 'x', owner, bytes: 16 * MIB });
  const y = await ctx.buffers.create({ label: 'y', owner, bytes: 16 * MIB });
  const once = async (make: (n: number) => Call, n: number) => {
    const call = make(n);
    slots.flush();
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, call);
    pass.end();
    const commands = encoder.finish();
    const before = await cpu?.();
    const start = performance.now();
    ctx.submit(commands);
    await ctx.idle();
    const ms = performance.now() - start;
    const after = await cpu?.();
    slots.release(0);
    return { ms, cpuMs: before !== undefined && after !== undefined ? after - before : undefined };
  };
  /**
   * Lengthens a call until it lasts long enough, then takes the best of five: a limit is the best that was reached
   * once.
   */
  const rate = async (make: (n: number) => Call, work: (n: number) => number): Promise<Rate> => {
    let n = 1;
    let time = await once(make, n);
    for (time = await once(make, n); time.ms < enough && n < 2 ** 24; time = await once(make, n))
      n = Math.ceil(n * Math.min(8, Math.max(2, (1.3 * enough) / time.ms)));
    let wall = Infinity;
    let busy = Infinity;
    for (let i = 0; i < 5; i++) {
      const { ms, cpuMs } = await once(make, n);
      wall = Math.min(wall, ms);
      if (cpuMs) busy = Math.min(busy, cpuMs / cores);
    }
    const of = (ms: number) => Number((work(n) / ms / 1e6).toPrecision(4));
    return { wall: of(wall), ...(busy < Infinity && { cpu: of(busy) }) };
  };

  const invocations = software ? 4096 : 2 ** 20;
  const peaks = [];
  for (const n of accumulators) {
    const kernel = await createFmaPeak(ctx, { n });
    peaks.push(
      await rate(
        (iterations) => kernel.call({ out: y }, { iterations, invocations }, slots),
        (iterations) => kernel.flops({ iterations, invocations }),
      ),
    );
  }
  const matmul = await createFmaMatmul(ctx);
  const read = await createMemoryRead(ctx);
  const copy = await createMemoryCopy(ctx);
  const memory = (kernel: typeof read, size: number) =>
    rate(
      (passes) => kernel.call({ x, y }, { size, passes }, slots),
      (passes) => kernel.bytes({ size, passes }),
    );
  const roofline = {
    fmaPeak: peaks.reduce((best, p) => ((p.cpu ?? p.wall) > (best.cpu ?? best.wall) ? p : best)),
    fmaMatmul: await rate(
      (iterations) => matmul.call({ out: y }, { iterations, invocations }, slots),
      (iterations) => matmul.flops({ iterations, invocations }),
    ),
    readStream: await memory(read, 16 * MIB),
    readCached: await memory(read, MIB / 4),
    copy: await memory(copy, 16 * MIB),
  };
  ctx.buffers.destroyOwner(owner);
  return roofline;
}
