import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createAttention } from '../../kernels/attention/attention.ts';
import { createCrossAttention } from '../../kernels/attention/crossAttention.ts';
import { createConv2d } from '../../kernels/conv/conv2d.ts';
import { createLinear } from '../../kernels/linear/linear.ts';
import { createResample } from '../../kernels/image/resample.ts';
import { createLayernorm } from '../../kernels/norm/layernorm.ts';
import { createResidualNorm } from '../../kernels/norm/residualNorm.ts';
import { createActivate, type Pointwise } from '../../kernels/pointwise/activate.ts';
import { createAddRows } from '../../kernels/pointwise/addRows.ts';
import { createGatedAdd } from '../../kernels/pointwise/gatedAdd.ts';
import { createGeglu } from '../../kernels/pointwise/geglu.ts';
import {
  createGroupApply,
  createGroupCombine,
  createGroupSums,
  groupSumsBytes,
  type GroupSumsArgs,
} from '../../kernels/norm/groupNorm.ts';
import { pixelsOf, type AttentionOp, type Graph, type Slice, type Tensor } from '../../models/graph/types.ts';
import type { Holdings } from '../holdings.ts';
import type { TransformerWeights } from '../transformerWeights.ts';
import type { GraphKernels } from './types.ts';

/** Compiles once what is asked for again. */
function cached<K, V>(make: (key: K) => Promise<V>) {
  const made = new Map<K, V>();
  return {
    async need(keys: Iterable<K>): Promise<void> {
      await Promise.all([...new Set(keys)].map(async (key) => made.set(key, await make(key))));
    },
    get(key: K): V {
      const found = made.get(key);
      if (found === undefined) throw new RangeError(`no kernel was compiled for ${String(key)}`);
      return found;
    },
  };
}

/** q, k and v side by side in one tensor, as one matrix makes them, in heads that the kernel for it takes. */
function isInterleaved({ q, k, v, causal, headDim }: AttentionOp): boolean {
  const width = k.at - q.at;
  const together = q.of.id === k.of.id && k.of.id === v.of.id && q.at === 0 && v.at === 2 * width;
  return together && q.of.channels === 3 * width && !causal && headDim % 4 === 0 && headDim <= 128;
}
const shapeOf = (x: Tensor): GroupSumsArgs => ({ samples: x.samples, pixels: pixelsOf(x), channels: x.channels });
const rowsIn = (x: Tensor): number => x.samples * pixelsOf(x);

/** The pointwise functions that a network needs beside its products. */
function functionsOf(graph: Graph): readonly Pointwise[] {
  return graph.ops.flatMap((op): Pointwise[] => {
    if (op.kind === 'clamp') return ['clamp'];
    if (op.kind === 'linear' || op.kind === 'conv') return op.activation === 'none' ? [] : [op.activation];
    return [];
  });
}

