import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, type Kernel } from '../../gpu/kernel.ts';
import { MOST_EXPERTS } from './routeExperts.ts';

const wgsl = () => import('../../../shaders/experts/group_experts.wgsl?raw');

/** Slots (a token and one of its choices) that a product over many tokens takes at once. */
export const EXPERT_TILE = 8;

/** Most tiles that so many slots can make, whatever they choose. */
export const expertTiles = (slots: number, experts: number): number =>
  Math.floor(slots / EXPERT_TILE) + Math.min(slots, experts);

export interface GroupExpertsArgs {
  readonly slots: number;
  readonly experts: number;
}

/**
 * chosen (slots) → order (slots), sorted by expert and stable, and tiles (expertTiles(slots, experts), 4): expert, first
 * place in order, slots, 0. Reference: src/math/reference/experts.ts.
 */
export const createGroupExperts = (
  ctx: GpuContext,
): Promise<Kernel<{ chosen: 'read'; order: 'read_write'; tiles: 'read_write' }, GroupExpertsArgs>> =>
  createKernel(ctx, {
    label: 'group_experts',
    wgsl,
    bindings: { chosen: 'read', order: 'read_write', tiles: 'read_write' },
    argBytes: 12,
    consts: { TILE: `${EXPERT_TILE}u` },
    pack(write, { slots, experts }: GroupExpertsArgs) {
      if (experts > MOST_EXPERTS)
        throw new RangeError(`group_experts: ${experts} experts; at most ${MOST_EXPERTS} are sorted by`);
      write.u32(slots, experts, expertTiles(slots, experts));
    },
    grid: () => [1],
  });
