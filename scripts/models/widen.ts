// The same GGUF file with every tensor as f32, so that another engine computes with the file's own numbers and rounds
// nothing else to 8 bits: vite-node widen.ts FROM TO
import { closeSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { parseGgufHeader } from '../../src/formats/gguf.ts';
import { dequantise } from '../../src/formats/ggufDequantise.ts';

const ALIGNMENT = 32;
const LONGEST_HEADER = 64 * 2 ** 20;
const F32 = 0;
/** Bytes of a metadata value by its kind; text is 8 and a list 9. */
const sizes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const [TEXT, LIST] = [8, 9];

/** Where the metadata of a file end, which begin at byte 24. */
function metadataEnd(view: DataView, entries: number): number {
  let at = 24;
  const long = () => Number(view.getBigUint64((at += 8) - 8, true));
  const skip = (kind: number): void => {
    if (kind === TEXT) {
      const bytes = long();
      at += bytes;
    } else if (kind === LIST) {
      const inner = view.getUint32((at += 4) - 4, true);
      const count = long();
      if (inner === TEXT) for (let i = 0; i < count; i++) skip(TEXT);
      else at += count * sizes[inner]!;
    } else at += sizes[kind]!;
  };
  for (let i = 0; i < entries; i++) {
    skip(TEXT);
    skip(view.getUint32((at += 4) - 4, true));
  }
  return at;
}

const [from = '', to = ''] = process.argv.slice(2);
const [source, target] = [openSync(from, 'r'), openSync(`${to}.half`, 'w')];
const read = (begin: number, end: number): Uint8Array => {
  const bytes = new Uint8Array(end - begin);
  for (let got = 0; got < bytes.length;) {
    const more = readSync(source, bytes, got, bytes.length - got, begin + got);
    if (more === 0) throw new Error(`${from} ends at byte ${begin + got}`);
    got += more;
  }
  return bytes;
};
const padded = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

const size = statSync(from).size;
const head = read(0, Math.min(size, LONGEST_HEADER));
const { tensors } = parseGgufHeader(head, size);
const view = new DataView(head.buffer);
const metadata = head.subarray(0, metadataEnd(view, Number(view.getBigUint64(16, true))));

const countOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
const infos: number[] = [];
const number = (value: number, bytes: 4 | 8) => {
  for (let i = 0; i < bytes; i++) infos.push(Math.floor(value / 256 ** i) % 256);
};
let offset = 0;
for (const { name, shape } of tensors) {
  const text = new TextEncoder().encode(name);
  number(text.length, 8);
  infos.push(...text);
  number(shape.length, 4);
  for (const dimension of [...shape].reverse()) number(dimension, 8);
  number(F32, 4);
  number(offset, 8);
  offset += padded(4 * countOf(shape));
}
let at = 0;
const write = (bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length;) done += writeSync(target, bytes, done);
  at += bytes.length;
};
const pad = () => write(new Uint8Array(padded(at) - at));
write(metadata);
write(Uint8Array.from(infos));
pad();
for (const { dtype, shape, begin, end } of tensors) {
  const values = new Float32Array(countOf(shape));
  dequantise(dtype, read(begin, end), values.length, values);
  write(new Uint8Array(values.buffer));
  pad();
}
closeSync(source);
closeSync(target);
renameSync(`${to}.half`, to);
