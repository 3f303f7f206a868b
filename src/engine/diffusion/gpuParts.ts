import type { ExitHeads } from '../../models/types.ts';
import type { GpuDenoiser } from '../../networks/types.ts';
import { evaluationsOf } from '../../samplers/diffusion/registers.ts';
import type { Op } from '../../samplers/diffusion/types.ts';

/** Before a plan is compiled: what parts of a network take beside it. Most plans ask for whole passes alone. */
export async function reserveParts(denoiser: GpuDenoiser, ops: readonly Op[], heads: ExitHeads | null): Promise<void> {
  const asked = ops.flatMap(evaluationsOf);
  if (asked.some(({ part }) => part)) await denoiser.reserve?.(asked, heads);
}
