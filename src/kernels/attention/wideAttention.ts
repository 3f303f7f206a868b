import type { GpuContext } from '../../gpu/device.ts';
import type { Call, Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createMatmul } from '../linear/matmul.ts';
import { createSoftmax } from '../reduce/softmax.ts';
import { checkedCross, type CrossAttentionArgs } from './crossAttention.ts';

export interface WideAttentionArgs extends Omit<CrossAttentionArgs, 'causal'> {
  readonly headDim: number;
  /** Queries whose scores are kept at once; by default as many as fill 16 MiB. */
  readonly block?: number;
}
export interface WideAttention {
  readonly label: string;
  /** Of scratch memory: the scores of a block of queries. */
  scratchBytes(args: WideAttentionArgs): number;
  /** Three calls a head, sample and block: scores, softmax, sums. All read and write other buffers than scratch and y. */
  calls(
    resources: {
      readonly q: Resource;
      readonly k: Resource;
      readonly v: Resource;
      readonly y: Resource;
      readonly scratch: Resource;
    },
    args: WideAttentionArgs,
    slots: UniformSlots,
  ): Call[];
}

const SCORES = 2 ** 22;
/** Rows of scores begin at whole vectors. */
const rowOf = (keys: number) => 4 * Math.ceil(keys / 4);
const blockOf = ({ keys, queries, count = queries, block }: WideAttentionArgs) =>
  Math.min(count, block ?? Math.max(1, Math.floor(SCORES / rowOf(keys))));

/**
 * As createCrossAttention for few and wide heads, 256 and 512 of U-Nets and autoencoders: products of matrices with a
 * block of scores between. Reference: src/math/reference/crossAttention.ts.
 */
export async function createWideAttention(ctx: GpuContext): Promise<WideAttention> {
  const [scores, softmax, sums] = await Promise.all([
    createMatmul(ctx),
    createSoftmax(ctx),
    createMatmul(ctx, { b: 'kn' }),
  ]);
  return {
    label: `wide_attention of ${scores.label} and ${softmax.label}`,
    scratchBytes: (args) => 4 * blockOf(args) * rowOf(args.keys),
    calls({ q, k, v, y, scratch }, args, slots) {
      const { samples, queries, keys, heads, headDim, scale = 1 / Math.sqrt(headDim) } = args;
      const { kvSamples, first, count } = checkedCross('wide_attention', args, headDim, 1);
      const width = heads * headDim;
      const place = (rows: CrossAttentionArgs['q'], token: number, head: number) => ({
        at: (rows?.at ?? 0) + token * (rows?.row ?? width) + head * headDim,
        row: rows?.row ?? width,
      });
      const row = rowOf(keys);
      const block = blockOf(args);
      const calls: Call[] = [];
      for (let s = 0; s < samples; s++) {
        const begin = Math.floor((s * kvSamples) / samples) * keys;
        for (let h = 0; h < heads; h++) {
          const [own, values] = [place(args.k, begin, h), place(args.v, begin, h)];
          for (let i = first; i < first + count; i += block) {
            const m = Math.min(block, first + count - i);
            const from = place(args.q, s * queries + i, h);
            const to = place(args.y, s * queries + i, h);
            calls.push(
              scores.call(
                { a: q, b: k, c: scratch },
                {
                  m,
                  n: keys,
                  k: headDim,
                  alpha: scale,
                  aAt: from.at,
                  aRow: from.row,
                  bAt: own.at,
                  bRow: own.row,
                  cRow: row,
                },
                slots,
              ),
              softmax.call({ x: scratch, bias: q }, { rows: m, cols: keys, row }, slots),
              sums.call(
                { a: scratch, b: v, c: y },
                { m, n: headDim, k: keys, aRow: row, bAt: values.at, bRow: values.row, cAt: to.at, cRow: to.row },
                slots,
              ),
            );
          }
        }
      }
      return calls;
    },
  };
}
