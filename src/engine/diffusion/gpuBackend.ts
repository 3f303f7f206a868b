import { USAGE } from '../../gpu/buffers.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { GpuError } from '../../gpu/errors.ts';
import { UniformSlots } from '../../gpu/slots.ts';
import { availableVersions } from '../../kernels/choose.ts';
import type { KernelChoices } from '../../core/kernelVersions.ts';
import type { Batch } from '../../metrics/samples/types.ts';
import { registersOf } from '../../samplers/diffusion/registers.ts';
import type { Instructions, Op } from '../../samplers/diffusion/types.ts';
import { aboutModel, identityOf, type About } from './about.ts';
import { workOf } from './cpuDenoisers.ts';
import { follow } from './follow.ts';
import { playAdaptive } from './gpuAdaptive.ts';
import { assertRoom, createParts, freeOwners, type GpuParts } from './gpuHoldings.ts';
import { loadExtras, loadGuide, type Extras } from './gpuExtras.ts';
import { readGiven, writeGiven } from './gpuGiven.ts';
import { reserveParts } from './gpuParts.ts';
import { ARENA_REGISTERS, compilePlan, registerStride, slotsForPlan } from './gpuPlan.ts';
import { keptStages, playStages, readHistory } from './gpuRun.ts';
import { createReductions, type GpuReductions } from './gpuReductions.ts';
import { picture } from './tiles.ts';
import {
  type Backend,
  type Features,
  type Finished,
  type LoadWeights,
  type Mark,
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
  readonly passes: number;
  readonly workOfPass: number | null;
  readonly #ctx: GpuContext;
  readonly #load: LoadWeights;
  readonly #reduceOnGpu: boolean;
  /** Null between a plan that needed more registers and parts that have them. */
  #parts: GpuParts | null;
  #reductions: GpuReductions | null = null;
  #extras: Extras = {};
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    ctx: GpuContext,
    key: ProblemKey,
    load: LoadWeights,
    made: {
      readonly parts: GpuParts;
      readonly identity: string;
      readonly about: About | null;
      readonly workOfPass: number | null;
      readonly remarks: readonly string[];
      readonly reduceOnGpu: boolean;
    },
  ) {
    this.#ctx = ctx;
    this.key = key;
    this.identity = made.identity;
    this.#load = load;
    this.about = made.about;
    this.workOfPass = made.workOfPass;
    this.remarks = made.remarks;
    this.#parts = made.parts;
    this.passes = made.parts.tools.denoiser.passesPerEval;
    this.#reduceOnGpu = made.reduceOnGpu;
  }

  static async create(
    ctx: GpuContext,
    key: ProblemKey,
    load: LoadWeights,
    signal: AbortSignal,
    rest: { readonly reduceOnGpu: boolean; readonly remarks: readonly string[] },
  ): Promise<GpuProblem> {
    const parts = await createParts(ctx, key, load, signal, ARENA_REGISTERS);
    try {
      const [identity, about, workOfPass] = await Promise.all([
        identityOf(key, load, signal),
        aboutModel(key, load, signal),
        workOf(key, load, signal),
      ]);
      return new GpuProblem(ctx, key, load, { ...rest, parts, identity, about, workOfPass });
    } catch (error) {
      freeOwners(ctx);
      throw error;
    }
  }

  /** One task at a time: the registers are shared. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Parts with room for so many registers; more than there are means new ones, networks too: they are bound to them. */
  async #with(registers: number, signal: AbortSignal): Promise<GpuParts> {
    if (this.#parts && this.#parts.tools.registers >= registers) return this.#parts;
    assertRoom(this.#ctx, this.key, registers);
    this.#free();
    this.#parts = await createParts(this.#ctx, this.key, this.#load, signal, Math.max(registers, ARENA_REGISTERS));
    return this.#parts;
  }

  run(instructions: Instructions, options: RunOptions): Promise<Finished> {
    return this.#inTurn(async () => {
      throwIfCancelled(options.signal);
      this.#ctx.takeError(); // an earlier error was reported by what caused it
      if (typeof instructions === 'function') return this.#runAdaptive(instructions, options);
      return this.#run(instructions, options);
    });
  }

  async features(x: Float32Array): Promise<Features | null> {
    if (!this.key.card.features) return null;
    return this.#inTurn(async () => (await this.#with(ARENA_REGISTERS, NEVER)).features!.read(Float32Array.from(x)));
  }

  async reduce(x: Float32Array, target: Batch): Promise<Reductions | null> {
    if (!this.#reduceOnGpu) return null;
    return this.#inTurn(async () => {
      const { tools } = await this.#with(ARENA_REGISTERS, NEVER);
      this.#reductions ??= await createReductions(this.#ctx, { arena: tools.arena, samples: this.key.samples }, target);
      return this.#reductions.read(Float32Array.from(x));
    });
  }

  async #run(ops: readonly Op[], options: RunOptions): Promise<Finished> {
    const { seed, seeds = [seed], signal, exact, given, heads = null, onFrame } = options;
    const ctx = this.#ctx;
    const { samples, card } = this.key;
    const { dim } = card.shape;
    const elements = samples * dim;
    const bytesEach = registerStride(samples, dim) * 4;
    const parts = await this.#with(new Set([...registersOf(ops), ...Object.keys(given ?? {})]).size, signal);
    const slots = await this.#slots(parts, slotsForPlan(ops, seeds.length));
    const mark = slots.mark();
    try {
      const denoiser = (exact && parts.exact) || parts.tools.denoiser;
      this.#extras = await loadExtras(ctx, ops, this.#extras);
      await reserveParts(denoiser, ops, heads);
      const stages = compilePlan(
        ops,
        { samples, dim },
        seeds,
        { ...parts.tools, ...this.#extras, denoiser, slots },
        onFrame !== undefined,
        given && { registers: Object.keys(given) },
      );
      const kept = keptStages(
        stages.length,
        onFrame ? Math.max(2, Math.floor(HISTORY_BYTES / bytesEach)) : 1,
        card.shape.kind,
      );
      const history = { buffer: await this.#history(parts, kept.size * bytesEach), bytesEach, kept };
      if (given) writeGiven(ctx, parts.tools.arena, given, bytesEach);
      let live = true;
      const seen = new Set<number>();
      const began = performance.now();
      const passes = await playStages({
        ctx,
        arena: parts.tools.arena,
        denoiser,
        stages,
        history,
        stamps: parts.stamps,
        preview: parts.tools.preview,
        signal,
        stagesPerSubmit: !onFrame && elements <= SMALL_STATE ? 16 : 1,
        onFrame: onFrame && ((f) => void (live && !seen.has(f.step) && seen.add(f.step) && onFrame(f))),
      });
      await ctx.idle();
      const wallMs = performance.now() - began;
      const marks = await readHistory(ctx, history, stages, elements);
      live = false;
      this.#assertRan(signal);
      if (onFrame)
        for (const m of marks)
          if (!seen.has(m.step)) onFrame({ step: m.step, sigma: m.sigma, picture: picture(m.x, m.sigma, card.shape) });
      const gpuMs = await timed(parts, passes);
      const ended = given && { given: await readGiven(ctx, parts.tools.arena, given, bytesEach) };
      return { ops, x: marks.at(-1)!.x, marks, gpuMs, wallMs, ...ended };
    } finally {
      slots.release(mark);
    }
  }

  async #runAdaptive(
    begin: Extract<Instructions, () => unknown>,
    { seed, signal, exact, onFrame }: RunOptions,
  ): Promise<Finished> {
    const { samples, card } = this.key;
    const parts = await this.#with(Math.max(ARENA_REGISTERS, begin.registers ?? 0), signal);
    // What an adaptive plan will ask for is not known: it may guide.
    this.#extras = { ...this.#extras, guide: this.#extras.guide ?? (await loadGuide(this.#ctx)) };
    const denoiser = (exact && parts.exact) || parts.tools.denoiser;
    const plan = follow(begin);
    const marks: Mark[] = [];
    const room = onFrame ? Math.max(2, Math.floor(HISTORY_BYTES / (4 * samples * card.shape.dim))) : 1;
    const began = performance.now();
    const passes = await playAdaptive({
      ctx: this.#ctx,
      tools: { ...parts.tools, ...this.#extras, denoiser },
      shape: { samples, dim: card.shape.dim },
      seed,
      plan,
      stamps: parts.stamps,
      signal,
      slots: (count) => this.#slots(parts, count),
      readable: (bytes) => this.#history(parts, bytes),
      onMark: (mark) => {
        // Beyond the room the newest replaces the one before: the end is what counts.
        marks.splice(Math.min(marks.length, room - 1), 1, mark);
        onFrame?.({ step: mark.step, sigma: mark.sigma, picture: picture(mark.x, mark.sigma, card.shape) });
      },
    });
    const wallMs = performance.now() - began;
    this.#assertRan(signal);
    return { ops: plan.ops, x: marks.at(-1)!.x, marks, gpuMs: await timed(parts, passes), wallMs };
  }

  #assertRan(signal: AbortSignal): void {
    if (signal.aborted) throw new Cancelled();
    const refused = this.#ctx.takeError();
    if (refused !== undefined)
      throw new GpuError(
        `The GPU refused the run: ${refused}`,
        'Run again with fewer samples; if it stays so, this is a fault of the page or the driver.',
      );
  }

  async #slots(parts: GpuParts, count: number): Promise<UniformSlots> {
    if (count <= parts.slotCount) return parts.slots;
    const old = parts.slots;
    parts.slots = await UniformSlots.create(this.#ctx, { owner: 'run', slots: count * 2 });
    parts.slotCount = count * 2;
    this.#ctx.buffers.destroy(old.buffer);
    return parts.slots;
  }

  async #history(parts: GpuParts, bytes: number): Promise<GPUBuffer> {
    if (bytes <= parts.history.size) return parts.history;
    const old = parts.history;
    parts.history = await this.#ctx.buffers.create({ label: 'history', owner: 'run', bytes, usage: USAGE.mapRead });
    this.#ctx.buffers.destroy(old);
    return parts.history;
  }

  destroy(): Promise<void> {
    return this.#inTurn(async () => this.#free());
  }

  #free(): void {
    this.#parts?.tools.denoiser.destroy();
    this.#parts?.exact?.destroy();
    this.#parts?.features?.destroy();
    this.#parts?.stamps?.destroy();
    this.#parts = null;
    this.#reductions?.destroy();
    this.#reductions = null;
    freeOwners(this.#ctx);
  }
}

const NEVER = new AbortController().signal;
const timed = async ({ stamps }: GpuParts, passes: number) => (stamps ? stamps.total(passes) : null);
