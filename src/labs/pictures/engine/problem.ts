// One network, one size, one text: runs plans of any contender on the same noise.
import {
  ARENA_REGISTERS,
  compilePlan,
  registerStride,
  slotsForPlan,
  type Given,
  type Stage,
} from '../../../engine/diffusion/gpuPlan.ts';
import { loadGuide } from '../../../engine/diffusion/gpuExtras.ts';
import { RunStamps } from '../../../engine/diffusion/gpuStamps.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { GpuError, OutOfMemoryError } from '../../../gpu/errors.ts';
import { ReadbackRing } from '../../../gpu/readback.ts';
import { UniformSlots } from '../../../gpu/slots.ts';
import { createLincomb } from '../../../kernels/diffusion/lincomb.ts';
import { createPhiloxNormal } from '../../../kernels/random/philoxNormal.ts';
import type { GraphUse } from '../../../models/diffusers/types.ts';
import {
  createGraphDenoiser,
  NonfiniteError,
  type GraphDenoiser,
  type GuidedEvaluation,
} from '../../../networks/graph/denoiser.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import type { Evaluation } from '../../../networks/types.ts';
import { drawingsBySteps } from './noise.ts';
import type { PicturePlan } from './plan.ts';
import { type GivenNumbers, type ProblemParts, type Ran, type RunOf } from './problemTypes.ts';
import { playAgain, playInPieces, type StepState } from './play.ts';

/** Numbers of a latent picture from which samples pass one by one: a graph of more is no faster. */
const ALONE = 4096;
const RING = 6;
/** Pieces that an evaluation is cut into: the loop puts as many into one submit as take some tens of milliseconds. */
const PIECES = 64;

