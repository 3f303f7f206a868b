import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Grid, type Resource, type Source } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import {
  assertHeadDim,
  causalLibs,
  type CausalAttentionArgs,
  type CausalAttentionMade,
  packCausal,
} from './attentionPrefill.ts';
import { choose } from '../choose.ts';

const combine = () => import('../../../shaders/attention/attention_decode_combine.wgsl?raw');
const workgroup = () => import('../../../shaders/attention/attention_decode_split.1.workgroup.wgsl?raw');
const lanes = () => import('../../../shaders/attention/attention_decode_split.2.lanes.wgsl?raw');

export interface AttentionDecodeArgs extends CausalAttentionArgs {
  /** Runs into which the keys of a row are cut; 1 takes a single dispatch. `decodeSplits` suggests a number. */
  readonly splits: number;
}

const source = (wgsl: Source, grid: (count: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.workgroup': source(workgroup, (count) => grid1d(count, 1)),
  '2.lanes': source(lanes, (count) => grid1d(count, 4)),
} as const;
export type AttentionDecodeVersion = keyof typeof versions;

export interface AttentionDecode {
  readonly label: string;
  /**
   * One call with a single split, two otherwise. Bindings as for attention_prefill; `partial` holds
   * `decodePartialBytes` and is needed with more than one split. The arguments do not depend on the length: it is in
   * `rows`.
   */
  call(
    resources: {
      readonly rows: Resource;
      readonly q: Resource;
      readonly keys: Resource;
      readonly values: Resource;
      readonly y: Resource;
      readonly partial?: Resource;
    },
    args: AttentionDecodeArgs,
    slots: UniformSlots,
  ): readonly Call[];
}

/** Size of the buffer of partial results. */
export const decodePartialBytes = (rows: number, heads: number, splits: number, headDim: number) =>
  rows * heads * splits * (headDim + 4) * 4;

/**
 * A number of runs for a context of up to `length` positions: enough to fill the device when rows × heads are few, not
 * so many that a run is shorter than 64 keys (software: 32) or that the combination counts.
 */
export function decodeSplits(
  info: GpuContext['info'],
  { rows, heads, length }: { readonly rows: number; readonly heads: number; readonly length: number },
): number {
  const [target, shortest, most] = info.isSoftware ? [128, 32, 16] : [512, 64, 64];
  return Math.max(1, Math.min(most, Math.ceil(target / (rows * heads)), Math.floor(length / shortest)));
}

export async function createAttentionDecodeVersion(
  ctx: GpuContext,
  version: AttentionDecodeVersion,
  made: CausalAttentionMade,
): Promise<AttentionDecode> {
  const { headDim } = made;
  const { wgsl, grid } = versions[version];
  const label = `attention_decode_split.${version}`;
  assertHeadDim(label, headDim);
  const [split, join] = await Promise.all([
    createKernel(ctx, {
      label,
      wgsl,
      libs: causalLibs(made),
      bindings: { rows: 'read', q: 'read', keys: 'read', values: 'read', partial: 'read_write' },
      argBytes: 52,
      pack(write, a: AttentionDecodeArgs) {
        if (!(a.splits >= 1)) throw new RangeError(`${label}: ${a.splits} splits; there must be at least one`);
        packCausal(write, label, made, a).u32(a.splits);
      },
      grid: (a) => grid(a.rows * a.heads * a.splits),
    }),
    createKernel(ctx, {
      label: 'attention_decode_combine',
      wgsl: combine,
      bindings: { partial: 'read', y: 'read_write' },
      argBytes: 16,
      pack: (write, a: AttentionDecodeArgs) => void write.u32(a.rows, a.heads, headDim / 4, a.splits),
      grid: (a) => grid1d(a.rows * a.heads * (headDim / 4), 16),
    }),
  ]);
  return {
    label,
    call({ rows, q, keys, values, y, partial }, args, slots) {
      if (args.splits === 1) return [split.call({ rows, q, keys, values, partial: y }, args, slots)];
      if (!partial)
        throw new Error(
          `${label}: ${args.splits} splits need a buffer 'partial' of ${decodePartialBytes(args.rows, args.heads, args.splits, headDim)} bytes`,
        );
      return [split.call({ rows, q, keys, values, partial }, args, slots), join.call({ partial, y }, args, slots)];
    },
  };
}

/**
 * Causal attention of few rows over the KV cache, the keys of a row in parallel. Reference:
 * src/math/reference/causalAttention.ts.
 */
export const createAttentionDecode = (ctx: GpuContext, made: CausalAttentionMade) =>
  createAttentionDecodeVersion(ctx, choose(ctx, 'attention_decode'), made);
