import type { Call, Resource } from '../../gpu/kernel.ts';
import type { ConvArgs } from '../../kernels/conv/convArgs.ts';
import {
  readsOf,
  rowsOf,
  sizeOf,
  type Activation,
  type AttentionOp,
  type ConvOp,
  type Graph,
  type LinearOp,
  type Matrix,
  type Op,
  type Slice,
  type Tensor,
  type Vector,
} from '../../models/graph/types.ts';
import type { Dispatch } from './arenas.ts';
import type { GraphKernels } from './types.ts';
import { stripsOf, type Strip } from './strips.ts';
import { matrixKey, vectorKey } from './weightList.ts';

export type { Dispatch } from './arenas.ts';

/** Where a tensor or a piece of scratch memory lies, once that is known. */
export type At = (id: number) => Resource;

/** One operation of a network as dispatches. */
export interface Step {
  readonly part: string;
  /** Depends on the text alone: computed once, and kept. */
  readonly once: boolean;
  readonly dispatches: readonly Dispatch[];
  record(at: At): Call[];
}
export interface WeighedStep extends Step {
  /** In multiply-adds, about. */
  readonly work: number;
}
export interface Lowered {
  readonly steps: readonly WeighedStep[];
  /** Of every tensor and every piece of scratch memory, by id. */
  readonly bytes: ReadonlyMap<number, number>;
}

export const FLOAT = 4;

/** What a convolution reads: pictures as they lie, with a norm that is applied while they are read. */
export interface Source {
  readonly x: readonly Tensor[];
  readonly norm: number | null;
  readonly activation: 'none' | 'silu';
}

/** The dispatches of a network while they are being made. */
export class Draft {
  readonly graph: Graph;
  readonly kernels: GraphKernels;
  readonly steps: Step[] = [];
  readonly bytes = new Map<number, number>();
  /** Results of norms that their readers apply themselves. */
  readonly normed = new Map<number, Source>();
  /** Tensors that depend on the text alone. */
  readonly constant = new Set<number>();
  readonly readers = new Map<number, Op[]>();
  /** Tensors that lie in strips, those of more than `most` bytes among them. */
  readonly strips: ReadonlyMap<number, readonly Strip[]>;
  readonly most: number;
  /** The part of the network that is being lowered. */
  part = '';
  #next: number;

  constructor(graph: Graph, kernels: GraphKernels, most: number) {
    this.graph = graph;
    this.kernels = kernels;
    this.most = most;
    this.#next = 1 + Math.max(...[...graph.inputs.values(), ...graph.ops.map(({ out }) => out)].map(({ id }) => id));
    for (const op of graph.ops)
      for (const { id } of readsOf(op)) this.readers.set(id, [...(this.readers.get(id) ?? []), op]);
    const context = graph.inputs.get('context');
    if (context) this.constant.add(context.id);
    for (const tensor of graph.inputs.values()) this.bytes.set(tensor.id, FLOAT * sizeOf(tensor));
    this.strips = stripsOf(graph, most, (bytes) => this.temp(bytes));
  }

  temp(bytes: number): number {
    const id = this.#next++;
    this.bytes.set(id, bytes);
    return id;
  }

  step(op: Op, dispatches: readonly Dispatch[], record: Step['record']): void {
    this.stepInto(op, op.out.id, dispatches, record);
  }

  /** A step of `op` that makes all of its result, or a strip. */
  stepInto(op: Op, out: number, dispatches: readonly Dispatch[], record: Step['record']): void {
    if (out === op.out.id) this.bytes.set(out, FLOAT * sizeOf(op.out));
    this.steps.push({ part: this.part, once: this.constant.has(op.out.id), dispatches, record });
  }

  one(op: Op, record: Step['record'], reads = readsOf(op).map(({ id }) => id)): void {
    this.step(op, [{ reads, writes: [op.out.id] }], record);
  }

  vector = (v: Vector): Resource => this.kernels.vector(vectorKey(v));

  isOutput = ({ id }: Tensor) => [...this.graph.outputs.values()].some((tensor) => tensor.id === id);

  source(x: readonly Tensor[]): Source {
    const normed = x.length === 1 ? this.normed.get(x[0]!.id) : undefined;
    if (!normed && x.some(({ id }) => this.normed.has(id))) throw new RangeError('one of two pictures is normed');
    return normed ?? { x, norm: null, activation: 'none' };
  }

  /** Split into partial sums, a convolution binds all that it may read; the second pass binds what is left to add. */
  convDispatches(
    read: readonly number[],
    late: readonly number[],
    scratch: number | null,
    out: number,
    matrix: string,
  ): Dispatch[] {
    const writes = [out];
    if (scratch === null) return [{ reads: [...read, ...late], writes }];
    return [
      { reads: [...read, ...late], writes: [scratch] },
      { reads: [scratch, ...(this.kernels.inChunks(matrix) ? read : []), ...late], writes },
    ];
  }

  product(
    op: ConvOp | LinearOp,
    { x, norm }: Source,
    args: ConvArgs,
    matrix: Matrix,
    bias: Resource | null,
    shift: Slice | null,
    residual: Tensor | null,
  ): void {
    const k = this.kernels;
    const outputs = rowsOf(matrix);
    const scratchBytes = k.convScratch(args, outputs, matrixKey(matrix));
    const scratch = scratchBytes > 0 ? this.temp(scratchBytes) : null;
    const read = [...x.map(({ id }) => id), ...(norm === null ? [] : [norm])];
    const late = [...(shift ? [shift.of.id] : []), ...(residual ? [residual.id] : [])];
    this.step(op, this.convDispatches(read, late, scratch, op.out.id, matrixKey(matrix)), (at) =>
      k.conv(
        {
          x: at(x[0]!.id),
          y: at(op.out.id),
          ...(x[1] && { x2: at(x[1].id) }),
          ...(norm !== null && { norm: at(norm) }),
          ...(shift && { bias: at(shift.of.id) }),
          ...(bias && { bias }),
          ...(residual && { residual: at(residual.id) }),
          ...(scratch !== null && { scratch: at(scratch) }),
        },
        matrixKey(matrix),
        args,
      ),
    );
  }

  /** In one dispatch; or scores of some queries at a time, their softmax in place, and sums of values. */
  attention(op: AttentionOp): void {
    const k = this.kernels;
    const [query, key, value] = [op.q.of.id, op.k.of.id, op.v.of.id];
    const resources = (at: At) => ({ q: at(query), k: at(key), v: at(value), y: at(op.out.id) });
    const bytes = k.attentionScratch(op);
    if (bytes === 0) {
      this.one(op, (at) => k.attention(resources(at), op));
      return;
    }
    const scratch = this.temp(bytes);
    const dispatches = [
      { reads: [query, key], writes: [scratch] },
      { reads: [query], writes: [scratch] },
      { reads: [scratch, value], writes: [op.out.id] },
      // All are read again for the next queries.
      { reads: [query, key, value], writes: [op.out.id] },
    ];
    this.step(op, dispatches, (at) => k.attention({ ...resources(at), scratch: at(scratch) }, op));
  }

  activate(op: Op, f: Activation): void {
    const k = this.kernels;
    this.steps.push({
      part: this.part,
      once: this.constant.has(op.out.id),
      dispatches: [{ reads: [], writes: [op.out.id] }],
      record: (at) => k.activate(at(op.out.id), sizeOf(op.out), f),
    });
  }

  copyOf = (tensor: Tensor): Tensor => ({ ...tensor, id: this.temp(FLOAT * sizeOf(tensor)) });
}
