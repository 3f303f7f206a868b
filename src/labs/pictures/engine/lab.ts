// The pictures lab's state in the worker: a device, a model on it, and what to do when the device goes away.
import { shared } from '../../../core/cancel.ts';
import { Turns } from '../../../core/turns.ts';
import type { KernelChoices } from '../../../core/kernelVersions.ts';
import { DeviceKeeper, type OpenDevice } from '../../../engine/devices.ts';
import type { HeldMemory } from '../../../engine/worker/protocol.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { NoAdapterError, OutOfMemoryError } from '../../../gpu/errors.ts';
import type { ModelFiles } from '../../../hub/files.ts';
import { formatSource, type ModelSource } from '../../../hub/source.ts';
import { nothingGiven, type Given } from '../../../hub/types.ts';
import { availableVersions } from '../../../kernels/choose.ts';
import type { FormatChoice } from '../config/experiment.ts';
import type { LoadProgress } from './events.ts';
import { loadPictureModel, type ModelInUse } from './modelInUse.ts';
import { Bench } from './bench.ts';

export type OpenFiles = (source: ModelSource, given: Given, signal: AbortSignal) => Promise<ModelFiles>;

interface Held {
  readonly key: string;
  readonly on: GpuContext;
  readonly made: ModelInUse;
  readonly bench: Bench;
}
const keyOf = (source: ModelSource, format: FormatChoice) => `${formatSource(source)} as ${format}`;

export class PicturesLab {
  readonly #openFiles: OpenFiles;
  readonly #keeper: DeviceKeeper;
  readonly #tuned: (ctx: GpuContext) => Promise<KernelChoices>;
  readonly #given = new Map<string, Given>();
  readonly #turns = new Turns();
  #held: Held | null = null;

  /** `tuned`: kernel versions that were measured to be best on a device. */
  constructor(
    openFiles: OpenFiles,
    open: OpenDevice,
    tuned: (ctx: GpuContext) => Promise<KernelChoices> = () => Promise.resolve({}),
  ) {
    this.#openFiles = openFiles;
    this.#tuned = tuned;
    this.#keeper = new DeviceKeeper(open, () => Promise.resolve(), { asksAgain: true });
  }

  /** The device that works now; null where there is none. */
  device(): Promise<GpuContext | null> {
    return this.#keeper.current();
  }
  /** Whether the device in use still works. */
  alive(): boolean {
    return this.#keeper.ctx?.status !== 'lost';
  }
  memory(): HeldMemory {
    return this.#keeper.memory();
  }
  lose(): void {
    this.#keeper.lose();
  }
  reset(): Promise<void> {
    return this.#keeper.forget(() => this.unload());
  }

  /** What the reader gave along with a source; kept for as long as the page is open. */
  remember(source: ModelSource, given: Given): void {
    if (given.files.length > 0 || given.token) this.#given.set(formatSource(source), given);
  }

  /**
   * Runs a task on a model; loads it unless it is there. If the device is lost meanwhile, everything is made again on the
   * next one and the task begins anew. Tasks take turns.
   */
  using<T>(
    {
      source,
      format,
      kernels,
    }: { readonly source: ModelSource; readonly format: FormatChoice; readonly kernels: KernelChoices },
    progress: (p: LoadProgress) => void,
    task: (bench: Bench, remarks: readonly string[]) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const work = () =>
      this.#keeper.replay(async (ctx) => {
        if (!ctx) throw new NoAdapterError();
        const { versions, refused } = availableVersions(ctx.info, kernels);
        ctx.versions = { ...(await this.#tuned(ctx)), ...versions };
        const { bench } = await this.#hold(ctx, source, format, JSON.stringify(versions), progress, signal);
        return task(bench, refused);
      }, signal);
    return shared(() => this.#turns.take(work), signal);
  }

  async #hold(
    ctx: GpuContext,
    source: ModelSource,
    format: FormatChoice,
    versions: string,
    progress: (p: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Held> {
    const key = `${keyOf(source, format)} ${versions}`;
    const given = this.#given.get(formatSource(source)) ?? nothingGiven;
    if (this.#held?.key === key && this.#held.on === ctx) return this.#held;
    const load = async (): Promise<Held> => {
      const files = await this.#openFiles(source, given, signal);
      try {
        const made = await loadPictureModel(ctx, files, { format, progress, signal });
        return { key, on: ctx, made, bench: new Bench(ctx, made) };
      } catch (error) {
        await files.close();
        throw error;
      }
    };
    let next: Held;
    try {
      next = await load();
    } catch (error) {
      // Two models at once may be too much where one would do.
      if (!(error instanceof OutOfMemoryError) || !this.#held) throw error;
      await this.#free();
      next = await load();
    }
    await this.#free();
    this.#held = next;
    return next;
  }

  async #free(): Promise<void> {
    const old = this.#held;
    this.#held = null;
    if (!old) return;
    old.bench.destroy();
    old.made.weights.destroy();
    await old.made.files.close();
  }

  /** Frees the model; what was given with it is remembered. */
  unload(): Promise<void> {
    return this.#turns.take(() => this.#free());
  }
}
