import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';

const tree = () => import('../../../shaders/reduce/softmax.1.tree.wgsl?raw');
const lanes = () => import('../../../shaders/reduce/softmax.2.lanes.wgsl?raw');
const subgroup = () => import('../../../shaders/reduce/softmax.3.subgroup.wgsl?raw');

export interface SoftmaxArgs {
  readonly rows: number;
  readonly cols: number;
  /** Row stride and first element; dense and 0 by default. */
  readonly row?: number;
  readonly at?: number;
  /** softmax of scale·x + biasScale·bias, bias one number per column. */
  readonly scale?: number;
  readonly biasScale?: number;
  readonly biasAt?: number;
}
/** In place. Without a bias bind any other read-only buffer. */
export type SoftmaxBindings = { x: 'read_write'; bias: 'read' };

const source = (wgsl: Source, grid: (rows: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.tree': source(tree, (rows) => grid1d(rows, 1)),
  '2.lanes': source(lanes, (rows) => grid1d(rows, 16)),
  '3.subgroup': source(subgroup, (rows) => [Math.min(1024, Math.ceil(rows / 4))]),
} as const;
export type SoftmaxVersion = keyof typeof versions;

export function createSoftmaxVersion(
  ctx: GpuContext,
  version: SoftmaxVersion,
): Promise<Kernel<SoftmaxBindings, SoftmaxArgs>> {
  const { wgsl, grid } = versions[version];
  return createKernel(ctx, {
    label: `softmax.${version}`,
    wgsl,
    requires: needsOf('softmax', version),
    bindings: { x: 'read_write', bias: 'read' },
    argBytes: 28,
    pack: (write, a: SoftmaxArgs) =>
      void write
        .u32(a.rows, a.cols, a.row ?? a.cols, a.at ?? 0)
        .f32(a.scale ?? 1, a.biasScale ?? 0)
        .u32(a.biasAt ?? 0),
    grid: (a) => grid(a.rows),
  });
}

/** x = softmax(scale·x + biasScale·bias) by rows, in place. Reference: src/math/reference/norm.ts. */
export const createSoftmax = (ctx: GpuContext) => createSoftmaxVersion(ctx, choose(ctx, 'softmax'));
