// Microbenchmarks behind the roofline: the rate of multiply-adds, and of moving working sets from a cache's size to
// memory's.
import type { GpuContext } from '../gpu/device.ts';
import { GpuError, OutOfMemoryError } from '../gpu/errors.ts';
import { type Call, encode } from '../gpu/kernel.ts';
import { UniformSlots } from '../gpu/slots.ts';
import type { Clock } from '../gpu/timing.ts';
import { accumulators, createFmaMatmul, createFmaPeak, type FmaKernel } from '../kernels/roofline/rooflineFma.ts';
import { createMemoryCopy, createMemoryRead } from '../kernels/roofline/rooflineMemory.ts';
import { throwIfCancelled } from '../core/cancel.ts';
import { quantile, summary } from './statistics.ts';
import type { BandwidthPoint, Roofline } from './types.ts';

const KIB = 1024;
const MIB = 2 ** 20;
/**
 * A size beyond the caches of a graphics card, and beyond those of the processor under a software adapter, which also
 * takes longer to traverse it.
 */
const MEMORY_BYTES = { hardware: 256 * MIB, software: 64 * MIB } as const;
const OWNER = 'roofline';
/** The time allowed for finding a pass long enough for the clock, and the most iterations of its loop. */
const PATIENCE_MS = 3000;
const MOST_STRETCH = 2 ** 24;

export interface LimitsOptions {
  readonly signal: AbortSignal;
  readonly progress: (p: { readonly done: number; readonly of: number; readonly what: string }) => void;
  /** Largest working set; by device when absent. */
  readonly mostBytes?: number;
  readonly samples?: number;
}

/** Working sets from 32 KiB on, each four times the one before, and the last as given. */
export function workingSets(most: number): number[] {
  const out: number[] = [];
  for (let bytes = 32 * KIB; bytes < most / 2; bytes *= 4) out.push(bytes);
  return [...out, most];
}

