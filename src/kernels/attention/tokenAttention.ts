import type { GpuContext } from '../../gpu/device.ts';
import type { Call } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { choose } from '../choose.ts';
import { createCrossAttention, type CrossAttentionArgs, takes } from './crossAttention.ts';
import { createWideAttention, type WideAttention } from './wideAttention.ts';

export interface TokenAttention {
  readonly label: string;
  /** Of scratch memory that the calls need; 0: none. */
  scratchBytes(args: CrossAttentionArgs): number;
  calls(
    resources: Omit<Parameters<WideAttention['calls']>[0], 'scratch'> &
      Partial<Pick<Parameters<WideAttention['calls']>[0], 'scratch'>>,
    args: CrossAttentionArgs,
    slots: UniformSlots,
  ): Call[];
}

/**
 * From here on products of matrices are as quick on SwiftShader and quicker on lavapipe than 2.subgroup: 1.1 and 2.3 times
 * at 16 heads of 72 and 256 tokens, 1.5 and 2.1 times at 8 heads of 80 and 77 keys. Below they are not.
 */
const WIDE_ON_SOFTWARE = 72;

/**
 * softmax(scale·q·kᵀ)·v for heads of any size: in one call where the device's version holds such a head, else by products
 * of matrices; causal ones always in one.
 */
export async function createTokenAttention(
  ctx: GpuContext,
  { headDim, causal = false }: { readonly headDim: number; readonly causal?: boolean },
): Promise<TokenAttention> {
  const version = choose(ctx, 'cross_attention');
  // 1.naive takes every head, and is for what nothing else takes, or for whoever orders it.
  const ordered = ctx.versions.cross_attention === version;
  const products = version === '1.naive' || (ctx.info.isSoftware && headDim >= WIDE_ON_SOFTWARE);
  const fused = takes(version, headDim) && (ordered || !products);
  if (causal || headDim % 4 !== 0 || fused) {
    const one = await createCrossAttention(ctx, { headDim });
    return {
      label: one.label,
      scratchBytes: () => 0,
      calls: ({ q, k, v, y }, args, slots) => [one.call({ q, k, v, y }, { ...args, causal }, slots)],
    };
  }
  const wide = await createWideAttention(ctx);
  return {
    label: wide.label,
    scratchBytes: (args) => wide.scratchBytes({ ...args, headDim }),
    calls({ scratch, ...rest }, args, slots) {
      if (!scratch) throw new Error(`${wide.label}: heads of ${headDim} need scratch memory (scratchBytes)`);
      return wide.calls({ ...rest, scratch }, { ...args, headDim }, slots);
    },
  };
}
