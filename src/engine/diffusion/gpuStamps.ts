import { USAGE } from '../../gpu/buffers.ts';
import type { GpuContext } from '../../gpu/device.ts';

/**
 * Times a run on the GPU's own clock: one pair of timestamps a submit, summed, so that gaps between submits do not
 * count.
 */
export class RunStamps {
  readonly #ctx: GpuContext;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  static readonly CAPACITY = 1024;

  private constructor(ctx: GpuContext, queries: GPUQuerySet, resolved: GPUBuffer, staging: GPUBuffer) {
    this.#ctx = ctx;
    this.#queries = queries;
    this.#resolved = resolved;
    this.#staging = staging;
  }

  /** Null where the device has no timestamps. */
  static async create(ctx: GpuContext): Promise<RunStamps | null> {
    if (!ctx.info.features.has('timestamp-query')) return null;
    const bytes = RunStamps.CAPACITY * 16;
    return new RunStamps(
      ctx,
      ctx.device.createQuerySet({ label: 'run stamps', type: 'timestamp', count: RunStamps.CAPACITY * 2 }),
      await ctx.buffers.create({ label: 'resolved stamps', owner: 'timing', bytes, usage: USAGE.queryResolve }),
      await ctx.buffers.create({ label: 'read stamps', owner: 'timing', bytes, usage: USAGE.mapRead }),
    );
  }

  /** Timestamps of pass number `pass` (in order over the run). Passes beyond the capacity are not timed. */
  writes(pass: number): { timestampWrites: GPUComputePassTimestampWrites } | undefined {
    if (pass >= RunStamps.CAPACITY) return undefined;
    return {
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: 2 * pass,
        endOfPassWriteIndex: 2 * pass + 1,
      },
    };
  }

  /** Total milliseconds of the first `passes` passes; null when there were more than could be timed. */
  async total(passes: number): Promise<number | null> {
    if (passes > RunStamps.CAPACITY || passes === 0) return null;
    const encoder = this.#ctx.device.createCommandEncoder({ label: 'stamps' });
    encoder.resolveQuerySet(this.#queries, 0, 2 * passes, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, 16 * passes);
    this.#ctx.submit(encoder.finish());
    this.#ctx.counters.maps++;
    await this.#staging.mapAsync(1 /* READ */, 0, 16 * passes);
    const stamps = new BigUint64Array(this.#staging.getMappedRange(0, 16 * passes));
    let sum = 0n;
    for (let i = 0; i < passes; i++)
      if (stamps[2 * i + 1]! > stamps[2 * i]!) sum += stamps[2 * i + 1]! - stamps[2 * i]!;
    this.#staging.unmap();
    return Number(sum) / 1e6;
  }

  destroy(): void {
    this.#queries.destroy();
    this.#ctx.buffers.destroy(this.#resolved);
    this.#ctx.buffers.destroy(this.#staging);
  }
}