export async function measureLimits(
  ctx: GpuContext,
  clock: Clock,
  { signal, progress, mostBytes, samples = 16 }: LimitsOptions,
): Promise<Roofline> {
  const software = ctx.info.isSoftware;
  const half = ctx.info.features.has('shader-f16');
  const wanted =
    mostBytes ??
    Math.min(MEMORY_BYTES[software ? 'software' : 'hardware'], ctx.info.limits.maxStorageBufferBindingSize);
  const slots = await UniformSlots.create(ctx, { owner: OWNER, slots: 16 });
  try {
    const { x, y, bytes: most } = await buffersOf(ctx, wanted);
    const sets = workingSets(most);
    const precisions = half ? (['f32', 'f16'] as const) : (['f32'] as const);
    const of = precisions.length * accumulators.length + 1 + sets.length;
    let done = 0;
    const report = (what: string) => {
      throwIfCancelled(signal);
      progress({ done: done++, of, what });
    };
    /**
     * Rate of a call whose amount of work can be scaled, and the spread of its samples. Other load on the machine makes
     * samples longer, so the median is no limit of the device; and a timestamp that the driver took late makes a sample
     * shorter, by up to half, so the shortest is none either.
     */
    const rate = async (callOf: (stretch: number) => Call, amountOf: (stretch: number) => number) => {
      const began = performance.now();
      let stretch = 1;
      let call = callOf(1);
      const targetMs = (resolutionMs: number) => Math.max(software ? 3 : 2, 50 * resolutionMs);
      // A clock that stands still must not cause endless passes.
      for (let round = 0; round < 12 && performance.now() - began < PATIENCE_MS; round++) {
        const timed = await time(clock, slots, Array<Call>(round === 0 ? 4 : 2).fill(call));
        const { resolutionMs } = timed;
        const ms = Math.min(...timed.ms);
        if (ms >= targetMs(resolutionMs)) break;
        // The true time may exceed the measured one by a step of the clock.
        stretch = Math.min(
          MOST_STRETCH,
          Math.ceil(
            stretch * Math.min(16, Math.max(1.2, (1.3 * targetMs(resolutionMs)) / Math.max(ms, resolutionMs, 1e-4))),
          ),
        );
        call = callOf(stretch);
      }
      const { ms } = await time(clock, slots, Array<Call>(samples).fill(call));
      throwIfCancelled(signal);
      const best = quantile(
        ms.filter((t) => t > 0),
        0.2,
      );
      const { spread } = summary(ms);
      slots.release(0);
      // With NaN for a limit every time would be accepted.
      if (!(best > 0))
        throw new GpuError(
          'The clock of this device gave no time for the roofline.',
          'Measure again; without a roofline no time is shown.',
        );
      return { rate: (amountOf(stretch) / best) * 1000, spread };
    };
    // Enough invocations for every lane of a large card, and for the cores of a processor.
    const invocations = software ? 4096 : 2 ** 18;
    const fma = (kernel: FmaKernel) => {
      const args = (stretch: number) => ({ iterations: 4 * stretch, invocations });
      return rate(
        (s) => kernel.call({ out: y }, args(s), slots),
        (s) => kernel.flops(args(s)),
      );
    };
    const peaks = { f32: { rate: 0, spread: 0 }, f16: { rate: 0, spread: 0 } };
    for (const precision of precisions)
      for (const n of accumulators) {
        report(`multiply-adds in ${precision}, ${4 * n} accumulators`);
        const found = await fma(await createFmaPeak(ctx, { n, precision }));
        if (found.rate > peaks[precision].rate) peaks[precision] = found;
      }
    report('multiply-adds shaped as a matmul');
    const shaped = await fma(await createFmaMatmul(ctx));
    const [read, copy] = await Promise.all([createMemoryRead(ctx), createMemoryCopy(ctx)]);
    const bandwidth: BandwidthPoint[] = [];
    for (const size of sets) {
      report(`reading and copying ${size >= MIB ? `${size / MIB} MiB` : `${size / KIB} KiB`}`);
      // A copy has two working sets, so each is half as large.
      const passes = (bytes: number) => (s: number) => ({ size: bytes, passes: s });
      const one = passes(size);
      const two = passes(size / 2);
      bandwidth.push({
        bytes: size,
        read: (
          await rate(
            (s) => read.call({ x, y }, one(s), slots),
            (s) => read.bytes(one(s)),
          )
        ).rate,
        copy: (
          await rate(
            (s) => copy.call({ x, y }, two(s), slots),
            (s) => copy.bytes(two(s)),
          )
        ).rate,
      });
    }
    return {
      peakFlops: Math.max(peaks.f32.rate, shaped.rate),
      matmulFlops: shaped.rate,
      peakFlopsF16: half ? peaks.f16.rate : null,
      bandwidth,
      spread: peaks.f32.spread,
      measuredAt: new Date().toISOString(),
    };
  } finally {
    ctx.buffers.destroyOwner(OWNER);
  }
}

async function time(clock: Clock, slots: UniformSlots, calls: readonly Call[]) {
  slots.flush();
  const ms: number[] = [];
  let resolutionMs = 0;
  for (let from = 0; from < calls.length; from += clock.capacity) {
    const part = await clock.times(
      calls.slice(from, from + clock.capacity).map((call) => (pass) => encode(pass, call)),
    );
    ms.push(...part.ms);
    resolutionMs = part.resolutionMs;
  }
  return { ms, resolutionMs };
}

/**
 * Two buffers of that size, or of the largest half of it that fits, filled with numbers: untouched memory may be read
 * faster than it is.
 */
async function buffersOf(
  ctx: GpuContext,
  wanted: number,
): Promise<{ readonly x: GPUBuffer; readonly y: GPUBuffer; readonly bytes: number }> {
  for (let bytes = wanted; ; bytes /= 2) {
    try {
      const [x, y] = [
        await ctx.buffers.create({ label: 'x', owner: OWNER, bytes }),
        await ctx.buffers.create({ label: 'y', owner: OWNER, bytes }),
      ];
      const some = Float32Array.from({ length: Math.min(bytes, MIB) / 4 }, (_, i) => 1 + (i % 251) / 256);
      for (let at = 0; at < bytes; at += some.byteLength)
        ctx.device.queue.writeBuffer(x, at, some, 0, Math.min(some.length, (bytes - at) / 4));
      return { x, y, bytes };
    } catch (error) {
      if (!(error instanceof OutOfMemoryError) || bytes <= 4 * MIB) throw error;
    }
  }
}
