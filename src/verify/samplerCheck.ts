// One sampler on this device, out of the suite: its golden values and formulas in float64, and its plan on the GPU against
// float64. Seconds on a software adapter; apart from the suite, so that a lab loads no more than this for it.
import { breathe, throwIfCancelled } from '../core/cancel.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { VerifyCase } from '../measure/types.ts';
import type { SamplerId } from '../samplers/diffusion/index.ts';
import { attempt, within } from './attempts.ts';
import { plan } from './samplers.ts';

export const checkSampler = (ctx: GpuContext, id: SamplerId, signal: AbortSignal): Promise<readonly VerifyCase[]> =>
  within(ctx, async (shared) => {
    const cases: VerifyCase[] = [];
    for (const task of plan(shared).cases.filter((c) => c.sampler === id)) {
      throwIfCancelled(signal);
      cases.push(await attempt(ctx, 'samplers', task));
      await breathe();
    }
    return cases;
  });
