// Takes a step apart: what the processor spends on recording and submitting it, what the GPU spends on each kernel, and
// what it takes to have the answer back ("Beyond Inference": all of it counts, not the network's share alone).
import type { GpuContext } from '../gpu/device.ts';
import type { Clock, RecordPass } from '../gpu/timing.ts';
import { RunStamps } from '../engine/diffusion/gpuStamps.ts';
import type { StepOutput, StepTime } from './types.ts';

/** A step that can be recorded again and again with the same outcome, once `restore` has been submitted. */
export interface ProfiledStep {
  /** As the lab records it. */
  record(pass: GPUComputePassEncoder): void;
  /** What the lab copies to read back; undefined when nothing is read. */
  copy(encoder: GPUCommandEncoder): { bytes(): Promise<ArrayBuffer>; make(bytes: ArrayBuffer): StepOutput } | undefined;
  /** Records copies that keep, and bring back, what recording the step twice would change. */
  save?(encoder: GPUCommandEncoder): void;
  restore?(encoder: GPUCommandEncoder): void;
}

/**
 * The batch size as asked for. Throws a RangeError for an impossible one rather than measuring another under its name.
 */
export function wholeUpTo(most: number, batch: number, what: string): number {
  if (!Number.isInteger(batch) || batch < 1 || batch > most)
    throw new RangeError(`${batch} ${what} cannot be taken apart; choose from 1 to ${most}.`);
  return batch;
}

/** A dispatch as it was recorded. */
export interface Recorded {
  readonly label: string;
  play(pass: GPUComputePassEncoder): void;
}

/** The dispatches of a step, found by recording it into a stand-in for a pass. */
export function dispatchesOf(record: RecordPass): Recorded[] {
  const out: Recorded[] = [];
  let pipeline: GPUComputePipeline | undefined;
  let groups: [number, GPUBindGroup | null, readonly number[]][] = [];
  const listener: Pick<GPUComputePassEncoder, 'setPipeline' | 'dispatchWorkgroups'> & {
    setBindGroup(index: number, group: GPUBindGroup | null, offsets?: Iterable<number>): void;
  } = {
    setPipeline: (p) => void (pipeline = p),
    setBindGroup: (index, group, offsets = []) =>
      void (groups = [...groups.filter(([i]) => i !== index), [index, group, [...offsets]]]),
    dispatchWorkgroups(x, y = 1, z = 1) {
      const own = pipeline!;
      const bound = groups;
      out.push({
        label: own.label || 'kernel',
        play(pass) {
          pass.setPipeline(own);
          for (const [index, group, offsets] of bound) pass.setBindGroup(index, group, offsets);
          pass.dispatchWorkgroups(x, y, z);
        },
      });
    },
  };
  record(listener as unknown as GPUComputePassEncoder);
  return out;
}

/** A clock this fine (ms) sees single dispatches; under a coarser one those of a kernel are repeated together. */
const FINE_MS = 0.002;
/** A group should last this many steps of the clock, and is repeated at most this often. */
const STEPS = 10;
const MOST_REPEATS = 256;

export class StepClock {
  readonly #ctx: GpuContext;
  readonly #clock: Clock;
  readonly #stamps: RunStamps | null;
  /** Repeats that a kernel's dispatches need for the clock to see them. */
  readonly #repeats = new Map<string, number>();
  #emptyMs = 0;

  private constructor(ctx: GpuContext, clock: Clock, stamps: RunStamps | null) {
    this.#ctx = ctx;
    this.#clock = clock;
    this.#stamps = stamps;
  }

  static async create(ctx: GpuContext, clock: Clock): Promise<StepClock> {
    const own = new StepClock(ctx, clock, await RunStamps.create(ctx));
    // The first timestamps show the clock's step; without timestamps an empty pass shows what waiting costs.
    const empty: RecordPass = () => {};
    for (let i = 0; i < 3; i++) {
      const { ms, source } = await clock.times([empty]);
      if (source === 'wall') own.#emptyMs = i === 0 ? ms[0]! : Math.min(own.#emptyMs, ms[0]!);
    }
    return own;
  }

