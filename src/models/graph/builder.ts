import type {
  Activation,
  AttentionOp,
  ConvOp,
  Graph,
  GroupNormOp,
  LayerNormOp,
  LinearOp,
  Matrix,
  Op,
  Padding,
  Slice,
  Tensor,
  Vector,
} from './types.ts';

type Shape = Omit<Tensor, 'id'>;
const around = (n: number): Padding => ({ top: n, left: n, bottom: n, right: n });
/** One zero row below and one zero column right, as the downsampling of several published networks has it. */
export const padEnd: Padding = { top: 0, left: 0, bottom: 1, right: 1 };
export const samePadding = around(1);
export const noPadding = around(0);

export interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: 1 | 2;
  readonly padding?: Padding;
  readonly bias?: boolean;
  readonly resize?: ConvOp['resize'];
  readonly shift?: Slice;
  readonly activation?: Activation;
  readonly residual?: Tensor;
  readonly reluAfter?: boolean;
}
export interface LinearOptions {
  readonly bias?: boolean;
  /** The input's channels are square patches of this size, (dy, dx, channel): a convolution whose stride is its kernel. */
  readonly kernel?: number;
  readonly activation?: Activation;
  readonly residual?: Tensor;
  readonly gate?: Slice;
}

const wrong = (what: string) => new RangeError(`the network does not fit together: ${what}`);
const shapeText = (t: Shape) => `${t.samples}×${t.height}×${t.width}×${t.channels}`;
const same = (what: string, a: Shape, b: Shape) => {
  if (a.samples !== b.samples || a.height !== b.height || a.width !== b.width || a.channels !== b.channels)
    throw wrong(`${what} has ${shapeText(a)}, ${shapeText(b)} is needed`);
};

/** Makes a network operation by operation, and the shapes with it. RangeError where shapes do not meet. */
export class GraphBuilder {
  readonly #ops: Op[] = [];
  readonly #parts: string[] = [];
  readonly #inputs = new Map<string, Tensor>();
  readonly #outputs = new Map<string, Tensor>();
  #next = 0;
  /** The part of the network that what follows belongs to. */
  part = '';

