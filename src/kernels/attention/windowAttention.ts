import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/attention/window_attention.wgsl?raw');

export interface WindowAttentionArgs {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  /** Makes ρ and R, those that are wanted, and nothing else; else they are used. */
  readonly refresh: boolean;
  readonly byRatio: boolean;
  readonly byRest: boolean;
  /** Numbers of `ratio` before the shares of these queries, and of `rest`, a multiple of 4. */
  readonly ratioAt: number;
  readonly restAt: number;
  readonly drift: number;
}
export type WindowAttention = Kernel<
  { qkv: 'read'; seen: 'read'; ratio: 'read_write'; rest: 'read_write'; y: 'read_write' },
  WindowAttentionArgs
>;

/** Head dimensions as of `attention`: a multiple of 4, up to 128. Reference: src/math/reference/partAttention.ts. */
export function createWindowAttention(
  ctx: GpuContext,
  { headDim }: { readonly headDim: number },
): Promise<WindowAttention> {
  if (headDim % 4 !== 0 || headDim < 4 || headDim > 128)
    throw new RangeError(`window_attention: head dimension ${headDim} is not a multiple of 4 up to 128`);
  return createKernel(ctx, {
    label: 'window_attention',
    wgsl,
    bindings: { qkv: 'read', seen: 'read', ratio: 'read_write', rest: 'read_write', y: 'read_write' },
    argBytes: 44,
    pack: (write, a: WindowAttentionArgs) =>
      void write
        .u32(a.batch, a.tokens, a.heads)
        .f32(1 / Math.sqrt(headDim))
        .u32(headDim / 4, a.refresh ? 1 : 0, a.byRatio ? 1 : 0, a.byRest ? 1 : 0, a.ratioAt, a.restAt / 4)
        .f32(a.drift),
    grid: ({ batch, tokens, heads }) => grid1d(batch * tokens * heads, 64),
  });
}
