// Only tests import this: safetensors files made by hand.

/** A file from a header (object or raw text) and its data bytes. */
export function build(header: unknown, data: ArrayLike<number> = [], declared?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(Uint8Array.from(data), 8 + text.length);
  return file;
}
export const entry = (dtype: unknown, shape: unknown, data_offsets: unknown) => ({ dtype, shape, data_offsets });
/** A sound file of three tensors and 13 bytes of data. */
export const good = build(
  {
    __metadata__: { made: 'here' },
    a: entry('F32', [2], [0, 8]),
    b: entry('U8', [1, 3], [8, 11]),
    c: entry('F16', [], [11, 13]),
  },
  [0, 0, 128, 63, 0, 0, 0, 192, 1, 2, 255, 0, 60],
);
