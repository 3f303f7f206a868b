// The kernel lab's state in the worker: a device of its own, its limits, what was tuned on it. What is timed takes
// turns.
import { GpuError } from '../../../gpu/errors.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { UniformSlots } from '../../../gpu/slots.ts';
import { GpuTimer } from '../../../gpu/timing.ts';
import { families, familyById } from '../../../kernels/catalogue/index.ts';
import type { Family, Shape } from '../../../kernels/catalogue/types.ts';
import { choose, availableVersions } from '../../../kernels/choose.ts';
import type { KernelChoices, KernelFamily } from '../../../core/kernelVersions.ts';
import { DeviceKeeper, type OpenDevice } from '../../../engine/devices.ts';
import type { HeldMemory } from '../../../engine/worker/protocol.ts';
import { Turns } from '../../../core/turns.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { measureLimits, type LimitsOptions } from '../../../measure/limits.ts';
import { dispatchSources } from '../../../measure/dispatches.ts';
import { lacking, measureVersion, type Bench } from '../../../measure/measure.ts';
import { profile, type ProfileDeps } from '../../../measure/profile.ts';
import { better } from '../../../measure/roofline.ts';
import { tuneKernels } from '../../../measure/tune.ts';
import { clearTuning, loadTuning, saveTuning } from '../../../engine/tuning/tuningStore.ts';
import type { DispatchSource, FamilyInfo, KernelResult, Roofline, Workload } from '../../../measure/types.ts';
import type { TuneStep, Tuning } from '../../../engine/tuning/types.ts';

const OWNER = 'kernel lab';
const SLOTS = 4096;
const PASSES = 256;

/** What a running operation may use. */
export interface Turn extends Bench {
  readonly clock: GpuTimer;
}

export class NumbersLab {
  readonly #keeper: DeviceKeeper;
  readonly appVersion: string;
  #overrides: KernelChoices = {};
  #tuning: Tuning | null = null;
  #limits: { readonly of: GpuContext; readonly roofline: Roofline } | null = null;
  readonly #turns = new Turns();
  /** What is being timed just now, so that nothing else disturbs it. */
  #timing: Promise<unknown> = Promise.resolve();

  /** `open` gives the next device, null when there is none. */
  constructor(open: OpenDevice, appVersion: string) {
    this.#keeper = new DeviceKeeper(open, (ctx) => this.#onOpened(ctx), { asksAgain: true });
    this.appVersion = appVersion;
  }

  get ctx(): GpuContext | null {
    return this.#keeper.ctx;
  }
  get tuning(): Tuning | null {
    return this.#tuning;
  }

