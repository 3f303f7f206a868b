/**
 * GroupNorm (Wu and He 2018, https://arxiv.org/abs/1803.08494) of NHWC pictures in two passes, ending in a and b of a·x +
 * b for every channel: who reads the picture applies them. Reference: src/math/reference/groupNorm.ts.
 */
import lib from '../../../shaders/lib/group_combine.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';

const sumsWgsl = () => import('../../../shaders/norm/group_sums.wgsl?raw');
const lanes = () => import('../../../shaders/norm/group_combine.1.lanes.wgsl?raw');
const tree = () => import('../../../shaders/norm/group_combine.2.tree.wgsl?raw');
const applyWgsl = () => import('../../../shaders/norm/group_apply.wgsl?raw');

export interface GroupSumsArgs {
  readonly samples: number;
  readonly pixels: number;
  readonly channels: number;
}
/** A picture's pixels in slabs: enough to keep a GPU busy, few enough that adding them up again costs nothing. */
export function slabsOf(pixels: number): { readonly slabs: number; readonly perSlab: number } {
  const perSlab = Math.max(16, Math.ceil(pixels / 64));
  return { slabs: Math.ceil(pixels / perSlab), perSlab };
}
/** Bytes of the sums of a picture. */
export const groupSumsBytes = ({ samples, pixels, channels }: GroupSumsArgs): number =>
  8 * samples * slabsOf(pixels).slabs * channels;

/** Pixels of every sample, in the order of the picture. */
export interface Pixels {
  readonly first: number;
  readonly count: number;
}
export interface GroupSumsCall extends GroupSumsArgs {
  /** Pixels that x holds, and those of them that are summed, which begin and end where slabs do; all unless given. */
  readonly held?: Pixels;
  readonly summed?: Pixels;
}

function slabsHere({ pixels, held, summed }: GroupSumsCall) {
  const { slabs, perSlab } = slabsOf(pixels);
  const x = held ?? { first: 0, count: pixels };
  const { first, count } = summed ?? x;
  const end = first + count;
  const whole = first % perSlab === 0 && (end % perSlab === 0 || end === pixels) && count > 0;
  if (!whole || first < x.first || end > x.first + x.count || end > pixels)
    throw new RangeError(
      `group_sums: pixels ${first} to ${end - 1} of ${pixels} in slabs of ${perSlab}, from ${x.count} that begin at ${x.first}`,
    );
  return { x, slabs, perSlab, first: first / perSlab, here: Math.ceil(count / perSlab) };
}

export const createGroupSums = (ctx: GpuContext): Promise<Kernel<{ x: 'read'; sums: 'read_write' }, GroupSumsCall>> =>
  createKernel(ctx, {
    label: 'group_sums',
    wgsl: sumsWgsl,
    bindings: { x: 'read', sums: 'read_write' },
    argBytes: 36,
    pack(write, args: GroupSumsCall) {
      const { x, slabs, perSlab, first, here } = slabsHere(args);
      write.u32(args.samples, args.pixels, args.channels, slabs, perSlab, first, here, x.first, x.count);
    },
    grid: (args) => grid1d(args.samples * slabsHere(args).here * args.channels, 64),
  });

export interface GroupCombineArgs {
  readonly samples: number;
  readonly pixels: number;
  /** Of one picture, or of two whose channels follow one another. */
  readonly channels: readonly [number] | readonly [number, number];
  readonly groups: number;
  readonly eps: number;
  /** First element of a sample's s and t (channels of each), and elements from a sample to the next. */
  readonly scaleShift?: { readonly at: number; readonly row: number };
}
/** What is absent is not read: bind any read-only buffer. */
export type GroupCombineBindings = {
  sums: 'read';
  sums2: 'read';
  gamma: 'read';
  beta: 'read';
  scaleShift: 'read';
  norm: 'read_write';
};
const source = (wgsl: Source, grid: (count: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.lanes': source(lanes, (count) => grid1d(count, 16)),
  '2.tree': source(tree, (count) => grid1d(count, 1)),
} as const;
export type GroupCombineVersion = keyof typeof versions;

export function createGroupCombineVersion(
  ctx: GpuContext,
  version: GroupCombineVersion,
): Promise<Kernel<GroupCombineBindings, GroupCombineArgs>> {
  const { wgsl, grid } = versions[version];
  const label = `group_combine.${version}`;
  return createKernel(ctx, {
    label,
    wgsl,
    libs: [lib],
    requires: needsOf('group_combine', version),
    bindings: { sums: 'read', sums2: 'read', gamma: 'read', beta: 'read', scaleShift: 'read', norm: 'read_write' },
    argBytes: 48,
    pack(write, { samples, pixels, channels, groups, eps, scaleShift }: GroupCombineArgs) {
      const [c0, c1 = 0] = channels;
      if ((c0 + c1) % groups !== 0) throw new RangeError(`${label}: ${c0 + c1} channels in ${groups} groups`);
      const { slabs, perSlab } = slabsOf(pixels);
      write.u32(samples, groups, c0, c1, pixels, slabs, perSlab, scaleShift ? 1 : 0);
      write
        .u32(scaleShift?.at ?? 0, scaleShift?.row ?? 0)
        .f32(eps)
        .u32(0);
    },
    grid: ({ samples, groups }) => grid(samples * groups),
  });
}
/** (samples, 2, channels): a of every channel of a sample, then b. */
export const createGroupCombine = (ctx: GpuContext) => createGroupCombineVersion(ctx, choose(ctx, 'group_combine'));

export interface GroupApplyArgs extends GroupSumsArgs {
  readonly activation: 'none' | 'silu';
}
export const createGroupApply = (
  ctx: GpuContext,
): Promise<Kernel<{ x: 'read'; norm: 'read'; y: 'read_write' }, GroupApplyArgs>> =>
  createKernel(ctx, {
    label: 'group_apply',
    wgsl: applyWgsl,
    bindings: { x: 'read', norm: 'read', y: 'read_write' },
    argBytes: 16,
    pack: (write, { samples, pixels, channels, activation }: GroupApplyArgs) =>
      void write.u32(samples, pixels, channels, activation === 'silu' ? 1 : 0),
    grid: ({ samples, pixels, channels }) => grid1d(samples * pixels * channels, 64),
  });
