// The language lab's state in the worker: a device, the models on it, and what to do when the device goes away.
import type { FormatChoice } from '../config/experiment.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { formatSource } from '../../../hub/source.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { OutOfMemoryError } from '../../../gpu/errors.ts';
import { availableVersions } from '../../../kernels/choose.ts';
import type { KernelChoices } from '../../../core/kernelVersions.ts';
import { createTransformer } from '../../../networks/transformer.ts';
import type { LookingSession } from '../../../networks/transformerTypes.ts';
import { TransformerWeights } from '../../../networks/transformerWeights.ts';
import { Cancelled } from '../../../core/cancel.ts';
import { createCpuSession } from '../../../engine/decoding/cpuSession.ts';
import type { LoadedModel } from './events.ts';
import type { LoadProgress } from '../../../engine/decoding/events.ts';
import { ModelError, type ModelFiles } from '../../../hub/files.ts';
import { cacheFault, type CacheTypes, plainCache } from '../../../core/cacheFormat.ts';
import { loadModel, type LoadedWeights } from '../../../engine/decoding/load.ts';
import { DeviceKeeper, type OpenDevice } from '../../../engine/devices.ts';
import type { HeldMemory } from '../../../engine/worker/protocol.ts';
import { Turns } from '../../../core/turns.ts';
import { nothingGiven, type Given } from '../../../hub/types.ts';
import { measureLoss } from '../../../engine/decoding/loss.ts';

export type OpenFiles = (source: LanguageSource, given: Given, signal: AbortSignal) => Promise<ModelFiles>;

export interface ModelInUse extends LoadedWeights {
  readonly source: LanguageSource;
  readonly wanted: FormatChoice;
  readonly title: string;
  /** The device that holds it. */ readonly on: GpuContext | null;
  readonly loadMs: number;
}

type Role = 'target' | 'draft';
const keyOf = (source: LanguageSource, format: FormatChoice) => `${formatSource(source)} ${format}`;
export const CACHE_OWNER = 'cache and activations';

export class LanguageLab {
  readonly #openFiles: OpenFiles;
  readonly #keeper: DeviceKeeper;
  readonly #models: Record<Role, ModelInUse | null> = { target: null, draft: null };
  readonly #given = new Map<string, Given>();
  #overrides: KernelChoices = {};
  readonly #tuned: (ctx: GpuContext) => Promise<KernelChoices>;
  /** Loading and unloading. */
  readonly #turns = new Turns();

  /** `tuned`: kernel versions that were measured to be best on a device. */
  constructor(
    openFiles: OpenFiles,
    openDevice: OpenDevice,
    tuned: (ctx: GpuContext) => Promise<KernelChoices> = () => Promise.resolve({}),
  ) {
    this.#tuned = tuned;
    this.#openFiles = openFiles;
    this.#keeper = new DeviceKeeper(openDevice, (ctx) => this.#onOpened(ctx));
  }

  get ctx(): GpuContext | null {
    return this.#keeper.ctx;
  }
  model(role: Role): ModelInUse | null {
    return this.#models[role];
  }

