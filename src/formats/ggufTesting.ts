// Only tests import this.

/** A GGUF file made by hand, piece by piece. */
export class Writer {
  readonly bytes: number[] = [];
  u32(value: number): this {
    return this.#int(value, 4);
  }
  u64(value: number | bigint): this {
    return this.#int(value, 8);
  }
  #int(value: number | bigint, size: number): this {
    for (let i = 0; i < size; i++) this.bytes.push(Number((BigInt(value) >> BigInt(8 * i)) & 255n));
    return this;
  }
  raw(...bytes: number[]): this {
    this.bytes.push(...bytes);
    return this;
  }
  text(text: string): this {
    const utf8 = new TextEncoder().encode(text);
    return this.u64(utf8.length).raw(...utf8);
  }
  head(tensors: number | bigint = 0, metadata: number | bigint = 0, version = 3): this {
    return this.raw(71, 71, 85, 70).u32(version).u64(tensors).u64(metadata);
  }
  tensor(name: string, dims: (number | bigint)[], type: number, offset: number | bigint): this {
    this.text(name).u32(dims.length);
    for (const dim of dims) this.u64(dim);
    return this.u32(type).u64(offset);
  }
  /** Zeros up to a multiple of `alignment`, then `size` more bytes. */
  data(size: number, alignment = 32): this {
    while (this.bytes.length % alignment !== 0) this.bytes.push(0);
    return this.raw(...Array<number>(size).fill(1));
  }
  get done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}
