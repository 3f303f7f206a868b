import { USAGE } from './buffers.ts';
import type { GpuContext } from './device.ts';

export interface Timing {
  readonly ms: number;
  /** `timestamp`: the GPU's own clock around a pass. `wall`: submit to done, launch and synchronisation included. */
  readonly source: 'timestamp' | 'wall';
  /** The clock's step as seen so far: Chrome rounds GPU timestamps to 0.1 ms or so unless a developer flag is set. */
  readonly resolutionMs: number;
}
/** Several passes, in order. */
export interface Timings extends Omit<Timing, 'ms'> {
  readonly ms: readonly number[];
}
export type RecordPass = (pass: GPUComputePassEncoder) => void;

/** Different stamps below which their common step is not yet the clock's; taken to be 0.1 ms at most till then. */
const ENOUGH = 4;

/** What measures passes: the GPU's timer, or a test's. */
export interface Clock {
  /** Most passes that go into one call of `times`. */
  readonly capacity: number;
  times(records: readonly RecordPass[]): Promise<Timings>;
}

/** The largest step of which all stamps are multiples: what a clock rounds to. Nanoseconds. */
export function stepOf(stamps: Iterable<bigint>, known = 0n): bigint {
  let step = known;
  for (const stamp of stamps) for (let a = stamp; a !== 0n;) [step, a] = [a, step % a];
  return step;
}

/** Times passes. Uses timestamp queries where the device has them, and says so. */
export class GpuTimer implements Clock {
  readonly #ctx: GpuContext;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  readonly #staging: GPUBuffer | undefined;
  readonly capacity: number;
  #busy = false;
  #step = 0n;
  readonly #seen = new Set<bigint>();

  private constructor(
    ctx: GpuContext,
    capacity: number,
    queries?: GPUQuerySet,
    resolved?: GPUBuffer,
    staging?: GPUBuffer,
  ) {
    this.#ctx = ctx;
    this.capacity = capacity;
    this.#queries = queries;
    this.#resolved = resolved;
    this.#staging = staging;
  }

  /** `capacity`: passes that can be timed in one submit, at most 2,048. */
  static async create(
    ctx: GpuContext,
    { capacity = 1, owner = 'timer' }: { readonly capacity?: number; readonly owner?: string } = {},
  ): Promise<GpuTimer> {
    if (!ctx.info.features.has('timestamp-query')) return new GpuTimer(ctx, capacity);
    const resolved = await ctx.buffers.create({
      label: 'resolved',
      owner,
      bytes: 16 * capacity,
      usage: USAGE.queryResolve,
    });
    const staging = await ctx.buffers.create({ label: 'staging', owner, bytes: 16 * capacity, usage: USAGE.mapRead });
    return new GpuTimer(
      ctx,
      capacity,
      ctx.device.createQuerySet({ label: 'timer', type: 'timestamp', count: 2 * capacity }),
      resolved,
      staging,
    );
  }

  get source(): Timing['source'] {
    return this.#queries ? 'timestamp' : 'wall';
  }

  /**
   * Record one pass, run it, and give its time. Put many repeats into the pass when a kernel is short. One at a time.
   */
  async time(record: RecordPass): Promise<Timing> {
    const { ms, source, resolutionMs } = await this.times([record]);
    return { ms: ms[0]!, source, resolutionMs };
  }

  /**
   * Each record in a pass of its own: one submit where the GPU has a clock, else one after another. At most `capacity`.
   * One at a time.
   */
  async times(records: readonly RecordPass[]): Promise<Timings> {
    if (this.#busy) throw new Error('this timer is already timing a pass');
    if (records.length > this.capacity)
      throw new RangeError(`this timer times at most ${this.capacity} passes at once, not ${records.length}`);
    this.#busy = true;
    try {
      return await (this.#queries ? this.#stamped(records) : this.#wall(records));
    } finally {
      this.#busy = false;
    }
  }

  async #stamped(records: readonly RecordPass[]): Promise<Timings> {
    const ctx = this.#ctx;
    const querySet = this.#queries!;
    const staging = this.#staging!;
    const count = records.length;
    const bytes = 16 * count;
    const encoder = ctx.device.createCommandEncoder({ label: 'timed' });
    records.forEach((record, i) => {
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
      });
      record(pass);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, 2 * count, this.#resolved!, 0);
    encoder.copyBufferToBuffer(this.#resolved!, 0, staging, 0, bytes);
    ctx.submit(encoder.finish());
    ctx.counters.maps++;
    await staging.mapAsync(1 /* READ */, 0, bytes).catch((cause: unknown) => {
      ctx.assertReady();
      throw cause;
    });
    const stamps = new BigUint64Array(staging.getMappedRange(0, bytes).slice(0));
    staging.unmap();
    this.#step = stepOf(stamps, this.#step);
    for (const stamp of stamps) if (this.#seen.size < ENOUGH) this.#seen.add(stamp);
    // A clock may be reset between two stamps, which the standard allows: such a pass took no time that is known, and
    // counts as 0.
    const ms = records.map((_, i) => Math.max(0, Number(stamps[2 * i + 1]! - stamps[2 * i]!)) / 1e6);
    const step = Math.max(1, Number(this.#step)) / 1e6;
    return { ms, source: 'timestamp', resolutionMs: this.#seen.size < ENOUGH ? Math.min(step, 0.1) : step };
  }

  async #wall(records: readonly RecordPass[]): Promise<Timings> {
    const ctx = this.#ctx;
    const ms: number[] = [];
    await ctx.idle();
    for (const record of records) {
      const encoder = ctx.device.createCommandEncoder({ label: 'timed' });
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
      const commands = encoder.finish();
      const start = performance.now();
      ctx.submit(commands);
      await ctx.idle();
      ms.push(performance.now() - start);
    }
    // A page that is not cross-origin isolated sees a clock of 0.1 ms; synchronisation itself costs up to 3 ms.
    return {
      ms,
      source: 'wall',
      resolutionMs: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false ? 0.1 : 0.005,
    };
  }

  destroy(): void {
    this.#queries?.destroy();
    if (this.#resolved) this.#ctx.buffers.destroy(this.#resolved);
    if (this.#staging) this.#ctx.buffers.destroy(this.#staging);
  }
}
