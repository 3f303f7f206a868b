import { USAGE } from './buffers.ts';
import type { GpuContext } from './device.ts';
import { OutOfMemoryError } from './errors.ts';

/** WebGPU's floor for `minUniformBufferOffsetAlignment`; every slot starts at a multiple of it. */
export const SLOT = 256;

/**
 * One big uniform buffer cut into 256-byte slots that kernels address by dynamic offset. The arguments of every
 * dispatch of a run are put here first and flushed once, so the loop itself writes nothing.
 */
export class UniformSlots {
  readonly buffer: GPUBuffer;
  readonly #ctx: GpuContext;
  readonly #staging: Uint8Array<ArrayBuffer>;
  #cursor = 0;
  #dirty: [from: number, to: number] = [Infinity, 0];

  private constructor(ctx: GpuContext, buffer: GPUBuffer, bytes: number) {
    this.#ctx = ctx;
    this.buffer = buffer;
    this.#staging = new Uint8Array(bytes);
  }

  static async create(
    ctx: GpuContext,
    options: { readonly owner: string; readonly slots: number },
  ): Promise<UniformSlots> {
    const bytes = options.slots * SLOT;
    return new UniformSlots(
      ctx,
      await ctx.buffers.create({ label: 'uniform slots', owner: options.owner, bytes, usage: USAGE.uniform }),
      bytes,
    );
  }

  /** Copy arguments into the next free slots; returns their byte offset. Reaches the GPU at the next `flush`. */
  put(args: Uint8Array): number {
    const offset = this.#cursor;
    const end = offset + Math.ceil(args.byteLength / SLOT) * SLOT;
    if (end > this.#staging.byteLength)
      throw new OutOfMemoryError(
        'uniform slots',
        end,
        `${this.#staging.byteLength} bytes were reserved for this run's arguments`,
      );
    this.#cursor = end;
    this.set(offset, args);
    return offset;
  }

  /** Overwrite a slot that `put` returned, e.g. when a slider moved. */
  set(offset: number, args: Uint8Array): void {
    this.#staging.set(args, offset);
    this.#dirty = [Math.min(this.#dirty[0], offset), Math.max(this.#dirty[1], offset + args.byteLength)];
  }

  /** Send what changed, in one write. */
  flush(): void {
    const [from, to] = this.#dirty;
    if (from >= to) return;
    this.#ctx.assertReady();
    this.#ctx.device.queue.writeBuffer(this.buffer, from, this.#staging, from, Math.ceil((to - from) / 4) * 4);
    this.#dirty = [Infinity, 0];
  }

  /** Where the next slot goes; `release` of a mark frees everything put after it. */
  mark(): number {
    return this.#cursor;
  }
  release(mark: number): void {
    this.#cursor = mark;
  }
  get free(): number {
    return (this.#staging.byteLength - this.#cursor) / SLOT;
  }
}

/** Packs WGSL uniform structs of scalars, in order; refuses what a shader must not see. */
export class ArgWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u32(...values: readonly number[]): this {
    for (const v of values) {
      if (!Number.isInteger(v) || v < 0 || v > 0xffffffff) throw new RangeError(`not a u32: ${v}`);
      this.#view.setUint32(this.#at, v, true);
      this.#at += 4;
    }
    return this;
  }

  f32(...values: readonly number[]): this {
    for (const v of values) {
      const rounded = Math.fround(v);
      if (!Number.isFinite(rounded)) throw new RangeError(`not a finite f32: ${v}`);
      this.#view.setFloat32(this.#at, rounded, true);
      this.#at += 4;
    }
    return this;
  }

  /** Skip to a multiple of `bytes`, as WGSL aligns a vec4 or an array. */
  align(bytes: number): this {
    this.#at = Math.ceil(this.#at / bytes) * bytes;
    return this;
  }
}