  #tensor = (shape: Shape): Tensor => ({ ...shape, id: this.#next++ });
  #push<O extends Op>(op: O): Tensor {
    this.#ops.push(op);
    this.#parts.push(this.part);
    return op.out;
  }

  input(name: string, shape: Shape): Tensor {
    const tensor = this.#tensor(shape);
    this.#inputs.set(name, tensor);
    return tensor;
  }
  /** Marks a result: kept to the end, and readable by name. */
  output(name: string, tensor: Tensor): void {
    this.#outputs.set(name, tensor);
  }
  finish(): Graph {
    return { inputs: this.#inputs, outputs: this.#outputs, ops: this.#ops, parts: this.#parts };
  }

  /** A square kernel over one picture, or over two whose channels follow one another. */
  conv(name: string, x: Tensor | readonly Tensor[], channels: number, o: ConvOptions = {}): Tensor {
    const { kernel = 3, stride = 1, bias = true, resize = null } = o;
    const sources = Array.isArray(x) ? (x as readonly Tensor[]) : [x as Tensor];
    const first = sources[0]!;
    for (const other of sources) same(`input of ${name}`, { ...other, channels: 0 }, { ...first, channels: 0 });
    const padding = o.padding ?? around(kernel === 3 ? 1 : 0);
    const from = resize ?? first;
    const across = (size: number, before: number, after: number) =>
      Math.floor((size + before + after - kernel) / stride) + 1;
    const out = this.#tensor({
      samples: first.samples,
      height: across(from.height, padding.top, padding.bottom),
      width: across(from.width, padding.left, padding.right),
      channels,
    });
    if (out.height < 1 || out.width < 1) throw wrong(`${name} makes nothing of ${first.height}×${first.width} pixels`);
    if (o.residual) same(`what ${name} is added to`, o.residual, out);
    return this.#push<ConvOp>({
      kind: 'conv',
      x: sources,
      weight: this.#matrix(
        name,
        channels,
        sources.reduce((n, s) => n + s.channels, 0),
        kernel,
      ),
      bias: bias ? vector(`${name}.bias`, channels) : null,
      stride,
      padding,
      resize,
      shift: o.shift ?? null,
      activation: o.activation ?? 'none',
      residual: o.residual ?? null,
      reluAfter: o.reluAfter ?? false,
      out,
    });
  }
  #matrix = (name: string, rows: number, channels: number, kernel: number): Matrix => ({
    names: [`${name}.weight`],
    rows: [rows],
    channels,
    kernel,
  });

  groupNorm(
    name: string,
    x: Tensor | readonly Tensor[],
    o: {
      readonly groups: number;
      readonly epsilon: number;
      readonly activation?: 'none' | 'silu';
      readonly scaleShift?: Slice;
    },
  ): Tensor {
    const sources = Array.isArray(x) ? (x as readonly Tensor[]) : [x as Tensor];
    const channels = sources.reduce((n, s) => n + s.channels, 0);
    if (channels % o.groups !== 0) throw wrong(`${name} has ${channels} channels in ${o.groups} groups`);
    return this.#push<GroupNormOp>({
      kind: 'groupNorm',
      x: sources,
      gamma: vector(`${name}.weight`, channels),
      beta: vector(`${name}.bias`, channels),
      groups: o.groups,
      epsilon: o.epsilon,
      activation: o.activation ?? 'none',
      scaleShift: o.scaleShift ?? null,
      out: this.#tensor({ ...sources[0]!, channels }),
    });
  }

  /** `name` null: without γ and β. */
  layerNorm(name: string | null, x: Tensor, epsilon: number, modulation?: LayerNormOp['modulation']): Tensor {
    return this.#push<LayerNormOp>({
      kind: 'layerNorm',
      x,
      gamma: name === null ? null : vector(`${name}.weight`, x.channels),
      beta: name === null ? null : vector(`${name}.bias`, x.channels),
      epsilon,
      modulation: modulation ?? null,
      out: this.#tensor(x),
    });
  }

  linear(name: string, x: Tensor, channels: number, o: LinearOptions = {}): Tensor {
    return this.stacked([name], x, [channels], o);
  }
  /** Several layers of one input in one matrix; their outputs follow one another. */
  stacked(names: readonly string[], x: Tensor, rows: readonly number[], o: LinearOptions = {}): Tensor {
    const { kernel = 1 } = o;
    if (x.channels % kernel ** 2 !== 0)
      throw wrong(`${names[0]} reads ${x.channels} channels as ${kernel}×${kernel} pixels`);
    const out = this.#tensor({ ...x, channels: rows.reduce((a, b) => a + b, 0) });
    if (o.residual) same(`what ${names[0]} is added to`, o.residual, out);
    return this.#push<LinearOp>({
      kind: 'linear',
      x,
      weight: { names: names.map((name) => `${name}.weight`), rows, channels: x.channels / kernel ** 2, kernel },
      bias: (o.bias ?? true) ? { names: names.map((name) => `${name}.bias`), rows } : null,
      activation: o.activation ?? 'none',
      residual: o.residual ?? null,
      gate: o.gate ?? null,
      out,
    });
  }

  attention(
    { q, k, v }: { readonly q: Slice; readonly k: Slice; readonly v: Slice },
    heads: number,
    headDim: number,
    causal = false,
  ): Tensor {
    if (q.of.samples % k.of.samples !== 0 || k.of.samples !== v.of.samples)
      throw wrong(`${q.of.samples} samples attend to ${k.of.samples}`);
    return this.#push<AttentionOp>({
      kind: 'attention',
      q,
      k,
      v,
      heads,
      headDim,
      causal,
      out: this.#tensor({ ...q.of, channels: heads * headDim }),
    });
  }
  geglu(x: Tensor): Tensor {
    return this.#push({ kind: 'geglu', x, out: this.#tensor({ ...x, channels: x.channels / 2 }) });
  }
  mean(x: Tensor): Tensor {
    const half = (n: number) => Math.floor(n / 2);
    return this.#push({
      kind: 'resample',
      x,
      by: 'mean',
      out: this.#tensor({ ...x, height: half(x.height), width: half(x.width) }),
    });
  }
  nearest(x: Tensor): Tensor {
    return this.#push({
      kind: 'resample',
      x,
      by: 'nearest',
      out: this.#tensor({ ...x, height: 2 * x.height, width: 2 * x.width }),
    });
  }
  clamp(x: Tensor, most: number): Tensor {
    return this.#push({ kind: 'clamp', x, most, out: this.#tensor(x) });
  }
  position(x: Tensor, table: Float64Array): Tensor {
    return this.#push({ kind: 'position', x, table, out: this.#tensor(x) });
  }
}

const vector = (name: string, rows: number): Vector => ({ names: [name], rows: [rows] });
