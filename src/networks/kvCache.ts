import type { TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import { OutOfMemoryError } from '../gpu/errors.ts';

/** Bytes of one sequence's keys and values in all layers. */
export const cacheBytes = (config: TransformerConfig, context: number) =>
  config.layers * 2 * context * config.kvHeads * config.headDim * 4;

interface Layer {
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
}

/**
 * Keys and values of several sequences: per layer one buffer of each, float32, (slot, position, kvHead, headDim).
 * Allocated when sequences are opened, never while tokens flow. How far a slot is filled is a number here: forgetting
 * costs nothing.
 */
export class KvCache {
  readonly context: number;
  readonly #ctx: GpuContext;
  readonly #config: TransformerConfig;
  readonly #owner: string;
  #layers: readonly Layer[] = [];
  #lengths: (number | null)[] = [];
  #scratch: GPUBuffer | null = null;

  private constructor(ctx: GpuContext, config: TransformerConfig, context: number, owner: string) {
    this.#ctx = ctx;
    this.#config = config;
    this.#owner = owner;
    this.context = context;
  }

  static async create(
    ctx: GpuContext,
    config: TransformerConfig,
    options: { readonly slots: number; readonly context: number; readonly owner: string },
  ): Promise<KvCache> {
    const cache = new KvCache(ctx, config, options.context, options.owner);
    await cache.#grow(options.slots);
    return cache;
  }

  get slots(): number {
    return this.#lengths.length;
  }
  get layers(): readonly Layer[] {
    return this.#layers;
  }
  /** Bytes of one slot in one buffer. */
  get #slotBytes(): number {
    return this.context * this.#config.kvHeads * this.#config.headDim * 4;
  }

  /** Room for `slots` sequences; what is there is kept. New buffers: whoever bound the old ones must bind again. */
  async #grow(slots: number): Promise<void> {
    const bytes = slots * this.#slotBytes;
    const { maxStorageBufferBindingSize: limit } = this.#ctx.info.limits;
    if (bytes > limit)
      throw new OutOfMemoryError(
        `the cache of ${slots} sequences of ${this.context} tokens`,
        bytes,
        `this adapter binds at most ${limit} bytes at once; ${Math.floor(limit / this.#slotBytes)} such sequences fit`,
      );
    const made: GPUBuffer[] = [];
    try {
      for (let i = 0; i < this.#config.layers * 2; i++)
        made.push(
          await this.#ctx.buffers.create({ label: i % 2 === 0 ? 'keys' : 'values', owner: this.#owner, bytes }),
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
      const kept = this.slots * this.#slotBytes;
      this.#layers.forEach((old, i) => {
        encoder.copyBufferToBuffer(old.keys, 0, layers[i]!.keys, 0, kept);
        encoder.copyBufferToBuffer(old.values, 0, layers[i]!.values, 0, kept);
      });
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
      this.#scratch ??= await this.#ctx.buffers.create({ label: 'fork', owner: this.#owner, bytes: this.#slotBytes });
      const encoder = this.#ctx.device.createCommandEncoder({ label: 'fork' });
      const bytes = length * this.#config.kvHeads * this.#config.headDim * 4;
      for (const layer of this.#layers)
        for (const buffer of [layer.keys, layer.values]) {
          encoder.copyBufferToBuffer(buffer, from! * this.#slotBytes, this.#scratch, 0, bytes);
          encoder.copyBufferToBuffer(this.#scratch, 0, buffer, slot * this.#slotBytes, bytes);
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
