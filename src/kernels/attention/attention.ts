import subgroup4 from '../../../shaders/lib/subgroup4.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';
import { subgroupTiles } from '../subgroupTiles.ts';

const naive = () => import('../../../shaders/attention/attention.1.naive.wgsl?raw');
const flash = () => import('../../../shaders/attention/attention.2.flash.wgsl?raw');
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

type Tiles = ReturnType<typeof subgroupTiles>;
interface Row {
  readonly wgsl: Source;
  readonly grid: (a: AttentionArgs, tiles: Tiles) => Grid;
  readonly libs?: readonly Source[];
  readonly consts?: (headDim: number, tiles: Tiles) => Readonly<Record<string, string>>;
}
const row = ({ libs = [], consts = () => ({}), ...own }: Row) => ({ ...own, libs, consts });
const blocksOf8 = (a: AttentionArgs) => a.batch * a.heads * Math.ceil(a.tokens / 8);
export const versions = {
  '1.naive': row({ wgsl: naive, grid: (a) => grid1d(a.batch * a.heads * a.tokens, 64) }),
  '2.flash': row({
    wgsl: flash,
    grid: (a) => [Math.ceil(a.tokens / 64), a.heads, a.batch],
    consts: (headDim) => ({ D4: `${headDim / 4}u` }),
  }),
  '4.blocks': row({ wgsl: blocks, grid: (a) => grid1d(blocksOf8(a), 4) }),
  '5.blocks16': row({ wgsl: blocks16, grid: (a) => grid1d(blocksOf8(a), 4) }),
  '6.subgroup': row({
    wgsl: subgroup,
    libs: [subgroup4],
    grid: (a, tiles) => grid1d(blocksOf8(a), tiles.perWorkgroup),
    consts: (_, tiles) => tiles.consts,
  }),
} as const;
export type AttentionVersion = keyof typeof versions;

const MOST_DIM = 128;
/** The head dimension is fixed at compile time: a multiple of 4, up to 128. */
export function createAttentionVersion(
  ctx: GpuContext,
  version: AttentionVersion,
  headDim: number,
): Promise<Attention> {
  const { wgsl, libs, grid, consts } = versions[version];
  const tiles = subgroupTiles(ctx.info, headDim / 4);
  if (headDim % 4 !== 0 || headDim < 4 || headDim > MOST_DIM)
    throw new RangeError(`attention.${version}: head dimension ${headDim} is not a multiple of 4 up to ${MOST_DIM}`);
  return createKernel(ctx, {
    label: `attention.${version}`,
    wgsl,
    libs,
    requires: needsOf('attention', version),
    bindings: { qkv: 'read', y: 'read_write' },
    argBytes: 20,
    consts: consts(headDim, tiles),
    pack: (write, a: AttentionArgs) =>
      void write
        .u32(a.batch, a.tokens, a.heads)
        .f32(a.scale ?? 1 / Math.sqrt(headDim))
        .u32(headDim / 4),
    grid: (a) => grid(a, tiles),
  });
}

/** y = softmax(scale·q·kᵀ)·v. Reference: src/math/reference/attention.ts. */
export const createAttention = (ctx: GpuContext, { headDim }: { readonly headDim: number }): Promise<Attention> =>
  createAttentionVersion(ctx, choose(ctx, 'attention'), headDim);
