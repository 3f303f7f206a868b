// What few plans ask for: kernels beside the update of a step, downloaded and compiled when a plan has them.
import type { GpuContext } from '../../gpu/device.ts';
import type { BlendKernel } from '../../kernels/diffusion/blend.ts';
import type { PoolKernel } from '../../kernels/diffusion/pool.ts';
import type { GuideKernels } from '../../kernels/diffusion/guide.ts';
import type { Op } from '../../samplers/diffusion/types.ts';

export interface Extras {
  /** Where a plan guides by more than combinations. */
  readonly guide?: GuideKernels | null;
  /** Where a plan blends by a mask. */
  readonly blend?: BlendKernel | null;
  /** Where a plan goes down to half the size. */
  readonly pool?: PoolKernel | null;
}

export const loadGuide = async (ctx: GpuContext): Promise<GuideKernels> =>
  (await import('../../kernels/diffusion/guide.ts')).createGuide(ctx);
const loadBlend = async (ctx: GpuContext): Promise<BlendKernel> =>
  (await import('../../kernels/diffusion/blend.ts')).createBlend(ctx);
const loadPool = async (ctx: GpuContext): Promise<PoolKernel> =>
  (await import('../../kernels/diffusion/pool.ts')).createPool(ctx);

/** What is there already, and what the plan needs besides. */
export async function loadExtras(ctx: GpuContext, ops: readonly Op[], { guide, blend, pool }: Extras): Promise<Extras> {
  const asked = (op: Op['op']) => ops.some((o) => o.op === op);
  return {
    guide: guide ?? (asked('guide') ? await loadGuide(ctx) : null),
    pool: pool ?? (asked('pool') ? await loadPool(ctx) : null),
    blend: blend ?? (asked('blend') ? await loadBlend(ctx) : null),
  };
}
