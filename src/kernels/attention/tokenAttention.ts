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
 * softmax(scale·q·kᵀ)·v for heads of any size: in one call where the device's version holds such a head, else by products
 * of matrices; causal ones always in one.
 */
export async function createTokenAttention(
  ctx: GpuContext,
  { headDim, causal = false }: { readonly headDim: number; readonly causal?: boolean },
): Promise<TokenAttention> {
  const version = choose(ctx, 'cross_attention');
  // 1.naive takes every head, and is for what nothing else takes, or for whoever orders it.
  const fused = takes(version, headDim) && (version !== '1.naive' || ctx.versions.cross_attention === version);
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
