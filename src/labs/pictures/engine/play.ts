// The hot loop for networks whose evaluation takes long: several submits an evaluation, none of them long, so that the
// reader's cancel acts at once and no watchdog of a driver fires.
import type { GpuContext } from '../../../gpu/device.ts';
import { encode } from '../../../gpu/kernel.ts';
import type { ReadbackRing, Ticket } from '../../../gpu/readback.ts';
import type { Stage } from '../../../engine/diffusion/gpuPlan.ts';
import type { RunStamps } from '../../../engine/diffusion/gpuStamps.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';

/** A denoiser whose evaluations are recorded in pieces. */
export interface InPieces {
  pieces(evaluation: number): number;
  encodePiece(pass: GPUComputePassEncoder, evaluation: number, piece: number): void;
}

/** Submits in flight before the loop waits. */
const IN_FLIGHT = 2;
/** A submit is made longer when it takes less, and shorter when it takes more; milliseconds. */
const SHORT = 20;
const LONG = 60;

export interface StepState {
  readonly step: number;
  readonly sigma: number;
  /** The state and the last D, (samples, channels, height, width). */
  readonly x: Float32Array;
  readonly denoised: Float32Array | null;
  /** Evaluations so far, and milliseconds since the first submit, when the GPU had finished the step. */
  readonly evaluations: number;
  readonly ms: number;
}

/** What is looked at of a step: D, or, before the first evaluation, the noise at the size that fits the eye. */
export function seenOf({ x, denoised, sigma }: StepState): Float32Array {
  const scale = 1 / Math.hypot(1, sigma);
  return denoised ?? x.map((v) => scale * v);
}

interface Loop {
  readonly ctx: GpuContext;
  readonly arena: GPUBuffer;
  readonly denoiser: InPieces;
  readonly stages: readonly Stage[];
  readonly elements: number;
  /** Two for each step in flight. */
  readonly ring: ReadbackRing;
  readonly stamps: RunStamps | null;
  readonly signal: AbortSignal;
  /** Before anything of a stage is recorded, with everything of the one before submitted: what is given for it alone. */
  before?(stage: number): void;
  onStep(state: StepState): void;
}

/** How many pieces go into one submit: found by what they take. */
export class Pace {
  pieces = 1;
  #last: number | null = null;

  /** A submit of `pieces` pieces has been finished by the GPU. */
  finished(pieces: number, now: number): void {
    const took = this.#last === null ? null : now - this.#last;
    this.#last = now;
    if (took === null || pieces < this.pieces) return;
    if (took < SHORT) this.pieces = Math.min(4096, this.pieces * 2);
    else if (took > LONG) this.pieces = Math.max(1, Math.floor(this.pieces / 2));
  }
}

/**
 * Resolves when the last step has been read: passes that were recorded, and milliseconds. However it ends, nothing is
 * under way any more then, and no step is told afterwards.
 */
export async function playInPieces(loop: Loop): Promise<{ readonly passes: number; readonly ms: number }> {
  const { ctx, arena, denoiser, stages, elements, ring, stamps, signal } = loop;
  const inFlight: Promise<void>[] = [];
  const pace = new Pace();
  const began = performance.now();
  let passes = 0;
  let evaluations = 0;
  let encoder: GPUCommandEncoder | null = null;
  let pass: GPUComputePassEncoder | null = null;
  let held = 0;
  let reading: Promise<void> = Promise.resolve();
  /** What a step that was read brought to light: the loop ends with it. */
  let fault: { readonly error: unknown } | null = null;
  let over = false;

  const open = (): GPUComputePassEncoder => {
    encoder ??= ctx.device.createCommandEncoder({ label: 'piece of a step' });
    pass ??= encoder.beginComputePass({ label: 'piece', ...stamps?.writes(passes++) });
    return pass;
  };
  const send = async (): Promise<void> => {
    if (!encoder) return;
    pass?.end();
    ctx.submit(encoder.finish());
    encoder = null;
    pass = null;
    const pieces = held;
    held = 0;
    inFlight.push(ctx.device.queue.onSubmittedWorkDone().then(() => pace.finished(pieces, performance.now())));
    if (inFlight.length > IN_FLIGHT) await inFlight.shift();
    throwIfCancelled(signal);
    ctx.assertReady();
    if (fault) throw fault.error;
  };
  const copied = async (offset: number): Promise<Ticket> => {
    let ticket: Ticket | undefined;
    while (!(ticket = ring.copy(encoder!, arena, offset * 4, elements * 4))) {
      // Every buffer is on its way; the oldest comes back with the step before.
      await reading;
    }
    return ticket;
  };

  const record = async ({ work, mark }: Stage): Promise<void> => {
    throwIfCancelled(signal);
    for (const item of work) {
      if (!('evaluation' in item)) {
        encode(open(), item);
        continue;
      }
      evaluations++;
      const count = denoiser.pieces(item.evaluation);
      for (let piece = 0; piece < count; piece++) {
        denoiser.encodePiece(open(), item.evaluation, piece);
        if (++held >= pace.pieces) await send();
      }
    }
    open().end();
    pass = null;
    const state = await copied(mark.offset);
    const denoised = mark.denoised === null ? null : await copied(mark.denoised);
    await send();
    const done = evaluations;
    const before = reading;
    reading = (async () => {
      const [x, d] = await Promise.all([state.read(), denoised?.read()]);
      const ms = performance.now() - began;
      await before;
      if (over) return;
      loop.onStep({
        step: mark.step,
        sigma: mark.sigma,
        x: new Float32Array(x),
        denoised: d ? new Float32Array(d) : null,
        evaluations: done,
        ms,
      });
    })();
    reading.catch((error: unknown) => {
      fault ??= { error };
    });
  };

  try {
    for (const [i, stage] of stages.entries()) {
      loop.before?.(i);
      await record(stage);
    }
    await reading;
    throwIfCancelled(signal);
    return { passes, ms: performance.now() - began };
  } finally {
    over = true;
    await Promise.allSettled([reading, ...inFlight]);
  }
}

/**
 * Plays a run again up to evaluation `from`, and from there to before evaluation `to` lets `look` make the evaluations:
 * the first that it finds something in ends it. What steps overwrote is made again by the steps before.
 */
export async function playAgain<T>(
  { ctx, denoiser, stages, signal, before }: Pick<Loop, 'ctx' | 'denoiser' | 'stages' | 'signal' | 'before'>,
  { from, to }: { readonly from: number; readonly to: number },
  look: (evaluation: number) => Promise<T | null>,
): Promise<T | null> {
  const submitted = async (write: (pass: GPUComputePassEncoder) => void) => {
    const encoder = ctx.device.createCommandEncoder({ label: 'a step again' });
    const pass = encoder.beginComputePass();
    write(pass);
    pass.end();
    ctx.submit(encoder.finish());
    await ctx.device.queue.onSubmittedWorkDone();
    throwIfCancelled(signal);
    ctx.assertReady();
  };
  for (const [stage, { work }] of stages.entries()) {
    before?.(stage);
    for (const item of work) {
      if (!('evaluation' in item)) await submitted((pass) => encode(pass, item));
      else if (item.evaluation >= to) return null;
      else if (item.evaluation >= from) {
        const found = await look(item.evaluation);
        if (found !== null) return found;
      } else
        for (let piece = 0; piece < denoiser.pieces(item.evaluation); piece++)
          await submitted((pass) => denoiser.encodePiece(pass, item.evaluation, piece));
    }
  }
  return null;
}
