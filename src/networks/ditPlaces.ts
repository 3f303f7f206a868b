import { askedKey, type Asked } from '../core/role.ts';
import type { GpuContext } from '../gpu/device.ts';
import { OutOfMemoryError } from '../gpu/errors.ts';
import { copiesOf, type Rows, type Sizes } from './ditCalls.ts';

/** What passes leave of each block and each row for those after them, of every role by itself, in one buffer. */
export class DitPlaces {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #sizes: Sizes;
  readonly #what: string;
  /** Numbers of a row in a block, and how many passes it is kept of. */
  readonly #each: number;
  readonly #turns: number;
  #buffer: GPUBuffer | null = null;
  #places = new Map<string, number>();

  constructor(
    ctx: GpuContext,
    owner: string,
    sizes: Sizes,
    { what, each, turns = 1 }: { readonly what: string; readonly each: number; readonly turns?: number },
  ) {
    this.#ctx = ctx;
    this.#owner = owner;
    this.#sizes = sizes;
    this.#what = what;
    this.#each = each;
    this.#turns = turns;
  }

  get buffer(): GPUBuffer {
    return this.#buffer!;
  }

  /** Frees the former plan's. */
  async reserve(evaluations: readonly Asked[]): Promise<void> {
    this.destroy();
    this.#places = new Map();
    let floats = 0;
    for (const asked of evaluations) {
      if (this.#places.has(askedKey(asked))) continue;
      this.#places.set(askedKey(asked), floats);
      floats += this.#turns * this.#sizes.depth * this.#rows(asked) * this.#each;
    }
    const bytes = floats * 4;
    const limit = this.#ctx.info.limits.maxStorageBufferBindingSize;
    if (bytes > limit)
      throw new OutOfMemoryError(
        `${this.#what} that passes leave for later ones`,
        bytes,
        `this adapter binds at most ${limit} bytes at once: take fewer samples`,
      );
    if (bytes > 0) this.#buffer = await this.#ctx.buffers.create({ label: this.#what, owner: this.#owner, bytes });
  }

  #rows = (asked: Asked): number => this.#sizes.samples * copiesOf(asked, this.#sizes);

  /** The number at which a chunk's rows begin, of a block in a pass. */
  at(asked: Asked, { first, copies }: Rows, block: number, pass = 0): number {
    const slot = (pass % this.#turns) * this.#sizes.depth + block;
    return this.#places.get(askedKey(asked))! + (slot * this.#rows(asked) + first * copies) * this.#each;
  }

  destroy(): void {
    if (this.#buffer) this.#ctx.buffers.destroy(this.#buffer);
    this.#buffer = null;
  }
}
