import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/attention/strip_attention.wgsl?raw');

export interface StripAttentionArgs {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  /** Whether it attends; else keys and values are left for later, and no more. */
  readonly look: boolean;
  /** Numbers of `kept` before the keys and values that are met, and before the place of these: multiples of 4. */
  readonly before: number;
  readonly after: number;
}
export type StripAttention = Kernel<
  { qkv: 'read'; seen: 'read'; kept: 'read_write'; y: 'read_write' },
  StripAttentionArgs
>;

/** Head dimensions as of `attention`: a multiple of 4, up to 128. Reference: src/math/reference/partAttention.ts. */
export function createStripAttention(
  ctx: GpuContext,
  { headDim }: { readonly headDim: number },
): Promise<StripAttention> {
  if (headDim % 4 !== 0 || headDim < 4 || headDim > 128)
    throw new RangeError(`strip_attention: head dimension ${headDim} is not a multiple of 4 up to 128`);
  return createKernel(ctx, {
    label: 'strip_attention',
    wgsl,
    bindings: { qkv: 'read', seen: 'read', kept: 'read_write', y: 'read_write' },
    argBytes: 32,
    pack: (write, { batch, tokens, heads, look, before, after }: StripAttentionArgs) =>
      void write
        .u32(batch, tokens, heads)
        .f32(1 / Math.sqrt(headDim))
        .u32(headDim / 4, look ? 1 : 0, before / 4, after / 4),
    grid: ({ batch, tokens, heads }) => grid1d(batch * tokens * heads, 64),
  });
}
