import { type CacheTypes, plainCache } from '../../core/cacheFormat.ts';
import { throughCache } from '../../formats/cacheBlocks.ts';

/** One sequence's cache of keys (after RoPE and k-norm) and values. */
export interface SequenceState {
  /** Tokens seen. */
  readonly length: number;
  /** A copy that goes its own way. */
  fork(): SequenceState;
  /** Forgets all tokens from `length` on. RangeError beyond the present length. */
  rollback(length: number): void;
}

/** Per layer, [position][kvHeads·headDim], as a cache of `types` gives it back; grows by doubling. */
export class SequenceCache implements SequenceState {
  length = 0;
  readonly #keys: Float64Array[];
  readonly #values: Float64Array[];
  readonly #row: number;
  readonly #types: CacheTypes;
  constructor(layers: number, row: number, types: CacheTypes = plainCache, from?: SequenceCache) {
    this.#types = types;
    this.#row = row;
    const copy = (x: Float64Array) => x.slice(0, from!.length * row);
    this.length = from?.length ?? 0;
    this.#keys = from ? from.#keys.map(copy) : Array.from({ length: layers }, () => new Float64Array(0));
    this.#values = from ? from.#values.map(copy) : Array.from({ length: layers }, () => new Float64Array(0));
  }
  fork(): SequenceCache {
    return new SequenceCache(this.#keys.length, this.#row, this.#types, this);
  }
  rollback(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.length)
      throw new RangeError(`cannot go back to ${length} tokens; the sequence has ${this.length}`);
    this.length = length;
  }
  /** Keys and values of a layer with the new rows after the old ones. */
  append(
    layer: number,
    keys: Float64Array,
    values: Float64Array,
  ): { readonly keys: Float64Array; readonly values: Float64Array } {
    const grown = (old: Float64Array, added: Float64Array) => {
      const at = this.length * this.#row;
      let room = old;
      if (room.length < at + added.length) {
        room = new Float64Array(Math.max(at + added.length, 2 * old.length));
        room.set(old.subarray(0, at));
      }
      room.set(added, at);
      return room;
    };
    return {
      keys: (this.#keys[layer] = grown(this.#keys[layer]!, throughCache(this.#types.keys, keys))),
      values: (this.#values[layer] = grown(this.#values[layer]!, throughCache(this.#types.values, values))),
    };
  }
}