/** The kernels of a network, compiled for its weights and its heads. */
export async function networkKernels(
  ctx: GpuContext,
  hold: Holdings,
  graph: Graph,
  weights: TransformerWeights,
  slots: UniformSlots,
): Promise<GraphKernels> {
  const matrices = graph.ops.flatMap((op) => (op.kind === 'conv' || op.kind === 'linear' ? [op.weight] : []));
  const formats = matrices.map(({ names }) => weights.matrix(names.join('+')).format);
  const attends = graph.ops.filter((op): op is AttentionOp => op.kind === 'attention');
  const heads = (interleaved: boolean) =>
    attends.filter((op) => isInterleaved(op) === interleaved).map(({ headDim }) => headDim);
  const convs = cached((format: WeightFormat) => createConv2d(ctx, { format }));
  const linears = cached((format: WeightFormat) => createLinear(ctx, { format }));
  const attentions = cached((headDim: number) => createAttention(ctx, { headDim }));
  const crosses = cached((headDim: number) => createCrossAttention(ctx, { headDim }));
  const functions = cached((activation: Pointwise) => createActivate(ctx, { activation }));
  const [sums, combine, apply, layernorm, affine, geglu, resample, gated, addRows] = await Promise.all([
    createGroupSums(ctx),
    createGroupCombine(ctx),
    createGroupApply(ctx),
    createLayernorm(ctx),
    createResidualNorm(ctx, { kind: 'layernorm', delta: false, bias: true }),
    createGeglu(ctx),
    createResample(ctx),
    createGatedAdd(ctx),
    createAddRows(ctx),
    convs.need(formats),
    linears.need(formats),
    attentions.need(heads(true)),
    crosses.need(heads(false)),
    functions.need(functionsOf(graph)),
  ]);
  const tables = new Map<Float64Array, GPUBuffer>();
  for (const op of graph.ops)
    if (op.kind === 'position') tables.set(op.table, await hold.upload('positions', Float32Array.from(op.table)));
  const conv = (matrix: string) => convs.get(weights.matrix(matrix).format);
  const nearest = (r: { readonly x: Resource; readonly y: Resource }, from: Tensor, to: Tensor) => [
    resample.call(r, { ...pictureOf(from), by: 'nearest', outHeight: to.height, outWidth: to.width }, slots),
  ];

  return {
    convScratch: (args, outputs, matrix) => conv(matrix).scratchBytes(args, outputs),
    inChunks: (matrix) => weights.matrix(matrix).chunks.length > 1,
    conv: (resources, matrix, args) => conv(matrix).calls(resources, weights.matrix(matrix), args, slots),
    rows: ({ x, bias, y }, matrix, rows) => {
      const m = weights.matrix(matrix);
      return linears.get(m.format).calls({ x, y, ...(bias && { bias }) }, m, { rows }, slots);
    },
    sumsBytes: (x) => groupSumsBytes(shapeOf(x)),
    sums: (x, to, of) => [sums.call({ x, sums: to }, shapeOf(of), slots)],
    combine: ({ sums: [first, second], gamma, beta, scaleShift, norm }, op) => [
      combine.call(
        { sums: first!, sums2: second ?? first!, gamma, beta, scaleShift: scaleShift ?? gamma, norm },
        {
          samples: op.out.samples,
          pixels: pixelsOf(op.out),
          channels: op.x.map(({ channels }) => channels) as unknown as readonly [number, number],
          groups: op.groups,
          eps: op.epsilon,
          ...(op.scaleShift && { scaleShift: { at: op.scaleShift.at, row: op.scaleShift.of.channels } }),
        },
        slots,
      ),
    ],
    apply: ({ x, norm, y }, of, activation) => [apply.call({ x, norm, y }, { ...shapeOf(of), activation }, slots)],
    layerNorm: ({ x, gamma, beta, modulation, y }, { x: of, epsilon, modulation: m }) => {
      const rows = rowsIn(of);
      if (gamma && beta && m) throw new RangeError('a norm with weights of its own and a modulation');
      if (gamma && beta)
        return [affine.call({ x, y, weight: gamma, bias: beta }, { rows, width: of.channels, epsilon }, slots)];
      const mod = m && { ...m, rowsPerMod: pixelsOf(of) };
      const args = { rows, dim: of.channels, eps: epsilon, ...(mod && { mod }) };
      return [layernorm.call({ x, mod: modulation ?? x, y }, args, slots)];
    },
    attention: ({ q, k, v, y }, op) => {
      const { heads: count, headDim, causal } = op;
      const shape = { samples: op.q.of.samples, queries: pixelsOf(op.q.of), heads: count };
      if (isInterleaved(op))
        return [
          attentions
            .get(headDim)
            .call({ qkv: q, y }, { batch: shape.samples, tokens: shape.queries, heads: count }, slots),
        ];
      const part = ({ of, at }: Slice) => ({ at, row: of.channels });
      const keys = { keys: pixelsOf(op.k.of), kvSamples: op.k.of.samples };
      const places = { q: part(op.q), k: part(op.k), v: part(op.v) };
      return [crosses.get(headDim).call({ q, k, v, y }, { ...shape, ...keys, ...places, causal }, slots)];
    },
    activate: (x, count, f) =>
      typeof f === 'object'
        ? [functions.get('clamp').call({ x }, { count, most: f.clamp }, slots)]
        : [functions.get(f as Pointwise).call({ x }, { count }, slots)],
    copy: (x, y, of) => nearest({ x, y }, of, of),
    geglu: (r, rows, width) => [geglu.call(r, { rows, width }, slots)],
    resample: (r, from, to, by) =>
      by === 'nearest' ? nearest(r, from, to) : [resample.call(r, { ...pictureOf(from), by }, slots)],
    gated: ({ x, residual, gate, y }, of, { at, row }) => [
      gated.call(
        { y: x, out: y, residual, gate },
        { rows: rowsIn(of), width: of.channels, gate: { at, row, rowsPerGate: pixelsOf(of) } },
        slots,
      ),
    ],
    addRows: (x, table, of) => [
      addRows.call({ table, x }, { rows: rowsIn(of), width: of.channels, tableRows: pixelsOf(of) }, slots),
    ],
    vector: (key) => weights.vector(key),
    table: (values) => tables.get(values)!,
  };
}

const pictureOf = ({ samples, height, width, channels }: Tensor) => ({ samples, height, width, channels });
