/**
 * A network's list of operations as an ONNX graph, as PyTorch exports the same layers: pictures (samples, channels,
 * height, width), tokens (samples, tokens, channels), GroupNorm by InstanceNormalization of groups.
 */
import type { GraphWeights } from '../../../src/models/graph/interpret.ts';
import {
  columnsOf,
  pixelsOf,
  rowsOf,
  type Activation,
  type ConvOp,
  type Graph,
  type LinearOp,
  type Matrix,
  type Op,
  type Slice,
  type Tensor,
  type Vector,
} from '../../../src/models/graph/types.ts';
import type { Graph as OnnxGraph, Node, Tensor as Constant } from '../onnx.ts';

type Layout = 'picture' | 'tokens';
type F32 = Float32Array<ArrayBuffer>;

export const dimsOf = (t: Tensor, layout: Layout): readonly number[] =>
  layout === 'picture' ? [t.samples, t.channels, t.height, t.width] : [t.samples, pixelsOf(t), t.channels];

/** (rows, taps, channels), as the float64 interpreter has it, to (rows, channels, taps). */
function channelsFirst(values: Float32Array, { channels, kernel }: Matrix, rows: number): F32 {
  const taps = kernel ** 2;
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < channels; c++)
      for (let t = 0; t < taps; t++) out[(r * channels + c) * taps + t] = values[(r * taps + t) * channels + c]!;
  return out;
}
function joined(parts: readonly Float32Array[]): F32 {
  const out = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

class Writer {
  readonly nodes: Node[] = [];
  readonly constants: Constant[] = [];
  /** Names by tensor and layout. */
  readonly #names = new Map<string, string>();
  readonly #weights: GraphWeights;
  readonly #fused: boolean;
  #next = 0;

  constructor(weights: GraphWeights, fused: boolean) {
    this.#weights = weights;
    this.#fused = fused;
  }

  node(op: string, inputs: readonly string[], attributes?: Node['attributes'], domain?: string): string {
    const out = `v${this.#next++}`;
    this.nodes.push({ op, inputs, outputs: [out], ...(attributes && { attributes }), ...(domain && { domain }) });
    return out;
  }
  floats(data: F32, dims: readonly number[]): string {
    const name = `c${this.#next++}`;
    this.constants.push({ name, type: 'float32', dims, data });
    return name;
  }
  number = (value: number): string => this.floats(Float32Array.of(value), [1]);
  ints(...values: readonly number[]): string {
    const name = `c${this.#next++}`;
    this.constants.push({ name, type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  }
  vector = ({ names, rows }: Vector): F32 => joined(names.map((name, i) => this.#weights.vector(name, rows[i]!)));
  matrix = (m: Matrix): F32 =>
    joined(m.names.map((name, i) => this.#weights.matrix(name, m.rows[i]!, m.channels, m.kernel)));

  put(t: Tensor, layout: Layout, name: string): void {
    this.#names.set(`${t.id} ${layout}`, name);
  }
  /** The tensor in a layout, moved once if it is in the other. */
  get(t: Tensor, layout: Layout): string {
    const found = this.#names.get(`${t.id} ${layout}`);
    if (found) return found;
    const other = layout === 'picture' ? 'tokens' : 'picture';
    const from = this.#names.get(`${t.id} ${other}`);
    if (!from) throw new RangeError(`tensor ${t.id} has no value`);
    const { samples, height, width, channels } = t;
    const made =
      layout === 'tokens'
        ? this.node('Reshape', [
            this.node('Transpose', [from], { perm: [0, 2, 3, 1] }),
            this.ints(...dimsOf(t, layout)),
          ])
        : this.node('Transpose', [this.node('Reshape', [from, this.ints(samples, height, width, channels)])], {
            perm: [0, 3, 1, 2],
          });
    this.put(t, layout, made);
    return made;
  }
  slice({ of, at }: Slice, count: number): string {
    const x = this.get(of, 'tokens');
    if (at === 0 && count === of.channels) return x;
    return this.node('Slice', [x, this.ints(at), this.ints(at + count), this.ints(2)]);
  }

  activate(x: string, activation: Activation): string {
    if (activation === 'none') return x;
    if (activation === 'relu') return this.node('Relu', [x]);
    if (activation === 'silu') return this.node('Mul', [x, this.node('Sigmoid', [x])]);
    throw new RangeError(`no case has the activation ${activation}`);
  }
  heads(x: string, op: Op & { readonly kind: 'attention' }, tokens: number, perm: readonly number[]): string {
    const split = this.node('Reshape', [x, this.ints(op.out.samples, tokens, op.heads, op.headDim)]);
    return this.node('Transpose', [split], { perm });
  }
  attention(op: Op & { readonly kind: 'attention' }): string {
    const width = op.heads * op.headDim;
    const [q, k, v] = [op.q, op.k, op.v].map((slice) => this.slice(slice, width)) as [string, string, string];
    if (this.#fused) return this.node('MultiHeadAttention', [q, k, v], { num_heads: op.heads }, 'com.microsoft');
    const [queries, keys] = [pixelsOf(op.q.of), pixelsOf(op.k.of)];
    const scores = this.node('Mul', [
      this.node('MatMul', [this.heads(q, op, queries, [0, 2, 1, 3]), this.heads(k, op, keys, [0, 2, 3, 1])]),
      this.number(op.headDim ** -0.5),
    ]);
    const mixed = this.node('MatMul', [
      this.node('Softmax', [scores], { axis: -1 }),
      this.heads(v, op, keys, [0, 2, 1, 3]),
    ]);
    const back = this.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    return this.node('Reshape', [back, this.ints(op.out.samples, queries, width)]);
  }

  conv(op: ConvOp): string {
    const [first] = op.x;
    let x = this.get(first!, 'picture');
    if (op.x.length > 1)
      x = this.node(
        'Concat',
        op.x.map((t) => this.get(t, 'picture')),
        { axis: 1 },
      );
    if (op.resize) {
      const by = [1, 1, op.resize.height / first!.height, op.resize.width / first!.width];
      x = this.node('Resize', [x, '', this.floats(Float32Array.from(by), [4])]);
    }
    const { kernel, channels } = op.weight;
    const rows = rowsOf(op.weight);
    const weight = this.floats(channelsFirst(this.matrix(op.weight), op.weight, rows), [
      rows,
      channels,
      kernel,
      kernel,
    ]);
    const { top, left, bottom, right } = op.padding;
    x = this.node('Conv', [x, weight, ...(op.bias ? [this.floats(this.vector(op.bias), [rows])] : [])], {
      kernel_shape: [kernel, kernel],
      strides: [op.stride, op.stride],
      pads: [top, left, bottom, right],
    });
    if (op.shift) {
      const rowsOfTime = this.node('Reshape', [this.slice(op.shift, rows), this.ints(op.out.samples, rows, 1, 1)]);
      x = this.node('Add', [x, rowsOfTime]);
    }
    x = this.activate(x, op.activation);
    if (op.residual) x = this.node('Add', [x, this.get(op.residual, 'picture')]);
    return op.reluAfter ? this.node('Relu', [x]) : x;
  }
  groupNorm(op: Op & { readonly kind: 'groupNorm' }): string {
    const { samples, height, width, channels } = op.out;
    if (op.scaleShift) throw new RangeError('no case scales and shifts a norm');
    const x =
      op.x.length > 1
        ? this.node(
            'Concat',
            op.x.map((t) => this.get(t, 'picture')),
            { axis: 1 },
          )
        : this.get(op.x[0]!, 'picture');
    const ones = this.floats(new Float32Array(op.groups).fill(1), [op.groups]);
    const zeros = this.floats(new Float32Array(op.groups), [op.groups]);
    const groups = this.node('Reshape', [x, this.ints(samples, op.groups, -1)]);
    const normed = this.node('InstanceNormalization', [groups, ones, zeros], { epsilon: { float: op.epsilon } });
    const back = this.node('Reshape', [normed, this.ints(samples, channels, height, width)]);
    const scaled = this.node('Mul', [back, this.floats(this.vector(op.gamma), [1, channels, 1, 1])]);
    return this.activate(
      this.node('Add', [scaled, this.floats(this.vector(op.beta), [1, channels, 1, 1])]),
      op.activation,
    );
  }
  linear(op: LinearOp): string {
    const rows = rowsOf(op.weight);
    const columns = columnsOf(op.weight);
    const values = this.matrix(op.weight);
    const turned = new Float32Array(values.length);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]!;
    let x = this.node('MatMul', [this.get(op.x, 'tokens'), this.floats(turned, [columns, rows])]);
    if (op.bias) x = this.node('Add', [x, this.floats(this.vector(op.bias), [rows])]);
    x = this.activate(x, op.activation);
    return op.residual ? this.node('Add', [x, this.get(op.residual, 'tokens')]) : x;
  }
  layerNorm(op: Op & { readonly kind: 'layerNorm' }): string {
    if (!op.gamma || !op.beta) throw new RangeError('no case modulates a LayerNorm');
    const { channels } = op.out;
    const [gamma, beta] = [op.gamma, op.beta].map((v) => this.floats(this.vector(v), [channels]));
    const attributes = { axis: -1, epsilon: { float: op.epsilon } };
    return this.node('LayerNormalization', [this.get(op.x, 'tokens'), gamma!, beta!], attributes);
  }
  geglu(op: Op & { readonly kind: 'geglu' }): string {
    const { channels } = op.out;
    const gate = this.slice({ of: op.x, at: channels }, channels);
    return this.node('Mul', [
      this.slice({ of: op.x, at: 0 }, channels),
      this.node('Gelu', [gate], undefined, 'com.microsoft'),
    ]);
  }

  op(op: Op): void {
    switch (op.kind) {
      case 'conv':
        return this.put(op.out, 'picture', this.conv(op));
      case 'groupNorm':
        return this.put(op.out, 'picture', this.groupNorm(op));
      case 'linear':
        return this.put(op.out, 'tokens', this.linear(op));
      case 'layerNorm':
        return this.put(op.out, 'tokens', this.layerNorm(op));
      case 'attention':
        return this.put(op.out, 'tokens', this.attention(op));
      case 'geglu':
        return this.put(op.out, 'tokens', this.geglu(op));
      case 'clamp': {
        const by = this.node('Div', [this.get(op.x, 'picture'), this.number(op.most)]);
        return this.put(op.out, 'picture', this.node('Mul', [this.node('Tanh', [by]), this.number(op.most)]));
      }
      default:
        throw new RangeError(`no case has the operation ${op.kind}`);
    }
  }
}

/** How the peers are given an input: a vector or a text as tokens, everything else as a picture. */
export const layoutOf = (t: Tensor): Layout => (t.height === 1 ? 'tokens' : 'picture');

/** `fused`: attention as one operator of ONNX Runtime. The output is named `out`. */
export function graphOnnx(graph: Graph, weights: GraphWeights, fused: boolean): OnnxGraph {
  const w = new Writer(weights, fused);
  for (const [name, tensor] of graph.inputs) w.put(tensor, layoutOf(tensor), name);
  for (const op of graph.ops) w.op(op);
  const out = graph.outputs.get('out')!;
  w.nodes.push({ op: 'Identity', inputs: [w.get(out, layoutOf(out))], outputs: ['out'] });
  return {
    inputs: [...graph.inputs].map(([name, tensor]) => ({ name, dims: dimsOf(tensor, layoutOf(tensor)) })),
    outputs: [{ name: 'out', dims: dimsOf(out, layoutOf(out)) }],
    constants: w.constants,
    nodes: w.nodes,
  };
}

/** (rows, channels, kernel, kernel) as a file has it, from what the interpreter is given. */
export const storedOf = (weights: GraphWeights) => ({
  matrix: (name: string, rows: number, channels: number, kernel: number) =>
    Promise.resolve(
      channelsFirst(
        weights.matrix(name, rows, channels, kernel),
        { names: [name], rows: [rows], channels, kernel },
        rows,
      ),
    ),
  vector: (name: string, rows: number) => Promise.resolve(weights.vector(name, rows)),
});
