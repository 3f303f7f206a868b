import type { Counters } from './device.ts';
import { OutOfMemoryError } from './errors.ts';

export interface BufferRequest {
  readonly label: string;
  /** Who holds it, e.g. `dit` or `arena`: memory is reported by owner. */
  readonly owner: string;
  readonly bytes: number;
  /** Added to COPY_SRC | COPY_DST; STORAGE by default. */
  readonly usage?: GPUBufferUsageFlags;
}

// The browser's GPUBufferUsage is absent where this module is merely imported (plain Node): the values are the
// standard's.
export const USAGE = { mapRead: 1, copySrc: 4, copyDst: 8, uniform: 64, storage: 128, queryResolve: 512 } as const;

/** Labelled buffers with their bytes counted by owner. An allocation that fails names what did not fit. */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #counters: Counters;
  readonly #live = new Map<GPUBuffer, BufferRequest>();

  constructor(device: GPUDevice, counters: Counters) {
    this.#device = device;
    this.#counters = counters;
  }

  /** Allocate, and wait until the driver confirms it. The size is rounded up to 16 bytes, and is never 0. */
  async create(request: BufferRequest): Promise<GPUBuffer> {
    const usage = request.usage ?? USAGE.storage;
    const size = Math.max(16, Math.ceil(request.bytes / 16) * 16);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    const limit = usage & USAGE.storage ? Math.min(maxBufferSize, maxStorageBufferBindingSize) : maxBufferSize;
    if (size > limit) throw this.#refusal(request, `one buffer may hold ${limit} bytes on this adapter`);
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    let buffer: GPUBuffer | undefined;
    let thrown = '';
    try {
      buffer = this.#device.createBuffer({
        label: `${request.owner}/${request.label}`,
        size,
        usage: usage & USAGE.mapRead ? usage | USAGE.copyDst : usage | USAGE.copySrc | USAGE.copyDst,
      });
    } catch (error) {
      thrown = String(error);
    }
    const [invalid, full] = await Promise.all([this.#device.popErrorScope(), this.#device.popErrorScope()]);
    if (full ?? invalid ?? (thrown || !buffer)) {
      buffer?.destroy();
      throw this.#refusal(request, full?.message ?? invalid?.message ?? thrown);
    }
    this.#counters.buffersCreated++;
    this.#live.set(buffer!, { ...request, bytes: size });
    return buffer!;
  }

  /** Allocate and fill. */
  async upload(request: Omit<BufferRequest, 'bytes'>, data: ArrayBufferView<ArrayBuffer>): Promise<GPUBuffer> {
    const buffer = await this.create({ ...request, bytes: data.byteLength });
    // writeBuffer wants multiples of 4 bytes: an odd tail (f16 rows) is padded.
    const whole = data.byteLength % 4 === 0 ? data : pad(data);
    this.#device.queue.writeBuffer(buffer, 0, whole);
    return buffer;
  }

  destroy(buffer: GPUBuffer): void {
    this.#live.delete(buffer);
    buffer.destroy();
  }

  /** Free everything one owner holds, e.g. a model that is being replaced. */
  destroyOwner(owner: string): void {
    for (const [buffer, request] of this.#live) if (request.owner === owner) this.destroy(buffer);
  }

  /** Live bytes by owner. */
  bytesByOwner(): ReadonlyMap<string, number> {
    const sum = new Map<string, number>();
    for (const { owner, bytes } of this.#live.values()) sum.set(owner, (sum.get(owner) ?? 0) + bytes);
    return sum;
  }

  /** Live buffers. */
  get count(): number {
    return this.#live.size;
  }
  get liveBytes(): number {
    return [...this.#live.values()].reduce((sum, r) => sum + r.bytes, 0);
  }

  #refusal({ owner, label, bytes }: BufferRequest, detail: string): OutOfMemoryError {
    return new OutOfMemoryError(`${label} of ${owner}`, bytes, `${detail}; ${this.liveBytes} bytes are in use`);
  }
}

function pad(data: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(Math.ceil(data.byteLength / 4) * 4);
  whole.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return whole;
}
