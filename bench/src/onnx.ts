/**
 * Writes ONNX models of a few nodes: the operations that are timed alone. The protocol buffers are written by hand, only
 * the fields used here (onnx.proto3 of ONNX 1.17): a message is (field << 3 | wire type) and a value; wire type 0 is a
 * varint, 2 a length and bytes.
 */
type Bytes = Uint8Array<ArrayBuffer>;
export type OnnxType = 'float32' | 'uint8' | 'int64';
export interface Tensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data: ArrayBufferView<ArrayBuffer>;
}
export interface Value {
  readonly name: string;
  readonly type?: OnnxType;
  readonly dims: readonly number[];
}
export interface Node {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | { readonly float: number } | readonly number[]>>;
}
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants?: readonly Tensor[];
  readonly nodes: readonly Node[];
  readonly opset?: number;
}

const dataType = { float32: 1, uint8: 2, int64: 7 } as const;
const text = (s: string): Bytes => new Uint8Array(new TextEncoder().encode(s));

function varint(value: number): number[] {
  const out: number[] = [];
  let v = BigInt.asUintN(64, BigInt(value));
  for (; v > 127n; v >>= 7n) out.push(Number(v & 127n) | 128);
  return [...out, Number(v)];
}
const number = (field: number, value: number): Bytes => Uint8Array.from([...varint(field << 3), ...varint(value)]);
function block(field: number, ...parts: readonly Bytes[]): Bytes {
  const size = parts.reduce((n, p) => n + p.length, 0);
  const head = [...varint((field << 3) | 2), ...varint(size)];
  const out = new Uint8Array(head.length + size);
  out.set(head);
  let at = head.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
const float = (field: number, value: number): Bytes =>
  Uint8Array.from([...varint((field << 3) | 5), ...new Uint8Array(Float32Array.of(value).buffer)]);

const bytesOf = ({ data }: Tensor): Bytes => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const entry = (key: string, of: string): Bytes => block(13, block(1, text(key)), block(2, text(of)));
const tensor = (t: Tensor, outside: boolean): readonly Bytes[] => [
  ...t.dims.map((d) => number(1, d)),
  number(2, dataType[t.type]),
  block(8, text(t.name)),
  ...(outside
    ? [entry('location', t.name), entry('length', String(t.data.byteLength)), number(14, 1)]
    : [block(9, bytesOf(t))]),
];
const value = ({ name, type = 'float32', dims }: Value): readonly Bytes[] => [
  block(1, text(name)),
  block(2, block(1, number(1, dataType[type]), block(2, ...dims.map((d) => block(1, number(1, d)))))),
];
function attribute(name: string, v: NonNullable<Node['attributes']>[string]): Bytes {
  if (typeof v === 'number') return block(5, block(1, text(name)), number(3, v), number(20, 2));
  if ('float' in v) return block(5, block(1, text(name)), float(2, v.float), number(20, 1));
  return block(5, block(1, text(name)), ...v.map((i) => number(8, i)), number(20, 7));
}
const node = ({ op, domain = '', inputs, outputs, attributes = {} }: Node): readonly Bytes[] => [
  ...inputs.map((s) => block(1, text(s))),
  ...outputs.map((s) => block(2, text(s))),
  block(4, text(op)),
  ...Object.entries(attributes).map(([k, v]) => attribute(k, v)),
  ...(domain ? [block(7, text(domain))] : []),
];

/** Bytes from which a constant of a large model lies beside it: one protocol buffer holds at most 2 GB. */
const OUTSIDE = 2 ** 16;
const LARGE = 2 ** 29;
export interface Model {
  readonly bytes: Bytes;
  /** Constants that lie beside it, by the name that the model calls them by. */
  readonly outside: readonly { readonly path: string; readonly data: Bytes }[];
}

/**
 * A model of one graph. The contributed operators of ONNX Runtime (domain com.microsoft) are imported with the standard
 * ones.
 */
export function onnx({ inputs, outputs, constants = [], nodes, opset = 17 }: Graph): Model {
  const isLarge = constants.reduce((n, { data }) => n + data.byteLength, 0) > LARGE;
  const isOutside = ({ data }: Tensor) => isLarge && data.byteLength >= OUTSIDE;
  const graph = [
    ...nodes.map((n) => block(1, ...node(n))),
    block(2, text('case')),
    ...constants.map((t) => block(5, ...tensor(t, isOutside(t)))),
    ...inputs.map((v) => block(11, ...value(v))),
    ...outputs.map((v) => block(12, ...value(v))),
  ];
  const imports = [
    ['', opset],
    ['com.microsoft', 1],
  ] as const;
  const parts = [
    number(1, 8),
    block(7, ...graph),
    ...imports.map(([domain, version]) => block(8, block(1, text(domain)), number(2, version))),
  ];
  return {
    bytes: parts.reduce((all, part) => concat(all, part), new Uint8Array(0)),
    outside: constants.filter(isOutside).map((t) => ({ path: t.name, data: bytesOf(t) })),
  };
}
function concat(a: Bytes, b: Bytes): Bytes {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
