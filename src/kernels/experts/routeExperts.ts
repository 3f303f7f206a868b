import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/experts/route_experts.wgsl?raw');

/** Most experts of a layer: their keys lie in workgroup memory. */
export const MOST_EXPERTS = 512;

export interface RouteExpertsArgs {
  readonly rows: number;
  readonly experts: number;
  /** Experts of a token, at most all. */
  readonly used: number;
}

/**
 * logits (rows, experts) → chosen and weights (rows, used), the largest first, of equal ones the first expert;
 * `normalised`: the weights are a softmax among the chosen, else among all. Reference: src/math/reference/experts.ts.
 */
export const createRouteExperts = (
  ctx: GpuContext,
  { normalised }: { readonly normalised: boolean },
): Promise<Kernel<{ logits: 'read'; chosen: 'read_write'; weights: 'read_write' }, RouteExpertsArgs>> =>
  createKernel(ctx, {
    label: 'route_experts',
    wgsl,
    bindings: { logits: 'read', chosen: 'read_write', weights: 'read_write' },
    argBytes: 12,
    consts: { NORMALISED: String(normalised) },
    pack(write, { rows, experts, used }: RouteExpertsArgs) {
      if (experts > MOST_EXPERTS || used < 1 || used > experts)
        throw new RangeError(
          `route_experts: ${used} of ${experts} experts; it chooses 1 or more of at most ${MOST_EXPERTS}`,
        );
      write.u32(rows, experts, used);
    },
    grid: ({ rows }) => grid1d(rows, 1),
  });
