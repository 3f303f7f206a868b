// Where a run's time goes, step after step, until the reader has seen enough.
import { modelIds } from '../models/index.ts';
import { type LanguageModelId, languageModelIds } from '../models/language.ts';
import { GpuError } from '../gpu/errors.ts';
import { type LoadWeights } from '../engine/diffusion/problem.ts';
import { throwIfCancelled } from '../core/cancel.ts';
import type { Bench } from './measure.ts';
import { diffusionRun } from './profileDiffusion.ts';
import { tokenRun, type OpenBundled } from './profileToken.ts';
import { StepClock, type ProfiledStep } from './stepClock.ts';
import type { StepTime, Workload } from './types.ts';

export interface ProfileDeps {
  readonly load: LoadWeights;
  readonly open: OpenBundled;
  readonly progress: (
    p:
      | { readonly kind: 'status'; readonly text: string; readonly fraction: number | null }
      | { readonly kind: 'step'; readonly step: StepTime },
  ) => void;
}

/** The rate at which the page can show steps. */
const LEAST_MS = 50;

/** The drawn target has no points in this measurement. */
const bundled: readonly string[] = modelIds.filter((id) => id !== 'drawn');

/** Runs until the signal is aborted, and then rejects with Cancelled. */
export async function profile(
  { ctx, clock }: Pick<Bench, 'ctx' | 'clock'>,
  workload: Workload,
  { load, open, progress }: ProfileDeps,
  signal: AbortSignal,
): Promise<never> {
  const status = (text: string, fraction: number | null = null) => progress({ kind: 'status', text, fraction });
  ctx.takeError(); // an earlier error was reported by what caused it
  const stepClock = await StepClock.create(ctx, clock);
  let index = 0;
  const take = async (step: ProfiledStep) => {
    throwIfCancelled(signal);
    const began = performance.now();
    const time = await stepClock.take(index++, step);
    const fault = ctx.takeError();
    if (fault !== undefined)
      throw new GpuError(
        `The GPU refused the step: ${fault}`,
        'Choose another model or a smaller batch; if it stays so, this is a fault of the page or the driver.',
      );
    progress({ kind: 'step', step: time });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, LEAST_MS - (performance.now() - began))));
  };
  try {
    status('Preparing the model');
    if (workload.kind === 'diffusion') {
      if (!bundled.includes(workload.model))
        throw new RangeError(
          `There is no diffusion model '${workload.model}' to take apart; there are ${bundled.join(', ')}.`,
        );
      const run = await diffusionRun(ctx, workload.model, workload.batch, load, signal);
      try {
        for (;;) {
          await stepClock.play(run.first);
          for (const step of run.steps) await take(step);
        }
      } finally {
        run.destroy();
      }
    }
    if (!(languageModelIds as readonly string[]).includes(workload.model))
      throw new RangeError(
        `There is no bundled language model '${workload.model}'; there are ${languageModelIds.join(', ')}.`,
      );
    const { model, batch } = workload;
    const run = await tokenRun(ctx, { model: model as LanguageModelId, batch, open, status, signal });
    try {
      for (;;) await take(await run.next());
    } finally {
      run.destroy();
    }
  } finally {
    stepClock.destroy();
  }
}
