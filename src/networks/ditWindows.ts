// Windows on the GPU: each query's share of the softmax, and what its window lacked.
import { seesAll, type SparsePart } from '../core/part.ts';
import type { Asked } from '../core/role.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Call } from '../gpu/kernel.ts';
import { createWindowAttention, type WindowAttention } from '../kernels/attention/windowAttention.ts';
import type { Attending, Sizes } from './ditCalls.ts';
import { DitPlaces } from './ditPlaces.ts';

export class DitWindows {
  readonly #sizes: Sizes;
  readonly #attention: WindowAttention;
  readonly #ratio: DitPlaces;
  readonly #rest: DitPlaces;

  private constructor(ctx: GpuContext, owner: string, sizes: Sizes, attention: WindowAttention) {
    this.#sizes = sizes;
    this.#attention = attention;
    const { tokens, heads, d } = sizes;
    this.#ratio = new DitPlaces(ctx, owner, sizes, { what: 'shares of windows', each: heads * tokens });
    this.#rest = new DitPlaces(ctx, owner, sizes, { what: 'what windows lack', each: tokens * d });
  }

  static async create(ctx: GpuContext, owner: string, sizes: Sizes): Promise<DitWindows> {
    const attention = await createWindowAttention(ctx, { headDim: sizes.d / sizes.heads });
    return new DitWindows(ctx, owner, sizes, attention);
  }

  async reserve(evaluations: readonly Asked[]): Promise<void> {
    await this.#ratio.reserve(evaluations);
    await this.#rest.reserve(evaluations);
  }

  call(asked: Asked, part: SparsePart, { block, seen, buffers, slots, ...rows }: Attending): Call {
    const { tokens, heads } = this.#sizes;
    const { qkv, y } = buffers;
    return this.#attention.call(
      { qkv, seen, ratio: this.#ratio.buffer, rest: this.#rest.buffer, y },
      {
        batch: rows.count * rows.copies,
        tokens,
        heads,
        refresh: seesAll(part),
        byRatio: part.ratio,
        byRest: part.residual,
        ratioAt: this.#ratio.at(asked, rows, block),
        restAt: this.#rest.at(asked, rows, block),
        drift: part.drift,
      },
      slots,
    );
  }

  destroy(): void {
    this.#ratio.destroy();
    this.#rest.destroy();
  }
}
