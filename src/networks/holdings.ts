import { USAGE } from '../gpu/buffers.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Resource } from '../gpu/kernel.ts';
import { UniformSlots } from '../gpu/slots.ts';
import type { Tensor } from '../formats/safetensors.ts';
import { toFloat32 } from '../formats/float32.ts';

/** The buffers of one network, freed together: at the end of its life, or when its creation fails half way. */
export class Holdings {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #buffers: GPUBuffer[] = [];
  readonly #others: (() => void)[] = [];

  private constructor(ctx: GpuContext, owner: string) {
    this.#ctx = ctx;
    this.#owner = owner;
  }

  /** Runs `make`; whatever it had allocated is freed if it throws. */
  static async build<T>(ctx: GpuContext, owner: string, make: (hold: Holdings) => Promise<T>): Promise<T> {
    const hold = new Holdings(ctx, owner);
    try {
      return await make(hold);
    } catch (error) {
      hold.destroy();
      throw error;
    }
  }

  /** What frees itself, to be freed with the rest. */
  onDestroy(free: () => void): void {
    this.#others.push(free);
  }
  #keep(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }
  /** A storage buffer of that many float32 numbers. */
  async floats(label: string, count: number): Promise<GPUBuffer> {
    return this.#keep(await this.#ctx.buffers.create({ label, owner: this.#owner, bytes: count * 4 }));
  }
  /** A buffer to read results back from. */
  async staging(label: string, bytes: number): Promise<GPUBuffer> {
    return this.#keep(await this.#ctx.buffers.create({ label, owner: this.#owner, bytes, usage: USAGE.mapRead }));
  }
  async upload(label: string, data: ArrayBufferView<ArrayBuffer>): Promise<GPUBuffer> {
    return this.#keep(await this.#ctx.buffers.upload({ label, owner: this.#owner }, data));
  }
  async slots(count: number): Promise<UniformSlots> {
    const slots = await UniformSlots.create(this.#ctx, { owner: this.#owner, slots: count });
    this.#keep(slots.buffer);
    return slots;
  }

  /**
   * All tensors in one buffer, each at a multiple of 256 bytes so that it can be bound by itself. F16 tensors that
   * `half` accepts keep their 16 bits; everything else becomes float32.
   */
  async weights(
    tensors: ReadonlyMap<string, Tensor>,
    half: (name: string) => boolean,
  ): Promise<(name: string) => Resource> {
    const parts = [...tensors].map(([name, tensor]) => ({
      name,
      data: tensor.dtype === 'F16' && half(name) ? tensor.data : toFloat32(tensor),
    }));
    const places = new Map<string, { offset: number; size: number }>();
    let end = 0;
    for (const { name, data } of parts) {
      const size = Math.max(16, Math.ceil(data.byteLength / 16) * 16);
      places.set(name, { offset: end, size });
      end += Math.ceil(size / 256) * 256;
    }
    const all = new Uint8Array(end);
    for (const { name, data } of parts)
      all.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), places.get(name)!.offset);
    const buffer = await this.upload('weights', all);
    return (name) => {
      const place = places.get(name);
      if (!place) throw new RangeError(`no weights named ${name}`);
      return { buffer, ...place };
    };
  }

  destroy(): void {
    for (const free of this.#others.splice(0)) free();
    for (const buffer of this.#buffers.splice(0)) this.#ctx.buffers.destroy(buffer);
  }
}

/** Rows split into equal chunks of at most `most`: [first, count] each. */
export function chunksOf(rows: number, most: number): { readonly first: number; readonly count: number }[] {
  const count = Math.ceil(rows / Math.max(1, Math.ceil(rows / Math.max(1, most))));
  return Array.from({ length: Math.ceil(rows / count) }, (_, i) => ({
    first: i * count,
    count: Math.min(count, rows - i * count),
  }));
}