  /**
   * The device that works now. After a loss: a new one, and the models on it again. Whoever asks meanwhile waits for
   * the same one.
   */
  device(): Promise<GpuContext | null> {
    return this.#keeper.current();
  }
  async #onOpened(ctx: GpuContext | null): Promise<void> {
    await this.#chooseVersions();
    for (const role of ['target', 'draft'] as const) {
      const lost = this.#models[role];
      // Kept until its successor is there: when this device goes too, the next one knows what to bring back.
      if (lost && lost.on !== ctx)
        this.#models[role] = await this.#load(lost.source, lost.wanted, role, () => {}, new AbortController().signal);
    }
  }
  /** Kernel versions that sessions use from now on; returns a sentence for each that this device cannot run. */
  async override(kernels: KernelChoices): Promise<readonly string[]> {
    this.#overrides = kernels;
    const ctx = await this.device();
    if (!ctx)
      return Object.keys(kernels).length > 0
        ? ['The kernel versions that the link forces mean nothing on the processor.']
        : [];
    return this.#chooseVersions();
  }
  async #chooseVersions(): Promise<readonly string[]> {
    const ctx = this.ctx;
    if (!ctx) return [];
    const { versions, refused } = availableVersions(ctx.info, this.#overrides);
    ctx.versions = { ...(await this.#tuned(ctx)), ...versions };
    return refused;
  }

  /** Another kind of device was asked for: everything is made anew on it. */
  reset(): Promise<void> {
    return this.#keeper.forget(() => this.unload());
  }

  /** Makes a model ready in a role, unless it is. A failure leaves the model that was there. */
  use(
    role: Role,
    source: LanguageSource,
    format: FormatChoice,
    given: Given,
    progress: (p: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<ModelInUse> {
    return this.#turns.take(async () => {
      if (given.files.length > 0 || given.token) this.#given.set(formatSource(source), given);
      await this.device();
      const now = this.#models[role];
      // One that could not be brought back after a loss is still on the device that is gone.
      if (
        now &&
        now.on === this.ctx &&
        keyOf(now.source, now.wanted) === keyOf(source, format) &&
        given.files.length === 0
      )
        return now;
      const made = await this.#load(source, format, role, progress, signal).catch((error: unknown) =>
        this.#makeRoom(error, role, () => this.#load(source, format, role, progress, signal)),
      );
      this.#models[role]?.weights.destroy();
      this.#models[role] = made;
      // What drafted for the model before is made ready again by whoever needs it.
      if (role === 'target') this.dropDraft();
      return made;
    });
  }

  /**
   * Two models at once may be too much where one would do: the old one makes room, and comes back if the new one fails
   * all the same.
   */
  async #makeRoom(error: unknown, role: Role, again: () => Promise<ModelInUse>): Promise<ModelInUse> {
    const old = this.#models[role];
    if (!old || !(error instanceof OutOfMemoryError)) throw error;
    old.weights.destroy();
    this.#models[role] = null;
    if (role === 'target') this.dropDraft();
    try {
      return await again();
    } catch (second) {
      this.#models[role] = await this.#load(old.source, old.wanted, role, () => {}, new AbortController().signal);
      throw second;
    }
  }

  async #load(
    source: LanguageSource,
    wanted: FormatChoice,
    role: Role,
    progress: (p: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<ModelInUse> {
    const ctx = this.ctx;
    const began = performance.now();
    const owner = `${role} weights`;
    const given = this.#given.get(formatSource(source)) ?? nothingGiven;
    const read = async (format: FormatChoice) => {
      const files = await this.#openFiles(source, given, signal);
      try {
        return { loaded: await loadModel(ctx, files, { format, owner, progress, signal }), title: files.title };
      } finally {
        await files.close();
      }
    };
    const emit = (phase: LoadProgress['phase'], model: string) =>
      progress({ kind: 'load', phase, model, done: 0, total: 0, speed: null, remainingMs: null, fromStore: 0 });
    const { loaded, title } = await read(wanted);
    try {
      emit('compile', title);
      // The first pass of each kind compiles what it needs: it is made here, not under the reader's first token.
      const session = await this.#session(loaded, ctx, 1, 32);
      try {
        emit('warm up', title);
        const id = await session.open();
        const first = loaded.config.startToken ?? 0;
        await session.forward(
          [{ sequence: id, tokens: Array<number>(Math.min(16, loaded.config.context - 1)).fill(first) }],
          { want: 'last' },
        );
        await session.forward([{ sequence: id, tokens: [first] }], { want: 'last' });
      } finally {
        session.destroy();
      }
      if (signal.aborted) throw new Cancelled();
      return { ...loaded, source, wanted, title, on: ctx, loadMs: performance.now() - began };
    } catch (error) {
      loaded.weights.destroy();
      throw error;
    }
  }

  /**
   * What the narrower weights of the model in use cost: the same text's log-loss under the file's own weights and under
   * these. Null when they are not narrower, or when both do not fit side by side: then nothing is claimed. The file is
   * read once more, so this is for later than the reader's first token.
   */
  loss(signal: AbortSignal): Promise<LoadedModel['quantisationLoss']> {
    return this.#turns.take(() => this.#loss(signal));
  }
  async #loss(signal: AbortSignal): Promise<LoadedModel['quantisationLoss']> {
    const ctx = await this.device();
    const quantised = this.#models.target;
    if (!quantised || !(['int8', 'int4', 'stored'] as const).some((f) => f === quantised.format)) return null;
    let own: LoadedWeights;
    try {
      const given = this.#given.get(formatSource(quantised.source)) ?? nothingGiven;
      const files = await this.#openFiles(quantised.source, given, signal);
      try {
        const options = { format: 'f16', owner: 'compared weights', progress: () => {}, signal } as const;
        own = await loadModel(ctx, files, options);
      } finally {
        await files.close();
      }
    } catch (error) {
      if (signal.aborted || (error instanceof Error && error.name === 'DeviceLostError')) throw error;
      return null;
    }
    try {
      const open = (l: LoadedWeights, context: number) => this.#session(l, ctx, 1, context);
      const before = await measureLoss(own, open, signal);
      const after = await measureLoss(quantised, open, signal);
      return {
        before: before.loss,
        after: after.loss,
        tokens: before.tokens,
        savedBytes: own.weights.bytes - quantised.weights.bytes,
      };
    } finally {
      own.weights.destroy();
    }
  }

  #session(
    loaded: LoadedWeights,
    on: GpuContext | null,
    slots: number,
    context: number,
    cache: CacheTypes = plainCache,
  ): Promise<LookingSession> {
    const { config, weights } = loaded;
    const fault = cacheFault(cache, config);
    if (fault)
      return Promise.reject(
        new ModelError(
          `The cache cannot be kept so: ${fault}.`,
          'Keep keys and values in 16 or 32 bits (under Model).',
        ),
      );
    if (!(weights instanceof TransformerWeights))
      return Promise.resolve(createCpuSession(config, weights, context, cache));
    return createTransformer(on!, config, weights, { slots, context, owner: CACHE_OWNER, cache });
  }

  /** A session on the model in use; after a lost device, on the same model on the next one. */
  async session(role: Role, slots: number, context: number, cache?: CacheTypes): Promise<LookingSession> {
    await this.device();
    const model = this.#models[role];
    if (!model) throw new Error(`no ${role} model is loaded`);
    return this.#session(model, model.on, slots, context, cache);
  }

  /** GPU bytes by owner. */
  memory(): HeldMemory {
    return this.#keeper.memory();
  }
  /** Destroys the device on purpose. */
  lose(): void {
    this.#keeper.lose();
  }

  dropDraft(): void {
    this.#models.draft?.weights.destroy();
    this.#models.draft = null;
  }
  unload(): Promise<void> {
    return this.#turns.take(async () => {
      for (const role of ['target', 'draft'] as const) {
        this.#models[role]?.weights.destroy();
        this.#models[role] = null;
      }
    });
  }
}