  /** The device that works now, another one after a loss; null when there is none. */
  device(): Promise<GpuContext | null> {
    return this.#keeper.current();
  }
  async #onOpened(ctx: GpuContext | null): Promise<void> {
    this.#tuning = ctx && (await loadTuning(ctx.info, this.appVersion));
    this.#chooseVersions();
  }
  async #need(): Promise<GpuContext> {
    const ctx = await this.device();
    if (!ctx)
      throw new GpuError(
        'There is no GPU to measure.',
        'The kernel lab measures WebGPU: open this page in a browser that has it.',
      );
    return ctx;
  }

  /** Kernel versions that override the tuning; returns a sentence for each that this device cannot run. */
  async override(kernels: KernelChoices): Promise<readonly string[]> {
    this.#overrides = kernels;
    await this.device();
    return this.#chooseVersions();
  }
  #chooseVersions(): readonly string[] {
    if (!this.ctx) return [];
    const { versions, refused } = availableVersions(this.ctx.info, this.#overrides);
    this.ctx.versions = { ...availableVersions(this.ctx.info, this.#tuning?.choices ?? {}).versions, ...versions };
    return refused;
  }
  families(): FamilyInfo[] {
    return families.map((f) => familyInfo(f, this.ctx));
  }
  #family(id: string): Family {
    const family = familyById(id);
    if (!family)
      throw new RangeError(`There is no kernel family '${id}'; there are ${families.map((f) => f.id).join(', ')}.`);
    return family;
  }

  /** Runs a task alone on the device, with slots and a clock that are freed after it. */
  turn<T>(task: (turn: Turn) => Promise<T>, signal: AbortSignal, { timed = true } = {}): Promise<T> {
    const mine = this.#turns.take(async () => {
      throwIfCancelled(signal);
      const ctx = await this.#need();
      let slots: UniformSlots | undefined;
      let clock: GpuTimer | undefined;
      try {
        slots = await UniformSlots.create(ctx, { owner: OWNER, slots: SLOTS });
        clock = await GpuTimer.create(ctx, { capacity: PASSES, owner: OWNER });
        const own = clock;
        return await task({
          ctx,
          slots,
          clock,
          roofline: (afresh) => this.#roofline(ctx, own, { afresh, signal, progress: () => {} }),
        });
      } catch (error) {
        throwIfCancelled(signal);
        throw ctx.status === 'lost'
          ? new GpuError(
              `The measurement was cut off: ${ctx.lostError!.message}`,
              'Another device is opened; measure again.',
            )
          : error;
      } finally {
        clock?.destroy();
        if (slots) ctx.buffers.destroy(slots.buffer);
      }
    });
    if (timed) this.#timing = mine.catch(() => {});
    return mine;
  }

  async #roofline(
    ctx: GpuContext,
    clock: GpuTimer,
    { afresh, ...options }: LimitsOptions & { readonly afresh: boolean },
  ): Promise<Roofline> {
    const known = this.#limits?.of === ctx ? this.#limits.roofline : null;
    if (known && !afresh) return known;
    const found = await measureLimits(ctx, clock, options);
    const roofline = known ? better(known, found) : found;
    this.#limits = { of: ctx, roofline };
    return roofline;
  }
  roofline(afresh: boolean, progress: LimitsOptions['progress'], signal: AbortSignal): Promise<Roofline> {
    return this.turn(({ ctx, clock }) => this.#roofline(ctx, clock, { afresh, progress, signal }), signal);
  }

  /** Each version in a turn of its own. */
  async measure(
    id: string,
    versions: readonly string[],
    shape: Shape,
    samples: number,
    progress: (result: KernelResult) => void,
    signal: AbortSignal,
  ): Promise<number> {
    const family = this.#family(id);
    const wanted = versions.length > 0 ? versions : family.versions.map((v) => v.id);
    for (const version of wanted)
      progress(await this.turn((bench) => measureVersion(bench, family, version, shape, { samples, signal }), signal));
    return wanted.length;
  }

  /** Waits for what is being timed, not for what queues behind it. */
  async sources(id: string, version: string, shape: Shape): Promise<DispatchSource[]> {
    const family = this.#family(id);
    const known = family.versions.find((v) => v.id === version);
    if (!known)
      throw new RangeError(
        `${id} has no version '${version}'; there are ${family.versions.map((v) => v.id).join(', ')}.`,
      );
    await this.#timing;
    const ctx = await this.#need();
    const lacks = lacking(ctx, known.needs);
    if (lacks.length > 0)
      throw new GpuError(
        `${id} ${version} needs ${lacks.join(', ')}, which this device lacks.`,
        'Look at another version.',
      );
    const slots = await UniformSlots.create(ctx, { owner: OWNER, slots: SLOTS });
    try {
      const prepared = await family.prepare(ctx, slots, version, shape);
      try {
        return dispatchSources(prepared);
      } finally {
        prepared.destroy();
      }
    } finally {
      ctx.buffers.destroy(slots.buffer);
    }
  }

  /** A measured search; what it finds is kept and used from now on. */
  async tune(
    wanted: readonly KernelFamily[],
    progress: (step: TuneStep) => void,
    signal: AbortSignal,
  ): Promise<Tuning> {
    const found = await this.turn(
      (bench) => tuneKernels(bench, wanted, { appVersion: this.appVersion, signal, progress, before: this.#tuning }),
      signal,
    );
    throwIfCancelled(signal); // a reset while the last family ended must not be undone
    await saveTuning(found);
    this.#tuning = found;
    this.#chooseVersions();
    return found;
  }
  /** Back to the table. */
  async resetTuning(): Promise<void> {
    const ctx = await this.device();
    if (ctx) await clearTuning(ctx.info, this.appVersion);
    this.#tuning = null;
    this.#chooseVersions();
  }

  /** Takes steps of a model apart until cancelled. */
  profile(workload: Workload, deps: ProfileDeps, signal: AbortSignal): Promise<never> {
    return this.turn((turn) => profile(turn, workload, deps, signal), signal, { timed: false });
  }

  /** The suite of "verify on my GPU", alone on the device; it sees the versions that the labs run. */
  verify<T>(suite: (ctx: GpuContext) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.turn(({ ctx }) => suite(ctx), signal, { timed: false });
  }

  /** GPU bytes by owner. */
  memory(): HeldMemory {
    return this.#keeper.memory();
  }
  /** Destroys the device on purpose. */
  lose(): void {
    this.#keeper.lose();
  }
}

/** A family for the page; without a device no version runs. */
export function familyInfo(
  { id, group, title, summary, tunes, dims, shapes, versions }: Family,
  ctx: GpuContext | null,
): FamilyInfo {
  const chosen = ctx && tunes ? choose(ctx, tunes) : null;
  return {
    id,
    group,
    title,
    summary,
    tunes: tunes ?? null,
    dims,
    shapes,
    versions: versions.map((v) => ({
      ...v,
      lacks: ctx ? lacking(ctx, v.needs) : ['WebGPU'],
      chosen: chosen === v.id || (ctx !== null && versions.length === 1),
    })),
  };
}
