import conv from '../../../shaders/lib/conv.wgsl?raw';
import picture from '../../../shaders/lib/picture.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';
import { type Dense, packConv, type PictureCall, pixelsOf } from './convArgs.ts';

const wgsl = () => import('../../../shaders/conv/conv_sums.wgsl?raw');

/** Adds up what workgroups made of their shares of the channels, and stores it with bias and residual. */
export const createConvSums = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'conv_sums',
    wgsl,
    libs: [picture, conv],
    bindings: { partial: 'read', bias: 'read', residual: 'read', y: 'read_write' },
    argBytes: 144,
    pack: (write, a: PictureCall) => packConv(write, a, false),
    grid: ({ d, chunk }) => grid1d(Math.ceil(chunk.rows / 4) * pixelsOf(d), 64),
  });

const FEW_PIXELS = 256;
/** Workgroups that keep a GPU busy; no share is less than four steps of sixteen channels. */
const ENOUGH = 128;
const LEAST_STEPS = 4;

/** How many workgroups share the steps of a tile of 64 pixels × 64 outputs, and the steps of each. */
export function splitsOf(d: Dense, n: number): { readonly splits: number; readonly perSplit: number } {
  const steps = d.kernel ** 2 * Math.ceil(d.units / 2);
  const tiles = Math.ceil(pixelsOf(d) / 64) * Math.ceil(n / 64);
  const wanted = pixelsOf(d) > FEW_PIXELS ? 1 : Math.ceil(ENOUGH / tiles);
  const perSplit = Math.max(LEAST_STEPS, Math.ceil(steps / wanted));
  return { splits: Math.ceil(steps / perSplit), perSplit };
}
