import type { GpuContext } from '../../gpu/device.ts';
import type { Call, Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createMatmul } from '../linear/matmul.ts';
import { createSoftmax } from '../reduce/softmax.ts';
import { checkedCross, type CrossAttentionArgs, type TokenRows } from './crossAttention.ts';

export interface WideAttentionArgs extends Omit<CrossAttentionArgs, 'causal'> {
  readonly headDim: number;
  /** Queries whose scores are kept at once, of all heads; by default as many as fill 4 MiB, and at least 256. */
  readonly block?: number;
}
export interface WideAttention {
  readonly label: string;
  /** Of scratch memory: the scores of a block of queries. */
  scratchBytes(args: WideAttentionArgs): number;
  /** Three calls a sample and block: scores, softmax, sums. */
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

const SCORES = 2 ** 20;
/** So that many keys do not make many small products. */
const LEAST = 256;
/** Rows of scores begin at whole vectors. */
const rowOf = (keys: number) => 4 * Math.ceil(keys / 4);
const blockOf = ({ heads, keys, queries, first = 0, count = queries - first, block }: WideAttentionArgs) =>
  Math.min(count, block ?? Math.max(LEAST, Math.floor(SCORES / heads / rowOf(keys))));

/** Bytes of the scores of a block of queries. */
export const wideScratchBytes = (args: WideAttentionArgs): number => 4 * args.heads * blockOf(args) * rowOf(args.keys);

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
    scratchBytes: wideScratchBytes,
    calls({ q, k, v, y, scratch }, args, slots) {
      const { samples, queries, keys, heads, headDim, scale = 1 / Math.sqrt(headDim) } = args;
      const { kvSamples, first, count } = checkedCross('wide_attention', args, headDim, 1);
      const width = heads * headDim;
      const place = (rows: TokenRows = {}, token: number) => {
        const { at = 0, row = width } = rows;
        return { at: at + token * row, row };
      };
      const row = rowOf(keys);
      const block = blockOf(args);
      const calls: Call[] = [];
      for (let s = 0; s < samples; s++) {
        const begin = Math.floor((s * kvSamples) / samples) * keys;
        const own = place(args.k, begin);
        const values = place(args.v, begin);
        for (let i = first; i < first + count; i += block) {
          const m = Math.min(block, first + count - i);
          const from = place(args.q, s * queries + i);
          const to = place(args.y, s * queries + i);
          // Heads are a batch of products, their numbers beside each other in a row of q, k, v and y.
          const a = { aAt: from.at, aRow: from.row, aBatch: headDim };
          const b = { bAt: own.at, bRow: own.row, bBatch: headDim };
          const weights = { aRow: row, aBatch: m * row };
          const c = { cAt: to.at, cRow: to.row, cBatch: headDim };
          calls.push(
            scores.call(
              { a: q, b: k, c: scratch },
              { batch: heads, m, n: keys, k: headDim, alpha: scale, ...a, ...b, cRow: row, cBatch: m * row },
              slots,
            ),
            softmax.call({ x: scratch, bias: q }, { rows: heads * m, cols: keys, row }, slots),
            sums.call(
              { a: scratch, b: v, c: y },
              {
                batch: heads,
                m,
                n: headDim,
                k: keys,
                ...weights,
                bAt: values.at,
                bRow: values.row,
                bBatch: headDim,
                ...c,
              },
              slots,
            ),
          );
        }
      }
      return calls;
    },
  };
}
