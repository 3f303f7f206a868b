// Attention of parts of a pass on the GPU: a table says who sees whom, and every block has a place for what later passes
// meet. src/models/networks/ditMixing.ts is the same in float64.
import { isMixing, nothingSeen, partKey, seesAll, type MixingPart } from '../core/part.ts';
import { askedKey, type Asked } from '../core/role.ts';
import { cellsOf } from '../core/sight.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import type { PassBuffers, PassCalls, Rows, Sizes } from './ditCalls.ts';
import { DitStrips } from './ditStrips.ts';
import { DitWindows } from './ditWindows.ts';

/** Asked with a part whose attention is another. */
export type Mixes<P extends MixingPart = MixingPart> = Asked & { readonly part: P };
const of = <K extends MixingPart['kind']>(list: readonly Asked[], kind: K) =>
  list.filter(({ part }) => part?.kind === kind) as unknown as readonly Mixes<Extract<MixingPart, { kind: K }>>[];

export class DitMixing {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #sizes: Sizes;
  readonly #strips: DitStrips;
  readonly #windows: DitWindows;
  /** Who sees whom, by part. */
  readonly #tables = new Map<string, GPUBuffer>();
  /** How often each role has left something, as `prepare` goes through the plan. */
  #count = new Map<string, number>();

  private constructor(ctx: GpuContext, owner: string, sizes: Sizes, made: readonly [DitStrips, DitWindows]) {
    this.#ctx = ctx;
    this.#owner = owner;
    this.#sizes = sizes;
    [this.#strips, this.#windows] = made;
  }

  static async create(ctx: GpuContext, owner: string, sizes: Sizes): Promise<DitMixing> {
    const made = [DitStrips.create(ctx, owner, sizes), DitWindows.create(ctx, owner, sizes)] as const;
    return new DitMixing(ctx, owner, sizes, await Promise.all(made));
  }

  /** Room for what a plan's passes leave, and its tables. Frees the former plan's. */
  async reserve(evaluations: readonly Asked[]): Promise<void> {
    this.#free();
    await this.#strips.reserve(of(evaluations, 'strips'));
    await this.#windows.reserve(of(evaluations, 'sparse'));
    for (const { part } of evaluations) {
      if (!isMixing(part) || this.#tables.has(partKey(part))) continue;
      const place = { label: 'who sees whom', owner: this.#owner };
      this.#tables.set(partKey(part), await this.#ctx.buffers.upload(place, cellsOf(part, this.#sizes)));
    }
  }

  begin(): void {
    this.#count = new Map();
  }

  /** The calls of a whole pass, its attention the part's. `last`: the role's last chunk. */
  calls(
    asked: Mixes,
    rows: Rows,
    whole: PassCalls,
    buffers: PassBuffers,
    last: boolean,
    slots: UniformSlots,
  ): readonly Call[] {
    const { part } = asked;
    const key = `${part.kind} ${askedKey(asked)}`;
    const pass = this.#count.get(key) ?? 0;
    if (pass === 0 && !seesAll(part)) throw nothingSeen(part);
    if (last) this.#count.set(key, pass + 1);
    const seen = this.#tables.get(partKey(part))!;
    const blocks = whole.blocks.flatMap(({ before, attention, after }, block) => {
      const at = { ...rows, block, pass, seen, buffers, slots };
      const own = part.kind === 'strips' ? this.#strips.call(asked, part, at) : this.#windows.call(asked, part, at);
      return [...before, own, ...(seesAll(part) ? [attention] : []), ...after];
    });
    return [...whole.start, ...blocks, ...whole.end];
  }

  #free(): void {
    for (const buffer of this.#tables.values()) this.#ctx.buffers.destroy(buffer);
    this.#tables.clear();
  }
  destroy(): void {
    this.#free();
    this.#strips.destroy();
    this.#windows.destroy();
  }
}
