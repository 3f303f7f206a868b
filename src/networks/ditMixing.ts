// Attention of parts of a pass on the GPU: a table says who sees whom, and every block has a place for what the next pass
// meets. src/models/networks/ditMixing.ts is the same in float64.
import { isMixing, nothingSeen, partKey, type MixingPart } from '../core/part.ts';
import { askedKey, type Asked } from '../core/role.ts';
import { cellsOf } from '../core/sight.ts';
import type { GpuContext } from '../gpu/device.ts';
import { OutOfMemoryError } from '../gpu/errors.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createStripAttention, type StripAttention } from '../kernels/attention/stripAttention.ts';
import { copiesOf, type PassBuffers, type PassCalls, type Rows, type Sizes } from './ditCalls.ts';

/** Asked with a part whose attention is another. */
type Mixes = Asked & { readonly part: MixingPart };

export class DitMixing {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #sizes: Sizes;
  readonly #strips: StripAttention;
  /** Who sees whom, by part. */
  readonly #tables = new Map<string, GPUBuffer>();
  #kept: GPUBuffer | null = null;
  /** Where each role's keys and values lie, from which float on: two of each block, in turns. */
  #places = new Map<string, number>();
  /** How often each role has left some, as `prepare` goes through the plan. */
  #count = new Map<string, number>();

  private constructor(ctx: GpuContext, owner: string, sizes: Sizes, strips: StripAttention) {
    this.#ctx = ctx;
    this.#owner = owner;
    this.#sizes = sizes;
    this.#strips = strips;
  }

  static async create(ctx: GpuContext, owner: string, sizes: Sizes): Promise<DitMixing> {
    return new DitMixing(ctx, owner, sizes, await createStripAttention(ctx, { headDim: sizes.d / sizes.heads }));
  }

  /** Room for what a plan's passes leave, and its tables. Frees the former plan's. */
  async reserve(evaluations: readonly Asked[]): Promise<void> {
    const { buffers, info } = this.#ctx;
    this.#free();
    const mixing = evaluations.flatMap((asked) => (isMixing(asked.part) ? [asked as Mixes] : []));
    this.#places = new Map();
    let floats = 0;
    for (const asked of mixing) {
      if (this.#places.has(askedKey(asked))) continue;
      this.#places.set(askedKey(asked), floats);
      floats += 2 * this.#sizes.depth * this.#floats(asked);
    }
    const limit = info.limits.maxStorageBufferBindingSize;
    if (floats * 4 > limit)
      throw new OutOfMemoryError(
        'keys and values that passes leave for later ones',
        floats * 4,
        `this adapter binds at most ${limit} bytes at once: take fewer samples`,
      );
    this.#kept = await buffers.create({ label: 'kept keys and values', owner: this.#owner, bytes: floats * 4 });
    for (const { part } of mixing) {
      if (this.#tables.has(partKey(part))) continue;
      const cells = cellsOf(part, this.#sizes);
      this.#tables.set(partKey(part), await buffers.upload({ label: 'who sees whom', owner: this.#owner }, cells));
    }
  }

  /** Keys and values of a block, of all samples. */
  #floats(asked: Asked): number {
    const { samples, tokens, d } = this.#sizes;
    return samples * copiesOf(asked, this.#sizes) * tokens * 2 * d;
  }

  begin(): void {
    this.#count = new Map();
  }

  /** The calls of a whole pass, its attention the part's. `last`: the role's last chunk. */
  calls(
    asked: Mixes,
    { first, count, copies }: Rows,
    whole: PassCalls,
    { qkv, y }: PassBuffers,
    last: boolean,
    slots: UniformSlots,
  ): readonly Call[] {
    const { depth, tokens, d, heads } = this.#sizes;
    const { part } = asked;
    const key = askedKey(asked);
    const n = this.#count.get(key) ?? 0;
    if (last) this.#count.set(key, n + 1);
    if (n === 0 && !part.sync) throw nothingSeen();
    const place = (block: number, pass: number) =>
      this.#places.get(key)! + ((pass % 2) * depth + block) * this.#floats(asked) + first * copies * tokens * 2 * d;
    const blocks = whole.blocks.flatMap(({ before, attention, after }, block) => [
      ...before,
      this.#strips.call(
        { qkv, seen: this.#tables.get(partKey(part))!, kept: this.#kept!, y },
        { batch: count * copies, tokens, heads, look: !part.sync, before: place(block, n + 1), after: place(block, n) },
        slots,
      ),
      ...(part.sync ? [attention] : []),
      ...after,
    ]);
    return [...whole.start, ...blocks, ...whole.end];
  }

  #free(): void {
    const { buffers } = this.#ctx;
    if (this.#kept) buffers.destroy(this.#kept);
    this.#kept = null;
    for (const buffer of this.#tables.values()) buffers.destroy(buffer);
    this.#tables.clear();
  }
  destroy(): void {
    this.#free();
  }
}
