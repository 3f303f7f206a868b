// The hot loop: one submit for a stage or for several, no allocation, no compilation, no waiting for a read-back.
import type { GpuContext } from '../../gpu/device.ts';
import type { GpuDenoiser } from '../../networks/types.ts';
import { recordStage, type Stage } from './gpuPlan.ts';
import { printedSteps } from './fingerprint.ts';
import type { Preview } from './gpuPreview.ts';
import type { RunStamps } from './gpuStamps.ts';
import { type Mark, type StepFrame } from './problem.ts';
import { throwIfCancelled } from '../../core/cancel.ts';

/** Steps in flight before the loop pauses: enough to keep a GPU busy, few enough that cancel acts at once. */
const IN_FLIGHT = 3;

/** Which stages' states are kept on the way, and where in the history buffer. */
export interface History {
  readonly buffer: GPUBuffer;
  readonly bytesEach: number;
  readonly kept: ReadonlyMap<number, number>;
}

export interface Loop {
  readonly ctx: GpuContext;
  readonly arena: GPUBuffer;
  readonly denoiser: GpuDenoiser;
  readonly stages: readonly Stage[];
  readonly history: History;
  readonly stamps: RunStamps | null;
  readonly preview: Preview;
  readonly stagesPerSubmit: number;
  readonly signal: AbortSignal;
  readonly onFrame?: ((frame: StepFrame) => void) | undefined;
}

/**
 * Records and submits all stages; resolves to the number of passes once the last is submitted, not done. Previews
 * arrive later, asynchronously.
 */
export async function playStages(loop: Loop): Promise<number> {
  const { ctx, stages, history, stamps, stagesPerSubmit, signal, denoiser } = loop;
  const inFlight: Promise<unknown>[] = [];
  let passes = 0;
  for (let from = 0; from < stages.length; from += stagesPerSubmit) {
    throwIfCancelled(signal);
    const group = stages.slice(from, from + stagesPerSubmit);
    const encoder = ctx.device.createCommandEncoder({ label: `steps ${from}…` });
    const copies: (() => void)[] = [];
    // A mark's state is overwritten by the next stage, so a pass ends where a state is kept.
    let pass: GPUComputePassEncoder | null = null;
    for (const [i, stage] of group.entries()) {
      pass ??= encoder.beginComputePass({ label: 'step', ...stamps?.writes(passes++) });
      recordStage(pass, stage, denoiser);
      const slot = history.kept.get(from + i);
      if (slot === undefined && i < group.length - 1) continue;
      pass.end();
      pass = null;
      if (slot !== undefined)
        encoder.copyBufferToBuffer(
          loop.arena,
          stage.mark.offset * 4,
          history.buffer,
          slot * history.bytesEach,
          history.bytesEach,
        );
      const ticket = loop.onFrame && loop.preview.copy(encoder, stage.mark.offset);
      if (ticket)
        copies.push(
          () =>
            void ticket.read().then(
              (picture) => loop.onFrame!({ step: stage.mark.step, sigma: stage.mark.sigma, picture }),
              () => {},
            ),
        );
    }
    ctx.submit(encoder.finish());
    for (const read of copies) read();
    inFlight.push(ctx.device.queue.onSubmittedWorkDone());
    if (inFlight.length > IN_FLIGHT) await inFlight.shift();
  }
  ctx.assertReady();
  return passes;
}

/** The kept states, read once at the end. */
export async function readHistory(
  ctx: GpuContext,
  history: History,
  stages: readonly Stage[],
  elements: number,
): Promise<Mark[]> {
  const used = history.kept.size * history.bytesEach;
  ctx.counters.maps++;
  await history.buffer.mapAsync(1 /* READ */, 0, used).catch((cause: unknown) => {
    ctx.assertReady();
    throw cause;
  });
  const all = history.buffer.getMappedRange(0, used);
  const marks = [...history.kept].map(([stage, slot]) => ({
    step: stages[stage]!.mark.step,
    sigma: stages[stage]!.mark.sigma,
    x: new Float32Array(all.slice(slot * history.bytesEach, slot * history.bytesEach + elements * 4)),
  }));
  history.buffer.unmap();
  return marks;
}

/**
 * Stage numbers → slots in the history: all when `room` allows, else the start and the steps that a fingerprint prints.
 */
export function keptStages(stages: number, room: number, kind: 'point' | 'image'): Map<number, number> {
  if (room === 1) return new Map([[stages - 1, 0]]);
  const kept = stages <= room ? Array.from({ length: stages }, (_, i) => i) : [0, ...printedSteps(stages - 1, kind)];
  return new Map(kept.map((stage, slot) => [stage, slot]));
}
