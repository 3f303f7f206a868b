// Parts of a pass of the transformer on the GPU: which calls of a whole pass are left out, what is kept beside it, and
// which head ends it. src/models/networks/ditParts.ts is the same in float64.
import { isMixing, keptElsewhere, MOST_KEPT, noHalves, nothingKept, wholeAt, type Part } from '../core/part.ts';
import { askedKey, type Asked } from '../core/role.ts';
import type { GpuContext } from '../gpu/device.ts';
import { OutOfMemoryError } from '../gpu/errors.ts';
import type { Call, Resource } from '../gpu/kernel.ts';
import { UniformSlots } from '../gpu/slots.ts';
import { createLincomb } from '../kernels/diffusion/lincomb.ts';
import { createBroadcastAdd } from '../kernels/linear/broadcastAdd.ts';
import { createMatmul } from '../kernels/linear/matmul.ts';
import { headAt } from '../models/networks/ditParts.ts';
import type { ExitHead, ExitHeads } from '../models/types.ts';
import { copiesOf, through, wholePass, type PassBuffers, type PassCalls, type Rows, type Sizes } from './ditCalls.ts';
import { DitMixing } from './ditMixing.ts';

/** Where each role's residuals lie: how many of the last are kept, from which float on. */
interface Ring {
  readonly length: number;
  readonly at: number;
  /** Floats of one of them. */
  readonly floats: number;
}

/** Of a place that is bound by itself, which begins at a multiple of 256 bytes. */
const scratchFloats = ({ samples, tokens, d, copies }: Sizes) => Math.ceil((samples * tokens * d * copies) / 64) * 64;

/** Residuals that each role must keep for the evaluations to come, and the floats that takes behind two scratch places. */
function ringsOf(evaluations: readonly Asked[], sizes: Sizes) {
  const rings = new Map<string, Ring>();
  const stream = sizes.samples * sizes.tokens * sizes.d;
  let end = 2 * scratchFloats(sizes);
  for (const asked of evaluations) {
    const length = asked.part?.kind === 'reuse' ? Math.min(MOST_KEPT, asked.part.terms.length) : 0;
    const known = rings.get(askedKey(asked));
    if (length <= (known?.length ?? 0)) continue;
    const floats = stream * copiesOf(asked, sizes);
    rings.set(askedKey(asked), { length, at: end, floats });
    end += length * floats;
  }
  return { rings, floats: end };
}

/** What parts take beside the network; made with the first plan that asks for one, and again when one asks for more. */
export class DitParts {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #sizes: Sizes;
  readonly #buffers: GPUBuffer[] = [];
  #lincomb!: Awaited<ReturnType<typeof createLincomb>>;
  #copy!: Awaited<ReturnType<typeof createBroadcastAdd>>;
  #linear!: Awaited<ReturnType<typeof createMatmul>>;
  #slots!: UniformSlots;
  #kept: GPUBuffer | null = null;
  #zeros!: GPUBuffer;
  #heads: ExitHeads | null = null;
  #headPlaces = new Map<ExitHead, { readonly buffer: GPUBuffer; readonly bias: number }>();
  #rings = new Map<string, Ring>();
  /** How often each role has kept a residual, as `prepare` goes through the plan. */
  #count = new Map<string, number>();
  /** Of which blocks they were, the newest first. */
  #blocks = new Map<string, readonly number[]>();
  /** Made with the first plan whose attention is another. */
  #mixing: DitMixing | null = null;

  private constructor(ctx: GpuContext, owner: string, sizes: Sizes) {
    this.#ctx = ctx;
    this.#owner = owner;
    this.#sizes = sizes;
  }

