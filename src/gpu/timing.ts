import { USAGE } from './buffers.ts';
import type { GpuContext } from './device.ts';

export interface Timing {
  readonly ms: number;
  /** `timestamp`: the GPU's own clock around a pass. `wall`: submit to done, launch and synchronisation included. */
  readonly source: 'timestamp' | 'wall';
  /** The clock's step as seen: Chrome rounds GPU timestamps to 0.1 ms unless a developer flag is set. */
  readonly resolutionMs: number;
}

/** Times single passes. Uses timestamp queries where the device has them, and says so. */
export class GpuTimer {
  readonly #ctx: GpuContext;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  readonly #staging: GPUBuffer | undefined;
  #busy = false;

  private constructor(ctx: GpuContext, queries?: GPUQuerySet, resolved?: GPUBuffer, staging?: GPUBuffer) {
    this.#ctx = ctx;
    this.#queries = queries;
    this.#resolved = resolved;
    this.#staging = staging;
  }

  static async create(ctx: GpuContext): Promise<GpuTimer> {
    if (!ctx.info.features.has('timestamp-query')) return new GpuTimer(ctx);
    const queries = ctx.device.createQuerySet({ label: 'timer', type: 'timestamp', count: 2 });
    const resolved = await ctx.buffers.create({ label: 'resolved', owner: 'timer', bytes: 16, usage: USAGE.queryResolve });
    return new GpuTimer(ctx, queries, resolved, await ctx.buffers.create({ label: 'staging', owner: 'timer', bytes: 16, usage: USAGE.mapRead }));
  }

  /** Record one pass, run it, and give its time. Put many repeats into the pass when a kernel is short. One at a time. */
  async time(record: (pass: GPUComputePassEncoder) => void): Promise<Timing> {
    if (this.#busy) throw new Error('this timer is already timing a pass');
    this.#busy = true;
    try {
      return await (this.#queries ? this.#stamped(record) : this.#wall(record));
    } finally {
      this.#busy = false;
    }
  }

  async #stamped(record: (pass: GPUComputePassEncoder) => void): Promise<Timing> {
    const ctx = this.#ctx, querySet = this.#queries!, staging = this.#staging!;
    const encoder = ctx.device.createCommandEncoder({ label: 'timed' });
    const pass = encoder.beginComputePass({ timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } });
    record(pass);
    pass.end();
    encoder.resolveQuerySet(querySet, 0, 2, this.#resolved!, 0);
    encoder.copyBufferToBuffer(this.#resolved!, 0, staging, 0, 16);
    ctx.submit(encoder.finish());
    ctx.counters.maps++;
    await staging.mapAsync(1 /* READ */);
    const [begin, end] = new BigUint64Array(staging.getMappedRange(0, 16).slice(0));
    staging.unmap();
    const coarse = begin! % 100_000n === 0n && end! % 100_000n === 0n;
    return { ms: Math.max(0, Number(end! - begin!)) / 1e6, source: 'timestamp', resolutionMs: coarse ? 0.1 : 1e-6 };
  }

  async #wall(record: (pass: GPUComputePassEncoder) => void): Promise<Timing> {
    const ctx = this.#ctx;
    await ctx.idle();
    const encoder = ctx.device.createCommandEncoder({ label: 'timed' });
    const pass = encoder.beginComputePass();
    record(pass);
    pass.end();
    const start = performance.now();
    ctx.submit(encoder.finish());
    await ctx.idle();
    // A page that is not cross-origin isolated sees a clock of 0.1 ms; synchronisation itself costs up to 3 ms.
    return { ms: performance.now() - start, source: 'wall', resolutionMs: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false ? 0.1 : 0.005 };
  }

  destroy(): void {
    this.#queries?.destroy();
    if (this.#resolved) this.#ctx.buffers.destroy(this.#resolved);
    if (this.#staging) this.#ctx.buffers.destroy(this.#staging);
  }
}
