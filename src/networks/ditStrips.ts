// Strips on the GPU: keys and values of two passes, in turns.
import { seesAll, type StripsPart } from '../core/part.ts';
import type { Asked } from '../core/role.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Call } from '../gpu/kernel.ts';
import { createStripAttention, type StripAttention } from '../kernels/attention/stripAttention.ts';
import type { Attending, Sizes } from './ditCalls.ts';
import { DitPlaces } from './ditPlaces.ts';

export class DitStrips {
  readonly #sizes: Sizes;
  readonly #attention: StripAttention;
  readonly #kept: DitPlaces;

  private constructor(ctx: GpuContext, owner: string, sizes: Sizes, attention: StripAttention) {
    this.#sizes = sizes;
    this.#attention = attention;
    const { tokens, d } = sizes;
    this.#kept = new DitPlaces(ctx, owner, sizes, { what: 'keys and values', each: tokens * 2 * d, turns: 2 });
  }

  static async create(ctx: GpuContext, owner: string, sizes: Sizes): Promise<DitStrips> {
    const attention = await createStripAttention(ctx, { headDim: sizes.d / sizes.heads });
    return new DitStrips(ctx, owner, sizes, attention);
  }

  reserve = (evaluations: readonly Asked[]): Promise<void> => this.#kept.reserve(evaluations);

  call(asked: Asked, part: StripsPart, { block, pass, seen, buffers, slots, ...rows }: Attending): Call {
    const { tokens, heads } = this.#sizes;
    const { qkv, y } = buffers;
    return this.#attention.call(
      { qkv, seen, kept: this.#kept.buffer, y },
      {
        batch: rows.count * rows.copies,
        tokens,
        heads,
        look: !seesAll(part),
        before: this.#kept.at(asked, rows, block, pass + 1),
        after: this.#kept.at(asked, rows, block, pass),
      },
      slots,
    );
  }

  destroy(): void {
    this.#kept.destroy();
  }
}
