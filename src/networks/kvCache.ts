import { type CacheTypes, cacheFault, cacheLength, cacheSizes, plainCache } from '../core/cacheFormat.ts';
import type { TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import { OutOfMemoryError } from '../gpu/errors.ts';

/** Bytes of one sequence's keys and values in all layers. */
export function cacheBytes(
  { layers, kvHeads, headDim }: TransformerConfig,
  context: number,
  { keys, values }: CacheTypes = plainCache,
): number {
  const count = context * kvHeads * headDim;
  return layers * (cacheLength(keys, count) + cacheLength(values, count));
}

interface Layer {
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
}

/** A stretch of bytes in a buffer. */
interface Stretch {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Keys and values of several sequences: per layer one buffer of each, (slot, position, kvHead, headDim) in the types
 * that were asked for; blocks have their scales after the numbers of all slots. Allocated when sequences are opened,
 * never while tokens flow. How far a slot is filled is a number here: forgetting costs nothing.
 */
export class KvCache {
  readonly context: number;
  readonly types: CacheTypes;
  readonly #ctx: GpuContext;
  readonly #config: TransformerConfig;
  readonly #owner: string;
  #layers: readonly Layer[] = [];
  #lengths: (number | null)[] = [];
  #scratch: GPUBuffer | null = null;

  private constructor(ctx: GpuContext, config: TransformerConfig, context: number, types: CacheTypes, owner: string) {
    this.#ctx = ctx;
    this.types = types;
    this.#config = config;
    this.#owner = owner;
    this.context = context;
  }

  static async create(
    ctx: GpuContext,
    config: TransformerConfig,
    options: {
      readonly slots: number;
      readonly context: number;
      readonly owner: string;
      readonly types?: CacheTypes;
    },
  ): Promise<KvCache> {
    const { types = plainCache } = options;
    const fault = cacheFault(types, config);
    if (fault) throw new RangeError(fault);
    const cache = new KvCache(ctx, config, options.context, types, options.owner);
    await cache.#grow(options.slots);
    return cache;
  }

  get slots(): number {
    return this.#lengths.length;
  }
  get layers(): readonly Layer[] {
    return this.#layers;
  }
  /** Numbers of `tokens` tokens in one buffer. */
  #count(tokens: number): number {
    return tokens * this.#config.kvHeads * this.#config.headDim;
  }
  /** Words at which the scales of each half begin, among as many slots as there are. */
  get scalesAt(): { readonly keys: number; readonly values: number } {
    const at = (half: keyof CacheTypes) =>
      cacheSizes(this.types[half], this.#count(this.slots * this.context)).numbers / 4;
    return { keys: at('keys'), values: at('values') };
  }
  /** Where the first `tokens` tokens of a slot lie in the buffer of a half, of `slots` slots in all. */
  #stretches(half: keyof CacheTypes, slot: number, tokens: number, slots = this.slots): readonly Stretch[] {
    const sizes = (n: number) => cacheSizes(this.types[half], this.#count(n));
    const [all, before, own] = [sizes(slots * this.context), sizes(slot * this.context), sizes(tokens)];
    return [
      { at: before.numbers, bytes: own.numbers },
      { at: all.numbers + before.scales, bytes: own.scales },
    ].filter(({ bytes }) => bytes > 0);
  }

  /** Room for `slots` sequences; what is there is kept. New buffers: whoever bound the old ones must bind again. */
  async #grow(slots: number): Promise<void> {
    const bytesOf = (half: keyof CacheTypes, n = slots) => cacheLength(this.types[half], this.#count(n * this.context));
    const bytes = Math.max(bytesOf('keys'), bytesOf('values'));
    const { maxStorageBufferBindingSize: limit } = this.#ctx.info.limits;
    if (bytes > limit)
      throw new OutOfMemoryError(
        `the cache of ${slots} sequences of ${this.context} tokens`,
        bytes,
        `this adapter binds at most ${limit} bytes at once; ${Math.floor(limit / (bytes / slots))} such sequences fit`,
      );
    const made: GPUBuffer[] = [];
    try {
      for (let i = 0; i < this.#config.layers * 2; i++)
        made.push(
          await this.#ctx.buffers.create({
            label: i % 2 === 0 ? 'keys' : 'values',
            owner: this.#owner,
            bytes: bytesOf(i % 2 === 0 ? 'keys' : 'values'),
          }),
        );
    } catch (error) {
      for (const buffer of made) this.#ctx.buffers.destroy(buffer);
      throw error;
    }
    const layers = Array.from({ length: this.#config.layers }, (_, i) => ({
      keys: made[2 * i]!,
      values: made[2 * i + 1]!,
    }));
    if (this.#layers.length > 0) {
      const encoder = this.#ctx.device.createCommandEncoder({ label: 'cache grows' });
      const kept = this.slots * this.context;
      for (const half of ['keys', 'values'] as const) {
        const [from, to] = [this.#stretches(half, 0, kept), this.#stretches(half, 0, kept, slots)];
        this.#layers.forEach((old, i) =>
          from.forEach(({ at, bytes }, n) =>
            encoder.copyBufferToBuffer(old[half], at, layers[i]![half], to[n]!.at, bytes),
          ),
        );
      }
      this.#ctx.submit(encoder.finish());
    }
    this.#free();
    this.#layers = layers;
    this.#lengths = [...this.#lengths, ...Array.from({ length: slots - this.#lengths.length }, () => null)];
  }

  /** A slot, empty or a copy of another one's filled part. Resolves to true in `grown` when the buffers are new. */
  async open(from?: number): Promise<{ readonly slot: number; readonly grown: boolean }> {
    const length = from === undefined ? 0 : this.length(from);
    const grown = !this.#lengths.includes(null);
    if (grown) await this.#grow(Math.max(this.slots + 1, this.slots * 2));
    const slot = this.#lengths.indexOf(null);
    if (from !== undefined && length > 0) {
      // WebGPU copies between two buffers only: each range goes by way of a third.
      const most = Math.max(...(['keys', 'values'] as const).map((h) => this.#stretches(h, 0, this.context)[0]!.bytes));
      this.#scratch ??= await this.#ctx.buffers.create({ label: 'fork', owner: this.#owner, bytes: most });
      const encoder = this.#ctx.device.createCommandEncoder({ label: 'fork' });
      for (const half of ['keys', 'values'] as const) {
        const [there, here] = [this.#stretches(half, from!, length), this.#stretches(half, slot, length)];
        for (const layer of this.#layers)
          there.forEach(({ at, bytes }, n) => {
            encoder.copyBufferToBuffer(layer[half], at, this.#scratch!, 0, bytes);
            encoder.copyBufferToBuffer(this.#scratch!, 0, layer[half], here[n]!.at, bytes);
          });
      }
      this.#ctx.submit(encoder.finish());
    }
    this.#lengths[slot] = length;
    return { slot, grown };
  }

  length(slot: number): number {
    const length = this.#lengths[slot];
    if (length === null || length === undefined) throw new RangeError(`sequence ${slot} is not open`);
    return length;
  }
  setLength(slot: number, length: number): void {
    this.length(slot);
    if (!Number.isInteger(length) || length < 0 || length > this.context)
      throw new RangeError(`a sequence of ${length} tokens in a cache for ${this.context}`);
    this.#lengths[slot] = length;
  }
  release(slot: number): void {
    this.length(slot);
    this.#lengths[slot] = null;
  }

  #free(): void {
    for (const { keys, values } of this.#layers) for (const buffer of [keys, values]) this.#ctx.buffers.destroy(buffer);
  }
  destroy(): void {
    this.#free();
    this.#layers = [];
    if (this.#scratch) this.#ctx.buffers.destroy(this.#scratch);
    this.#scratch = null;
  }
}
