// A plan that looks at its own numbers, on a GPU: what it asks for up to a measure is one submit, then the registers that the
// measure names come back, and the means are taken here, in float64.
import { throwIfCancelled } from '../../core/cancel.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { measureMeans, registersOfMean } from '../../math/means.ts';
import type { Op, Reg } from '../../samplers/diffusion/types.ts';
import type { Followed } from './follow.ts';
import {
  compilePart,
  recordStage,
  recordWork,
  registerStride,
  slotsForPlan,
  type Shape,
  type Stage,
  type Toolbox,
} from './gpuPlan.ts';
import type { RunStamps } from './gpuStamps.ts';
import type { Mark } from './problem.ts';

export interface AdaptiveLoop {
  readonly ctx: GpuContext;
  readonly tools: Omit<Toolbox, 'slots'>;
  readonly shape: Shape;
  readonly seed: number;
  readonly plan: Followed;
  readonly stamps: RunStamps | null;
  readonly signal: AbortSignal;
  /** Room for the arguments of a part, and for so many bytes of numbers that are read. */
  slots(count: number): Promise<UniformSlots>;
  readable(bytes: number): Promise<GPUBuffer>;
  /** Every state that a reader may want to see, as it is reached. */
  onMark(mark: Mark): void;
}

/** Runs the plan to its end; resolves to the number of timed passes. */
export async function playAdaptive(loop: AdaptiveLoop): Promise<number> {
  const { plan, signal } = loop;
  const offsets = new Map<Reg, number>();
  let passes = 0;
  let op = plan.next();
  while (op !== null) {
    throwIfCancelled(signal);
    const part: Op[] = [op];
    while (part.at(-1)!.op !== 'measure' && (op = plan.next()) !== null) part.push(op);
    const { marks, read, used } = await playPart(loop, part, offsets, passes);
    passes += used;
    marks.forEach(loop.onMark);
    const asked = part.at(-1)!;
    if (asked.op !== 'measure') break;
    op = plan.next(measureMeans(asked.of, asked.per, read, loop.shape.dim));
  }
  return passes;
}

async function playPart(
  { ctx, tools, shape, seed, stamps, slots: room, readable }: AdaptiveLoop,
  part: readonly Op[],
  offsets: Map<Reg, number>,
  firstPass: number,
) {
  const elements = shape.samples * shape.dim;
  const bytesEach = registerStride(shape.samples, shape.dim) * 4;
  const slots = await room(slotsForPlan(part));
  const before = slots.mark();
  try {
    const { stages, rest } = compilePart(part, shape, seed, { ...tools, slots }, false, { offsets, open: true });
    const asked = part.at(-1)!;
    const named = asked.op === 'measure' ? [...new Set(asked.of.flatMap(registersOfMean))] : [];
    const wanted = [...stages.map(({ mark }) => mark.offset), ...named.map((reg) => offsets.get(reg)!)];
    const staging = await readable(wanted.length * bytesEach);
    const encoder = ctx.device.createCommandEncoder({ label: 'adaptive part' });
    let used = 0;
    let copied = 0;
    const compute = (record: (pass: GPUComputePassEncoder) => void) => {
      const pass = encoder.beginComputePass({ label: 'part', ...stamps?.writes(firstPass + used++) });
      record(pass);
      pass.end();
    };
    const copy = (offset: number) =>
      encoder.copyBufferToBuffer(tools.arena, offset * 4, staging, copied++ * bytesEach, bytesEach);
    for (const stage of stages) {
      compute((pass) => recordStage(pass, stage, tools.denoiser));
      copy(stage.mark.offset);
    }
    if (rest.length > 0) compute((pass) => recordWork(pass, rest, tools.denoiser));
    wanted.slice(stages.length).forEach(copy);
    ctx.submit(encoder.finish());
    const values = await numbersOf(ctx, staging, wanted.length, { bytesEach, elements });
    const at = (stage: Stage, k: number): Mark => ({
      step: stage.mark.step,
      sigma: stage.mark.sigma,
      x: values[k]!,
    });
    return {
      marks: stages.map(at),
      read: (reg: Reg) => values[stages.length + named.indexOf(reg)]!,
      used,
    };
  } finally {
    slots.release(before);
  }
}

async function numbersOf(
  ctx: GpuContext,
  staging: GPUBuffer,
  count: number,
  { bytesEach, elements }: { readonly bytesEach: number; readonly elements: number },
): Promise<Float32Array[]> {
  if (count === 0) return [];
  ctx.counters.maps++;
  await staging.mapAsync(1 /* READ */, 0, count * bytesEach).catch((cause: unknown) => {
    ctx.assertReady();
    throw cause;
  });
  const all = staging.getMappedRange(0, count * bytesEach);
  const values = Array.from(
    { length: count },
    (_, k) => new Float32Array(all.slice(k * bytesEach, k * bytesEach + elements * 4)),
  );
  staging.unmap();
  return values;
}
