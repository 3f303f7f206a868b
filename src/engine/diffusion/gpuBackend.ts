import { USAGE } from '../../gpu/buffers.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { GpuError, OutOfMemoryError } from '../../gpu/errors.ts';
import { UniformSlots } from '../../gpu/slots.ts';
import { availableVersions } from '../../kernels/choose.ts';
import { createLincomb } from '../../kernels/diffusion/lincomb.ts';
import { createPhiloxNormal } from '../../kernels/random/philoxNormal.ts';
import type { KernelChoices } from '../../core/kernelVersions.ts';
import type { Batch } from '../../metrics/samples/types.ts';
import type { GpuDenoiser } from '../../networks/types.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import { aboutModel, identityOf, type About } from './about.ts';
import { gpuDenoiser } from './gpuDenoisers.ts';
import { gpuFeatures, type GpuFeatures } from './gpuFeatures.ts';
import { ARENA_REGISTERS, compilePlan, registerStride, slotsForPlan, type Toolbox } from './gpuPlan.ts';
import { loadExtras, type Extras } from './gpuExtras.ts';
import { readGiven, writeGiven } from './gpuGiven.ts';
import { reserveParts } from './gpuParts.ts';
import { keptStages, playStages, readHistory } from './gpuRun.ts';
import { createPreview } from './gpuPreview.ts';
import { createReductions, type GpuReductions } from './gpuReductions.ts';
import { RunStamps } from './gpuStamps.ts';
import { picture } from './tiles.ts';
import {
  type Backend,
  type Features,
  type Finished,
  type LoadWeights,
  type Problem,
  type ProblemKey,
  type Reductions,
  type RunOptions,
} from './problem.ts';
import { Cancelled, throwIfCancelled } from '../../core/cancel.ts';

/** Bytes of a run's trajectory that are kept for the scrubber; longer runs keep the fingerprinted steps. */
const HISTORY_BYTES = 64 * 2 ** 20;
/** Elements of a state below which several steps share a submit, when no live frames are asked for. */
const SMALL_STATE = 64 * 1024;

/**
 * Runs plans on a WebGPU device. `tuned`: kernel versions that were measured to be best here. `reduceOnGpu`: add up the
 * metrics there too, which a software adapter does no faster than the processor itself.
 */
export function createGpuBackend(
  ctx: GpuContext,
  load: LoadWeights,
  { reduceOnGpu = !ctx.info.isSoftware, tuned = (): Promise<KernelChoices> => Promise.resolve({}) } = {},
): Backend {
  return {
    kind: 'webgpu',
    async prepare(key, signal) {
      // One problem lives at a time, and all its kernels are made here.
      const { versions, refused } = availableVersions(ctx.info, key.kernels);
      ctx.versions = { ...(await tuned()), ...versions };
      return GpuProblem.create(ctx, key, load, signal, { reduceOnGpu, remarks: refused });
    },
  };
}

