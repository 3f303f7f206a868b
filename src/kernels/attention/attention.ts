import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import { byTable, choose } from '../choose.ts';
import { subgroupTiles } from '../subgroupTiles.ts';

const naive = () => import('../../../shaders/attention/attention.1.naive.wgsl?raw');
const flash = () => import('../../../shaders/attention/attention.2.flash.wgsl?raw');
const registers = () => import('../../../shaders/attention/attention.3.registers.wgsl?raw');
const blocks = () => import('../../../shaders/attention/attention.4.blocks.wgsl?raw');
const blocks16 = () => import('../../../shaders/attention/attention.5.blocks16.wgsl?raw');
const subgroup = () => import('../../../shaders/attention/attention.6.subgroup.wgsl?raw');

export interface AttentionArgs {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  /** 1 / √headDim by default. */
  readonly scale?: number;
}
/** qkv is (batch·tokens, 3·heads·headDim), q | k | v with heads contiguous; y is (batch·tokens, heads·headDim). */
export type AttentionBindings = { qkv: 'read'; y: 'read_write' };
type Attention = Kernel<AttentionBindings, AttentionArgs>;

type Consts = (headDim: number, tiles: ReturnType<typeof subgroupTiles>) => Readonly<Record<string, string>>;
const source = (
  wgsl: Source,
  maxDim: number,
  grid: (a: AttentionArgs, tiles: number) => Grid,
  consts: Consts = () => ({}),
) => ({ wgsl, maxDim, grid, consts });
const quarter: Consts = (headDim) => ({ D4: `${headDim / 4}u` });
export const versions = {
  '1.naive': source(naive, 128, (a) => grid1d(a.batch * a.heads * a.tokens, 64)),
  '2.flash': source(flash, 128, (a) => [Math.ceil(a.tokens / 64), a.heads, a.batch], quarter),
  '3.registers': source(registers, 32, (a) => grid1d(a.batch * a.heads * Math.ceil(a.tokens / 2), 32), quarter),
  '4.blocks': source(blocks, 128, (a) => grid1d(a.batch * a.heads * Math.ceil(a.tokens / 8), 4)),
  '5.blocks16': source(blocks16, 128, (a) => grid1d(a.batch * a.heads * Math.ceil(a.tokens / 8), 4)),
  '6.subgroup': source(
    subgroup,
    128,
    (a, tiles) => grid1d(a.batch * a.heads * Math.ceil(a.tokens / 8), tiles),
    (_, t) => t.consts,
  ),
} as const;
export type AttentionVersion = keyof typeof versions;

/** The head dimension is fixed at compile time: a multiple of 4, up to 128 (32 for the register version). */
export function createAttentionVersion(
  ctx: GpuContext,
  version: AttentionVersion,
  headDim: number,
): Promise<Attention> {
  const { wgsl, maxDim, grid, consts } = versions[version];
  const tiles = subgroupTiles(ctx.info, headDim / 4);
  if (headDim % 4 !== 0 || headDim < 4 || headDim > maxDim)
    throw new RangeError(`attention.${version}: head dimension ${headDim} is not a multiple of 4 up to ${maxDim}`);
  return createKernel(ctx, {
    label: `attention.${version}`,
    wgsl,
    requires: needsOf('attention', version),
    bindings: { qkv: 'read', y: 'read_write' },
    argBytes: 20,
    consts: consts(headDim, tiles),
    pack: (write, a: AttentionArgs) =>
      void write
        .u32(a.batch, a.tokens, a.heads)
        .f32(a.scale ?? 1 / Math.sqrt(headDim))
        .u32(headDim / 4),
    grid: (a) => grid(a, tiles.perWorkgroup),
  });
}

/** y = softmax(scale·q·kᵀ)·v. Reference: src/math/reference/attention.ts. */
export function createAttention(ctx: GpuContext, { headDim }: { readonly headDim: number }): Promise<Attention> {
  const version = choose(ctx, 'attention');
  return createAttentionVersion(
    ctx,
    headDim > versions[version].maxDim ? byTable(ctx.info, 'attention') : version,
    headDim,
  );
}