  /** Takes one step apart and leaves its outcome behind. Wall times of kernels are less what an empty pass takes. */
  async take(index: number, step: ProfiledStep): Promise<StepTime> {
    const ctx = this.#ctx;
    const dispatches = dispatchesOf((pass) => step.record(pass));
    this.#copy(step.save?.bind(step));
    const { kernels, source, resolutionMs } = await this.#kernels(dispatches);
    this.#copy(step.restore?.bind(step));
    await ctx.idle();

    const began = performance.now();
    const encoder = ctx.device.createCommandEncoder({ label: 'step' });
    const pass = encoder.beginComputePass({ label: 'step', ...this.#stamps?.writes(0) });
    step.record(pass);
    pass.end();
    const ticket = step.copy(encoder);
    const commands = encoder.finish();
    const encoded = performance.now();
    ctx.submit(commands);
    const submitted = performance.now();
    // Without timestamps the end of the work has to be awaited separately.
    if (!this.#stamps) await ctx.idle();
    const done = performance.now();
    const bytes = ticket ? await ticket.bytes() : await ctx.idle();
    const mapped = performance.now();
    const output = bytes && ticket!.make(bytes);
    const made = performance.now();
    const plainMs = (await this.#stamps?.total(1)) ?? done - submitted;
    return {
      index,
      kernels,
      plainMs,
      source,
      resolutionMs,
      encodeMs: encoded - began,
      submitMs: submitted - encoded,
      // What the reader waits for beyond the GPU's own time: launch, copy and map.
      readbackMs: this.#stamps ? Math.max(0, mapped - submitted - plainMs) : mapped - done,
      postMs: made - mapped,
      ...(output && { output }),
    };
  }

  /** Runs a step without measuring it. */
  async play(step: ProfiledStep): Promise<void> {
    const encoder = this.#ctx.device.createCommandEncoder({ label: 'step' });
    const pass = encoder.beginComputePass({ label: 'step' });
    step.record(pass);
    pass.end();
    this.#ctx.submit(encoder.finish());
    await this.#ctx.idle();
  }

  #copy(record?: (encoder: GPUCommandEncoder) => void): void {
    if (!record) return;
    const encoder = this.#ctx.device.createCommandEncoder({ label: 'keep' });
    record(encoder);
    this.#ctx.submit(encoder.finish());
  }

  async #kernels(dispatches: readonly Recorded[]): Promise<Pick<StepTime, 'kernels' | 'source' | 'resolutionMs'>> {
    const labels = new Map<string, Recorded[]>();
    for (const d of dispatches) labels.set(d.label, [...(labels.get(d.label) ?? []), d]);
    const { resolutionMs: step, source } = await this.#clock.times([() => {}]);
    const singly = source === 'timestamp' && step <= FINE_MS;
    const repeats = [...labels.keys()].map((label) => (singly ? 1 : (this.#repeats.get(label) ?? 1)));
    const records: RecordPass[] = singly
      ? dispatches.map((d) => (pass) => d.play(pass))
      : [...labels.values()].map((group, at) => (pass) => {
          for (let i = repeats[at]!; i > 0; i--) for (const d of group) d.play(pass);
        });
    const ms: number[] = [];
    for (let from = 0; from < records.length; from += this.#clock.capacity)
      ms.push(...(await this.#clock.times(records.slice(from, from + this.#clock.capacity))).ms);
    const sums = new Map<string, number>();
    if (singly) dispatches.forEach((d, i) => void sums.set(d.label, (sums.get(d.label) ?? 0) + ms[i]!));
    else
      [...labels.keys()].forEach((label, i) => {
        const own = Math.max(0, ms[i]! - this.#emptyMs);
        sums.set(label, own / repeats[i]!);
        // For the next step: the same kernel's time now shows how often it must be repeated for the clock.
        const target = STEPS * Math.max(step, this.#emptyMs);
        const once = Math.max(own, step) / repeats[i]!;
        this.#repeats.set(label, Math.max(1, Math.min(MOST_REPEATS, Math.ceil(target / once))));
      });
    const coarsest = Math.max(step, this.#emptyMs) / Math.min(...repeats);
    return {
      kernels: [...labels].map(([label, group]) => ({ label, ms: sums.get(label)!, dispatches: group.length })),
      source,
      resolutionMs: coarsest,
    };
  }

  destroy(): void {
    this.#stamps?.destroy();
  }
}
