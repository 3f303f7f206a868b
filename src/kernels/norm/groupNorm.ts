import group from '../../../shaders/lib/group.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { DeviceInfo, GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Resource, type Source } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { choose } from '../choose.ts';

const stats = () => import('../../../shaders/norm/group_stats.wgsl?raw');
const tree = () => import('../../../shaders/norm/group_combine.1.tree.wgsl?raw');
const lanes = () => import('../../../shaders/norm/group_combine.2.lanes.wgsl?raw');

/**
 * Slabs that the pixels of a sample are cut into, each with sums of its own: a GPU wants many invocations, a software
 * adapter few parts to combine.
 */
export function groupSlabs({ isSoftware }: Pick<DeviceInfo, 'isSoftware'>, pixels: number): number {
  const [most, least] = isSoftware ? [8, 64] : [128, 32];
  const each = Math.ceil(pixels / Math.min(most, Math.ceil(pixels / least)));
  return Math.ceil(pixels / each); // none is empty
}
/** Of the buffer between group_stats and group_combine. */
export const groupSumsBytes = (samples: number, channels: number, slabs: number): number =>
  12 * samples * channels * slabs;

export interface GroupStatsArgs {
  readonly samples: number;
  /** Of each sample in x. */
  readonly pixels: number;
  readonly channels: number;
  /** Slabs of this call; no more than pixels. */
  readonly slabs: number;
  /** Of two inputs: where the channels of this one begin, and how many there are in all. */
  readonly among?: { readonly first: number; readonly channels: number };
  /** Of a picture in bands: where the slabs of this one begin, and how many there are in all. */
  readonly band?: { readonly first: number; readonly slabs: number };
}
export type GroupStats = Kernel<{ x: 'read'; sums: 'read_write' }, GroupStatsArgs>;

/**
 * Count, mean and squared distances of every channel in slabs of an NHWC picture, for group_combine. Channels are a
 * multiple of 4. Reference: src/math/reference/groupNorm.ts.
 */
export const createGroupStats = (ctx: GpuContext): Promise<GroupStats> =>
  createKernel(ctx, {
    label: 'group_stats',
    wgsl: stats,
    bindings: { x: 'read', sums: 'read_write' },
    argBytes: 36,
    pack(write, a: GroupStatsArgs) {
      const { first, channels } = a.among ?? { first: 0, channels: a.channels };
      const band = a.band ?? { first: 0, slabs: a.slabs };
      for (const v of [a.channels, first, channels])
        if (v % 4 !== 0) throw new RangeError(`group_stats: ${v} channels are not a multiple of 4`);
      if (a.slabs < 1 || a.slabs > a.pixels)
        throw new RangeError(`group_stats: ${a.pixels} pixels cannot be cut into ${a.slabs} slabs`);
      const each = Math.ceil(a.pixels / a.slabs);
      if (Math.ceil(a.pixels / each) !== a.slabs)
        throw new RangeError(
          `group_stats: slabs of ${each} pixels make ${Math.ceil(a.pixels / each)} of ${a.pixels}, not ${a.slabs}; take as many as groupSlabs says`,
        );
      write.u32(a.samples, a.pixels, a.channels / 4, each, first / 4, channels / 4, band.first, band.slabs, a.slabs);
    },
    grid: (a) => grid1d((a.samples * a.slabs * a.channels) / 4, 32),
  });

export interface GroupCombineArgs {
  readonly samples: number;
  readonly channels: number;
  readonly groups: number;
  readonly slabs: number;
  readonly eps: number;
  /** Row s of `mod` holds, at these elements, what a time embedding scales by (less 1) and adds. */
  readonly mod?: { readonly row: number; readonly scaleAt: number; readonly shiftAt: number };
}
type CombineBindings = { sums: 'read'; gamma: 'read'; beta: 'read'; mod: 'read'; norm: 'read_write' };

const source = (wgsl: Source, grid: (a: GroupCombineArgs) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.tree': source(tree, (a) => [a.groups, a.samples]),
  '2.lanes': source(lanes, (a) => grid1d(a.groups * a.samples, 8)),
} as const;
export type GroupCombineVersion = keyof typeof versions;

export interface GroupCombine {
  readonly label: string;
  call(
    resources: {
      readonly sums: Resource;
      readonly gamma: Resource;
      readonly beta: Resource;
      readonly mod?: Resource;
      /** (samples, 2, channels): a, then b, of each sample's channels. */
      readonly norm: Resource;
    },
    args: GroupCombineArgs,
    slots: UniformSlots,
  ): ReturnType<Kernel<CombineBindings, GroupCombineArgs>['call']>;
}

/** a and b of a GroupNorm, such that y = a·x + b. Reference: src/math/reference/groupNorm.ts. */
export async function createGroupCombine(
  ctx: GpuContext,
  version: GroupCombineVersion = choose(ctx, 'group_combine'),
): Promise<GroupCombine> {
  const label = `group_combine.${version}`;
  const { wgsl, grid } = versions[version];
  const kernel = await createKernel(ctx, {
    label,
    wgsl,
    libs: [group],
    requires: needsOf('group_combine', version),
    bindings: { sums: 'read', gamma: 'read', beta: 'read', mod: 'read', norm: 'read_write' } satisfies CombineBindings,
    argBytes: 36,
    pack(write, a: GroupCombineArgs) {
      if (a.channels % a.groups !== 0)
        throw new RangeError(`${label}: ${a.channels} channels cannot be shared out among ${a.groups} groups`);
      write
        .u32(a.samples, a.channels, a.groups, a.slabs, a.mod?.row ?? 0, a.mod?.scaleAt ?? 0, a.mod?.shiftAt ?? 0)
        .u32(a.mod ? 1 : 0)
        .f32(a.eps);
    },
    grid,
  });
  return {
    label,
    call({ mod, ...resources }, args, slots) {
      if ((mod !== undefined) !== (args.mod !== undefined))
        throw new RangeError(
          `${label}: a modulation is ${mod ? 'bound but not asked for' : 'asked for but not bound'}`,
        );
      return kernel.call({ ...resources, mod: mod ?? resources.gamma }, args, slots);
    },
  };
}