  static async create(ctx: GpuContext, owner: string, sizes: Sizes): Promise<DitParts> {
    const parts = new DitParts(ctx, owner, sizes);
    [parts.#lincomb, parts.#copy, parts.#linear, parts.#zeros] = await Promise.all([
      createLincomb(ctx),
      createBroadcastAdd(ctx),
      createMatmul(ctx),
      ctx.buffers.upload({ label: 'zeros', owner }, new Float32Array(sizes.d)),
    ]);
    parts.#buffers.push(parts.#zeros);
    return parts;
  }

  /** Room for a plan's residuals and arguments, and heads on the device. Frees the former plan's. */
  async reserve(evaluations: readonly Asked[], heads: ExitHeads | null, chunks: number): Promise<void> {
    const { buffers, info } = this.#ctx;
    this.#free();
    const { rings, floats } = ringsOf(evaluations, this.#sizes);
    this.#rings = rings;
    if (rings.size > 0) {
      const limit = info.limits.maxStorageBufferBindingSize;
      if (floats * 4 > limit)
        throw new OutOfMemoryError(
          'what passes keep for later ones',
          floats * 4,
          `this adapter binds at most ${limit} bytes at once: take fewer samples`,
        );
      this.#kept = await buffers.create({ label: 'kept residuals', owner: this.#owner, bytes: floats * 4 });
    }
    if (evaluations.some(({ part }) => isMixing(part))) {
      this.#mixing ??= await DitMixing.create(this.#ctx, this.#owner, this.#sizes);
      await this.#mixing.reserve(evaluations);
    }
    // A copy in, a combination of three slots and a copy out, or a head, or the attention of all blocks, of each chunk.
    const count = Math.max(6, this.#sizes.depth) * chunks * evaluations.filter(({ part }) => part).length;
    this.#slots = await UniformSlots.create(this.#ctx, { owner: this.#owner, slots: count + 1 });
    if (heads && heads !== this.#heads) await this.#upload(heads);
  }

  async #upload(heads: ExitHeads): Promise<void> {
    for (const head of heads.heads.flat()) {
      const bias = Math.ceil(head.weight.length / 64) * 64;
      const data = new Float32Array(bias + Math.max(4, head.bias.length));
      data.set(head.weight);
      data.set(head.bias, bias);
      const buffer = await this.#ctx.buffers.upload({ label: 'exit head', owner: this.#owner }, data);
      this.#buffers.push(buffer);
      this.#headPlaces.set(head, { buffer, bias });
    }
    this.#heads = heads;
  }

  /** Before a plan is gone through: nothing is kept yet. */
  begin(): void {
    this.#count = new Map();
    this.#blocks = new Map();
    this.#mixing?.begin();
    this.#slots.release(0);
  }
  /** After it: all arguments in one write. */
  flush(): void {
    this.#slots.flush();
  }

  /**
   * The calls of an evaluation of a chunk: of `whole`, those that its part runs. `last`: the role's last chunk, after which
   * what it has kept counts.
   */
  calls(
    asked: Asked & { readonly sigma: number },
    rows: Rows,
    whole: PassCalls,
    buffers: PassBuffers,
    last: boolean,
  ): readonly Call[] {
    const part = wholeAt(asked.part, this.#sizes.depth);
    const all = wholePass(whole);
    if (!part) return all;
    if (part.kind === 'pooled') throw noHalves('A transformer with positions of its own');
    if (isMixing(part)) return this.#mixing!.calls({ ...asked, part }, rows, whole, buffers, last, this.#slots);
    const { h, patches } = buffers;
    const first = [...whole.start, ...through(whole.blocks.slice(0, part.blocks))];
    const rest = through(whole.blocks.slice(part.blocks));
    switch (part.kind) {
      case 'exit':
        return part.head === 'own'
          ? [...first, ...whole.end]
          : [...first, this.#headCall(headAt(this.#heads, part.blocks, asked.sigma), rows, h, patches)];
      case 'keep': {
        const key = askedKey(asked);
        const ring = this.#rings.get(key);
        const n = this.#count.get(key) ?? 0;
        if (last) {
          this.#count.set(key, n + 1);
          this.#blocks.set(key, [part.blocks, ...(this.#blocks.get(key) ?? [])].slice(0, MOST_KEPT));
        }
        // What nothing comes back to is not kept.
        if (!ring) return all;
        const { scratch, streams, place } = this.#places(ring, rows);
        return [
          ...first,
          this.#toKept(h, scratch(0), streams),
          ...rest,
          this.#toKept(h, scratch(1), streams),
          this.#combine(
            place(n % ring.length),
            [
              [1, scratch(1)],
              [-1, scratch(0)],
            ],
            streams,
          ),
          ...whole.end,
        ];
      }
      case 'reuse':
        return [...first, ...this.#addKept(part, asked, rows, h), ...whole.end];
      default:
        return part satisfies never;
    }
  }

  #addKept(
    { terms, blocks }: Extract<Part, { kind: 'reuse' }>,
    asked: Asked,
    rows: Rows,
    h: GPUBuffer,
  ): readonly Call[] {
    const key = askedKey(asked);
    const n = Math.min(this.#count.get(key) ?? 0, MOST_KEPT);
    if (terms.length > n) throw nothingKept(terms.length, n);
    const other = this.#blocks
      .get(key)!
      .slice(0, terms.length)
      .find((of) => of !== blocks);
    if (other !== undefined) throw keptElsewhere(blocks, other);
    const ring = this.#rings.get(key)!;
    const newest = this.#count.get(key)! - 1;
    const { scratch, streams, place } = this.#places(ring, rows);
    const sum: (readonly [number, number])[] = terms.map((c, j) => [c, place((newest - j) % ring.length)]);
    return [
      this.#toKept(h, scratch(0), streams),
      this.#combine(scratch(0), [[1, scratch(0)], ...sum], streams),
      this.#fromKept(scratch(0), h, streams),
    ];
  }

  /** Element offsets of a chunk: two scratch places, and its part of each residual in a ring. */
  #places({ at, floats }: Ring, { first, count, copies }: Rows) {
    const stream = this.#sizes.tokens * this.#sizes.d;
    const half = scratchFloats(this.#sizes);
    return {
      streams: count * copies,
      scratch: (i: 0 | 1) => i * half,
      place: (slot: number) => at + slot * floats + first * copies * stream,
    };
  }

  #combine(out: number, terms: readonly (readonly [number, number])[], streams: number): Call {
    const dim = this.#sizes.tokens * this.#sizes.d;
    return this.#lincomb.call({ arena: this.#kept! }, { samples: streams, dim, terms, out }, this.#slots);
  }
  #toKept = (h: GPUBuffer, to: number, streams: number): Call =>
    this.#copied({ a: h, y: { buffer: this.#kept!, offset: to * 4 } }, streams);
  #fromKept = (from: number, h: GPUBuffer, streams: number): Call =>
    this.#copied({ a: { buffer: this.#kept!, offset: from * 4 }, y: h }, streams);
  #copied(between: { readonly a: Resource; readonly y: Resource }, streams: number): Call {
    const { tokens, d } = this.#sizes;
    return this.#copy.call(
      { ...between, b: this.#zeros },
      { outer: streams, inner: tokens, dim: d, a: [tokens * d, d], b: [0, 0] },
      this.#slots,
    );
  }

  #headCall(head: ExitHead, { count, copies }: Rows, h: GPUBuffer, patches: GPUBuffer): Call {
    const { tokens, d, per } = this.#sizes;
    const { buffer, bias } = this.#headPlaces.get(head)!;
    return this.#linear.call(
      { a: h, b: { buffer, size: bias * 4 }, bias: { buffer, offset: bias * 4 }, c: patches },
      { m: count * copies * tokens, n: per, k: d },
      this.#slots,
    );
  }

  #free(): void {
    const { buffers } = this.#ctx;
    if (this.#kept) buffers.destroy(this.#kept);
    if (this.#slots) buffers.destroy(this.#slots.buffer);
    this.#kept = null;
  }
  destroy(): void {
    this.#free();
    this.#mixing?.destroy();
    for (const buffer of this.#buffers.splice(0)) this.#ctx.buffers.destroy(buffer);
  }
}