class GpuProblem implements Problem {
  readonly key: ProblemKey;
  readonly identity: string;
  readonly about: About | null;
  readonly remarks: readonly string[];
  readonly #ctx: GpuContext;
  readonly #tools: Omit<Toolbox, 'slots'>;
  readonly #stamps: RunStamps | null;
  readonly #features: GpuFeatures | null;
  readonly #reduceOnGpu: boolean;
  /** Closed form of a learned problem. */
  readonly #exact: GpuDenoiser | null;
  #reductions: GpuReductions | null = null;
  #extras: Extras = {};
  #slots: UniformSlots;
  #slotCount: number;
  #history: GPUBuffer;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    ctx: GpuContext,
    key: ProblemKey,
    parts: {
      tools: Omit<Toolbox, 'slots'>;
      stamps: RunStamps | null;
      features: GpuFeatures | null;
      slots: UniformSlots;
      slotCount: number;
      history: GPUBuffer;
      identity: string;
      about: About | null;
      remarks: readonly string[];
      reduceOnGpu: boolean;
      exact: GpuDenoiser | null;
    },
  ) {
    this.#ctx = ctx;
    this.key = key;
    this.identity = parts.identity;
    this.about = parts.about;
    this.remarks = parts.remarks;
    this.#tools = parts.tools;
    this.#stamps = parts.stamps;
    this.#features = parts.features;
    this.#slots = parts.slots;
    this.#slotCount = parts.slotCount;
    this.#history = parts.history;
    this.#reduceOnGpu = parts.reduceOnGpu;
    this.#exact = parts.exact;
  }

  static async create(
    ctx: GpuContext,
    key: ProblemKey,
    load: LoadWeights,
    signal: AbortSignal,
    { reduceOnGpu, remarks }: { readonly reduceOnGpu: boolean; readonly remarks: readonly string[] },
  ): Promise<GpuProblem> {
    const dim = key.card.shape.dim;
    const bytes = registerStride(key.samples, dim) * 4;
    const arenaBytes = bytes * ARENA_REGISTERS;
    const limit = ctx.info.limits.maxStorageBufferBindingSize;
    if (arenaBytes > limit) {
      const most = Math.floor(limit / (ARENA_REGISTERS * dim * 4));
      throw new OutOfMemoryError(
        `the sampler's registers for ${key.samples} samples`,
        arenaBytes,
        `this adapter binds at most ${limit} bytes at once; ${most} samples fit`,
      );
    }
    try {
      const arena = await ctx.buffers.create({ label: 'arena', owner: 'run', bytes: arenaBytes });
      const parts = [
        createLincomb(ctx),
        createPhiloxNormal(ctx),
        createPreview(ctx, arena, key.samples, key.card.shape, 'run'),
        gpuDenoiser(ctx, key, arena, load, signal),
        key.learned ? gpuDenoiser(ctx, { ...key, learned: false }, arena, load, signal) : null,
        key.card.features
          ? gpuFeatures(ctx, key.card.features, { arena, samples: key.samples, dim }, load, signal)
          : null,
      ] as const;
      // All must have settled before a failure may free what they hold.
      await Promise.allSettled(parts);
      const [lincomb, philox, preview, denoiser, exact, features] = await Promise.all(parts);
      throwIfCancelled(signal);
      const slotCount = 2048;
      return new GpuProblem(ctx, key, {
        reduceOnGpu,
        exact,
        remarks,
        identity: await identityOf(key, load, signal),
        about: await aboutModel(key, load, signal),
        tools: { arena, lincomb, philox, denoiser, preview },
        features,
        slotCount,
        stamps: await RunStamps.create(ctx),
        slots: await UniformSlots.create(ctx, { owner: 'run', slots: slotCount }),
        history: await ctx.buffers.create({ label: 'history', owner: 'run', bytes: bytes * 16, usage: USAGE.mapRead }),
      });
    } catch (error) {
      for (const owner of OWNERS) ctx.buffers.destroyOwner(owner);
      throw error;
    }
  }

  get passes(): number {
    return this.#tools.denoiser.passesPerEval;
  }

  /** One task at a time: the registers are shared. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  run(ops: readonly Op[], options: RunOptions): Promise<Finished> {
    return this.#inTurn(() => this.#run(ops, options));
  }

  async features(x: Float32Array): Promise<Features | null> {
    return this.#features ? this.#inTurn(() => this.#features!.read(Float32Array.from(x))) : null;
  }

  async reduce(x: Float32Array, target: Batch): Promise<Reductions | null> {
    if (!this.#reduceOnGpu) return null;
    return this.#inTurn(async () => {
      this.#reductions ??= await createReductions(
        this.#ctx,
        { arena: this.#tools.arena, samples: this.key.samples },
        target,
      );
      return this.#reductions.read(Float32Array.from(x));
    });
  }

  async #run(ops: readonly Op[], { seed, signal, exact, given, heads = null, onFrame }: RunOptions): Promise<Finished> {
    throwIfCancelled(signal);
    this.#ctx.takeError(); // an earlier error was reported by what caused it
    const ctx = this.#ctx;
    const { samples, card } = this.key;
    const { dim } = card.shape;
    const elements = samples * dim;
    const bytesEach = registerStride(samples, dim) * 4;
    await this.#reserveSlots(slotsForPlan(ops));
    const mark = this.#slots.mark();
    try {
      const denoiser = (exact && this.#exact) || this.#tools.denoiser;
      this.#extras = await loadExtras(ctx, ops, this.#extras);
      await reserveParts(denoiser, ops, heads);
      const stages = compilePlan(
        ops,
        { samples, dim },
        seed,
        { ...this.#tools, ...this.#extras, denoiser, slots: this.#slots },
        onFrame !== undefined,
        given && { registers: Object.keys(given) },
      );
      const kept = keptStages(
        stages.length,
        onFrame ? Math.max(2, Math.floor(HISTORY_BYTES / bytesEach)) : 1,
        card.shape.kind,
      );
      await this.#reserveHistory(kept.size * bytesEach);
      const history = { buffer: this.#history, bytesEach, kept };
      if (given) writeGiven(ctx, this.#tools.arena, given, bytesEach);
      let live = true;
      const seen = new Set<number>();
      const began = performance.now();
      const passes = await playStages({
        ctx,
        arena: this.#tools.arena,
        denoiser,
        stages,
        history,
        stamps: this.#stamps,
        preview: this.#tools.preview,
        signal,
        stagesPerSubmit: !onFrame && elements <= SMALL_STATE ? 16 : 1,
        onFrame: onFrame && ((f) => void (live && !seen.has(f.step) && seen.add(f.step) && onFrame(f))),
      });
      await ctx.idle();
      const wallMs = performance.now() - began;
      const marks = await readHistory(ctx, history, stages, elements);
      live = false;
      if (signal.aborted) throw new Cancelled();
      const refused = ctx.takeError();
      if (refused !== undefined)
        throw new GpuError(
          `The GPU refused the run: ${refused}`,
          'Run again with fewer samples; if it stays so, this is a fault of the page or the driver.',
        );
      if (onFrame)
        for (const m of marks)
          if (!seen.has(m.step)) onFrame({ step: m.step, sigma: m.sigma, picture: picture(m.x, m.sigma, card.shape) });
      const gpuMs = this.#stamps ? await this.#stamps.total(passes) : null;
      const ended = given && { given: await readGiven(ctx, this.#tools.arena, given, bytesEach) };
      return { x: marks.at(-1)!.x, marks, gpuMs, wallMs, ...ended };
    } finally {
      this.#slots.release(mark);
    }
  }

  async #reserveSlots(count: number): Promise<void> {
    if (count <= this.#slotCount) return;
    const old = this.#slots;
    const grown = count * 2;
    this.#slots = await UniformSlots.create(this.#ctx, { owner: 'run', slots: grown });
    this.#slotCount = grown;
    this.#ctx.buffers.destroy(old.buffer);
  }

  async #reserveHistory(bytes: number): Promise<void> {
    if (bytes <= this.#history.size) return;
    const old = this.#history;
    this.#history = await this.#ctx.buffers.create({ label: 'history', owner: 'run', bytes, usage: USAGE.mapRead });
    this.#ctx.buffers.destroy(old);
  }

  destroy(): Promise<void> {
    return this.#inTurn(async () => this.#free());
  }

  #free(): void {
    this.#tools.denoiser.destroy();
    this.#exact?.destroy();
    this.#features?.destroy();
    this.#reductions?.destroy();
    this.#stamps?.destroy();
    for (const owner of OWNERS) this.#ctx.buffers.destroyOwner(owner);
  }
}

const OWNERS = ['run', 'timing', 'network', 'features', 'metrics'] as const;
