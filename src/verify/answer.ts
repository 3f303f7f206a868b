// A lab's answer to what is verified of samplers on its device; loaded when it is asked for, and what checks one after that.
import { addVerdicts, loadVerified, verdictsOf, type Verified } from '../engine/tuning/verified.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { SamplerId } from '../samplers/diffusion/index.ts';

export async function answerVerified(
  ctx: GpuContext | null,
  check: SamplerId | null,
  signal: AbortSignal,
): Promise<Verified | null> {
  if (!ctx) return null;
  if (check === null) return loadVerified(ctx.info);
  const { checkSampler } = await import('./samplerCheck.ts');
  const cases = await checkSampler(ctx, check, signal);
  return addVerdicts(ctx.info, verdictsOf(cases, new Date().toISOString()));
}