export class PictureProblem {
  readonly samples: number;
  readonly dim: number;
  /** Of a sample: channels, height, width. */
  readonly shape: readonly [number, number, number];
  readonly activationBytes: number;
  readonly #ctx: GpuContext;
  readonly #parts: ProblemParts;
  readonly #arena: GPUBuffer;
  readonly #denoiser: GraphDenoiser;
  readonly #tools: {
    readonly lincomb: Awaited<ReturnType<typeof createLincomb>>;
    readonly philox: Awaited<ReturnType<typeof createPhiloxNormal>>;
  };
  readonly #ring: ReadbackRing;
  readonly #stamps: RunStamps | null;
  #guide: Awaited<ReturnType<typeof loadGuide>> | null = null;
  #slots: UniformSlots;
  #slotCount: number;

  private constructor(
    ctx: GpuContext,
    parts: ProblemParts,
    made: {
      readonly arena: GPUBuffer;
      readonly denoiser: GraphDenoiser;
      readonly lincomb: Awaited<ReturnType<typeof createLincomb>>;
      readonly philox: Awaited<ReturnType<typeof createPhiloxNormal>>;
      readonly ring: ReadbackRing;
      readonly stamps: RunStamps | null;
      readonly slots: UniformSlots;
      readonly slotCount: number;
    },
  ) {
    const { model, samples } = parts;
    this.#ctx = ctx;
    this.#parts = parts;
    this.samples = samples;
    this.dim = model.channels * model.height * model.width;
    this.shape = [model.channels, model.height, model.width];
    this.#arena = made.arena;
    this.#denoiser = made.denoiser;
    this.activationBytes = made.denoiser.activationBytes;
    this.#tools = made;
    this.#ring = made.ring;
    this.#stamps = made.stamps;
    this.#slots = made.slots;
    this.#slotCount = made.slotCount;
  }

  /** OutOfMemoryError names what does not fit. */
  static async create(ctx: GpuContext, parts: ProblemParts): Promise<PictureProblem> {
    const { model, samples, weights, use, copies, owner } = parts;
    const dim = model.channels * model.height * model.width;
    const bytes = registerStride(samples, dim) * 4;
    const arenaBytes = bytes * (ARENA_REGISTERS + parts.givenRegisters);
    const limit = ctx.info.limits.maxStorageBufferBindingSize;
    if (arenaBytes > limit)
      throw new OutOfMemoryError(
        `the sampler's registers for ${samples} pictures`,
        arenaBytes,
        `this adapter binds at most ${limit} bytes at once; take fewer or smaller pictures`,
      );
    try {
      const arena = await ctx.buffers.create({ label: 'arena', owner, bytes: arenaBytes });
      const making = [
        createLincomb(ctx),
        createPhiloxNormal(ctx),
        createGraphDenoiser(ctx, model, weights, use, {
          arena,
          samples,
          owner,
          copies,
          ...(parts.alone && { alone: parts.alone }),
          atOnce: Math.max(1, Math.floor(ALONE / (model.height * model.width))),
        }),
        RunStamps.create(ctx),
      ] as const;
      // All must have settled before a failure may free what they hold.
      await Promise.allSettled(making);
      const [lincomb, philox, denoiser, stamps] = await Promise.all(making);
      denoiser.cut(PIECES);
      const slotCount = 1024;
      return new PictureProblem(ctx, parts, {
        arena,
        lincomb,
        philox,
        denoiser,
        stamps,
        ring: await ReadbackRing.create(ctx, { owner, bytes, count: RING }),
        slotCount,
        slots: await UniformSlots.create(ctx, { owner, slots: slotCount }),
      });
    } catch (error) {
      ctx.buffers.destroyOwner(owner);
      throw error;
    }
  }

  /** Other texts or classes, of the same numbers of tokens. */
  retell(use: GraphUse): void {
    if (use.texts) this.#denoiser.setTexts(use.texts);
    this.#denoiser.setRows(use);
  }

  /** Runs a plan. NonfiniteError names the block in which numbers ceased to be numbers. */
  async run({ plan, seed, given, signal, onStep }: RunOf): Promise<Ran> {
    throwIfCancelled(signal);
    const ctx = this.#ctx;
    ctx.takeError(); // an earlier error was reported by what caused it
    await this.#reserveSlots(slotsForPlan(plan.ops));
    // Most plans guide by combinations alone.
    if (plan.ops.some((op) => op.op === 'guide')) this.#guide ??= await loadGuide(ctx);
    const mark = this.#slots.mark();
    const elements = this.samples * this.dim;
    const { places, before } = this.#put(plan, given);
    try {
      const stages = compilePlan(
        plan.ops,
        { samples: this.samples, dim: this.dim },
        seed,
        {
          ...this.#tools,
          arena: this.#arena,
          registers: ARENA_REGISTERS,
          slots: this.#slots,
          guide: this.#guide,
          denoiser: this.#told(plan),
          preview: { draw: () => null, copy: () => undefined },
        },
        false,
        places,
      );
      let last: StepState | null = null;
      const { passes, ms } = await playInPieces({
        ctx,
        arena: this.#arena,
        denoiser: this.#denoiser,
        stages,
        elements,
        ring: this.#ring,
        stamps: this.#stamps,
        signal,
        before,
        onStep: (state) => {
          assertFinite(state);
          last = state;
          onStep?.(state);
        },
      }).catch(async (error: unknown) => {
        throw error instanceof NotFinite ? await this.#named(error.state, last, { stages, signal, before }) : error;
      });
      const refused = ctx.takeError();
      if (refused !== undefined)
        throw new GpuError(
          `The GPU refused the run: ${refused}`,
          'Run again with fewer or smaller pictures; if it stays so, this is a fault of the page or the driver.',
        );
      const { x } = last!;
      return {
        x: plan.endScale === 1 ? x : x.map((v) => plan.endScale * v),
        gpuMs: this.#stamps ? await this.#stamps.total(passes) : null,
        wallMs: ms,
      };
    } finally {
      this.#slots.release(mark);
    }
  }

  /** The denoiser that a plan speaks to: every evaluation with the settings of its contender. */
  #told(plan: PicturePlan): GraphDenoiser {
    const denoiser = this.#denoiser;
    return {
      ...denoiser,
      prepare: (evaluations: readonly Evaluation[]) =>
        denoiser.prepare(evaluations.map((e, k): GuidedEvaluation => ({ ...e, ...plan.settings[k] }))),
    };
  }

  /**
   * Writes what is given into registers of its own; drawings on the way are written before the step that they belong to,
   * over those of the step before, which has been submitted by then: the queue keeps the order.
   */
  #put(plan: PicturePlan, { noise, onTheWay, picture }: GivenNumbers) {
    const stride = registerStride(this.samples, this.dim);
    let next = ARENA_REGISTERS;
    const write = (offset: number, values: Float32Array): void =>
      this.#ctx.device.queue.writeBuffer(this.#arena, offset * 4, values as Float32Array<ArrayBuffer>);
    const put = (values: Float32Array): number => {
      const offset = stride * next++;
      write(offset, values);
      return offset;
    };
    const terms: (readonly [number, number])[] = [];
    if (picture) terms.push([1, put(picture)]);
    if (noise) terms.push([plan.startScale, put(noise)]);
    const start = { terms, noise: noise ? 0 : plan.startScale };
    if (!onTheWay) return { places: { start }, before: () => undefined };
    const counts = drawingsBySteps(plan);
    /** The place of each drawing, by steps. */
    const offsets = counts.map((count) => Array.from({ length: count }, (_, i) => stride * (next + i)));
    const firsts = counts.map((_, step) => counts.slice(0, step).reduce((n, count) => n + count, 0));
    const flat = offsets.flat();
    const places: Given = { start, noise: (k) => flat[k]! };
    const before = (step: number): void =>
      offsets[step]!.forEach((offset, i) => write(offset, onTheWay(firsts[step]! + i)));
    return { places, before };
  }

  /** Where numbers ceased to be numbers between two states, by playing the run again and looking at every block. */
  async #named(
    { step, sigma, evaluations: to }: StepState,
    before: StepState | null,
    run: { readonly stages: readonly Stage[]; readonly signal: AbortSignal; before(stage: number): void },
  ): Promise<Error> {
    const denoiser = this.#denoiser;
    const steps = { from: before?.evaluations ?? 0, to };
    const found = await playAgain({ ctx: this.#ctx, denoiser, ...run }, steps, (k) => denoiser.diagnose(k));
    return found
      ? new NonfiniteError(found, this.#parts.format)
      : new GpuError(
          step === 0
            ? `Noise of the size of σ ${sigma}, from which the run starts, does not fit into 32-bit numbers.`
            : `The state held numbers that are not finite after step ${step}.`,
          'Take other noise levels, or another sampler.',
        );
  }

  async #reserveSlots(count: number): Promise<void> {
    if (count <= this.#slotCount) return;
    const old = this.#slots;
    const grown = count * 2;
    this.#slots = await UniformSlots.create(this.#ctx, { owner: this.#parts.owner, slots: grown });
    this.#slotCount = grown;
    this.#ctx.buffers.destroy(old.buffer);
  }

  destroy(): void {
    this.#denoiser.destroy();
    this.#stamps?.destroy();
    this.#ctx.buffers.destroyOwner(this.#parts.owner);
  }
}

class NotFinite extends Error {
  readonly state: StepState;
  constructor(state: StepState) {
    super('not finite');
    this.state = state;
  }
}
function assertFinite(state: StepState): void {
  const bad = (values: Float32Array | null) => values?.some((v) => !Number.isFinite(v)) ?? false;
  if (bad(state.denoised) || bad(state.x)) throw new NotFinite(state);
}
