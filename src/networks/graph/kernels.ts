import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createAttention } from '../../kernels/attention/attention.ts';
import type { CrossAttentionArgs } from '../../kernels/attention/crossAttention.ts';
import { createTokenAttention } from '../../kernels/attention/tokenAttention.ts';
import { createConv2d } from '../../kernels/conv/conv2d.ts';
import type { Band } from '../../kernels/conv/convShape.ts';
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

function tokenArgs({ q, k, v, heads }: AttentionOp): CrossAttentionArgs {
  const rows = ({ of, at }: Slice) => ({ at, row: of.channels });
  const keys = { keys: pixelsOf(k.of), kvSamples: k.of.samples };
  return { samples: q.of.samples, queries: pixelsOf(q.of), ...keys, heads, q: rows(q), k: rows(k), v: rows(v) };
}

/** The pointwise functions that a network needs beside its products. */
function functionsOf(graph: Graph): readonly Pointwise[] {
  return graph.ops.flatMap((op): Pointwise[] => {
    if (op.kind === 'clamp') return ['clamp'];
    if (op.kind === 'linear' || op.kind === 'conv') return op.activation === 'none' ? [] : [op.activation];
    return [];
  });
}

/** The kernels of a network, compiled for its weights and its heads. `slots` is asked when calls are made. */
export async function networkKernels(
  ctx: GpuContext,
  hold: Holdings,
  graph: Graph,
  weights: TransformerWeights,
  slots: () => UniformSlots,
): Promise<GraphKernels> {
  const matrices = graph.ops.flatMap((op) => (op.kind === 'conv' || op.kind === 'linear' ? [op.weight] : []));
  // Of the four that are made here: GGUF's blocks come with language models alone.
  const formatOf = (matrix: string) => weights.matrix(matrix).format as WeightFormat;
  const formats = matrices.map(({ names }) => formatOf(names.join('+')));
  const attends = graph.ops.filter((op): op is AttentionOp => op.kind === 'attention');
  const headsOf = (some: (op: AttentionOp) => boolean) => attends.filter(some).map(({ headDim }) => headDim);
  const convs = cached((format: WeightFormat) => createConv2d(ctx, { format }));
  const linears = cached((format: WeightFormat) => createLinear(ctx, { format }));
  const attentions = cached((headDim: number) => createAttention(ctx, { headDim }));
  const crosses = cached((headDim: number) => createTokenAttention(ctx, { headDim }));
  const causals = cached((headDim: number) => createTokenAttention(ctx, { headDim, causal: true }));
  const functions = cached((activation: Pointwise) => createActivate(ctx, { activation }));
  const [sums, combine, apply, layernorm, affine, geglu, nearestOf, meanOf, gated, addRows] = await Promise.all([
    createGroupSums(ctx),
    createGroupCombine(ctx),
    createGroupApply(ctx),
    createLayernorm(ctx),
    createResidualNorm(ctx, { kind: 'layernorm', delta: false, bias: true }),
    createGeglu(ctx),
    createResample(ctx, { by: 'nearest' }),
    createResample(ctx, { by: 'mean' }),
    createGatedAdd(ctx),
    createAddRows(ctx),
    convs.need(formats),
    linears.need(formats),
    attentions.need(headsOf(isInterleaved)),
    crosses.need(headsOf((op) => !isInterleaved(op) && !op.causal)),
    causals.need(headsOf((op) => op.causal)),
    functions.need(functionsOf(graph)),
  ]);
  const tables = new Map<Float64Array, GPUBuffer>();
  for (const op of graph.ops)
    if (op.kind === 'position') tables.set(op.table, await hold.upload('positions', Float32Array.from(op.table)));
  const tokens = ({ causal, headDim }: AttentionOp) => (causal ? causals : crosses).get(headDim);
  const conv = (matrix: string) => convs.get(formatOf(matrix));
  const nearest = (r: { readonly x: Resource; readonly y: Resource }, from: Tensor, to: Tensor) => [
    nearestOf.call(r, { ...pictureOf(from), to }, slots()),
  ];

  return {
    convScratch: (args, outputs, matrix) => conv(matrix).scratchBytes(args, outputs),
    inChunks: (matrix) => weights.matrix(matrix).chunks.length > 1,
    conv: (resources, matrix, args) => conv(matrix).calls(resources, weights.matrix(matrix), args, slots()),
    rows: ({ x, bias, y }, matrix, rows) => {
      const m = weights.matrix(matrix);
      return linears.get(formatOf(matrix)).calls({ x, y, ...(bias && { bias }) }, m, { rows }, slots());
    },
    sumsBytes: (x) => groupSumsBytes(shapeOf(x)),
    sums(x, to, of, strip) {
      const pixels = ({ first, rows }: Band) => ({ first: first * of.width, count: rows * of.width });
      const part = strip && { held: pixels(strip.stored), summed: pixels(strip.own) };
      return [sums.call({ x, sums: to }, { ...shapeOf(of), ...part }, slots())];
    },
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
        slots(),
      ),
    ],
    apply: ({ x, norm, y }, of, activation) => [apply.call({ x, norm, y }, { ...shapeOf(of), activation }, slots())],
    layerNorm: ({ x, gamma, beta, modulation, y }, { x: of, epsilon, modulation: m }) => {
      const rows = rowsIn(of);
      if (gamma && beta && m) throw new RangeError('a norm with weights of its own and a modulation');
      if (gamma && beta)
        return [affine.call({ x, y, weight: gamma, bias: beta }, { rows, width: of.channels, epsilon }, slots())];
      const mod = m && { ...m, rowsPerMod: pixelsOf(of) };
      const args = { rows, dim: of.channels, eps: epsilon, ...(mod && { mod }) };
      return [layernorm.call({ x, mod: modulation ?? x, y }, args, slots())];
    },
    attentionScratch: (op) => (isInterleaved(op) ? 0 : tokens(op).scratchBytes(tokenArgs(op))),
    attention({ q, k, v, y, scratch }, op) {
      if (!isInterleaved(op))
        return tokens(op).calls({ q, k, v, y, ...(scratch && { scratch }) }, tokenArgs(op), slots());
      const shape = { batch: op.q.of.samples, tokens: pixelsOf(op.q.of), heads: op.heads };
      return [attentions.get(op.headDim).call({ qkv: q, y }, shape, slots())];
    },
    activate: (x, count, f) =>
      typeof f === 'object'
        ? [functions.get('clamp').call({ x }, { count, most: f.clamp }, slots())]
        : [functions.get(f as Pointwise).call({ x }, { count }, slots())],
    copy: (x, y, of) => nearest({ x, y }, of, of),
    geglu: (r, rows, width) => [geglu.call(r, { rows, width }, slots())],
    resample: (r, from, to, by) =>
      by === 'nearest' ? nearest(r, from, to) : [meanOf.call(r, pictureOf(from), slots())],
    gated: ({ x, residual, gate, y }, of, { at, row }) => [
      gated.call(
        { y: x, out: y, residual, gate },
        { rows: rowsIn(of), width: of.channels, gate: { at, row, rowsPerGate: pixelsOf(of) } },
        slots(),
      ),
    ],
    addRows: (x, table, of) => [
      addRows.call({ table, x }, { rows: rowsIn(of), width: of.channels, tableRows: pixelsOf(of) }, slots()),
    ],
    vector: (key) => weights.vector(key),
    table: (values) => tables.get(values)!,
  };
}

const pictureOf = ({ samples, height, width, channels }: Tensor) => ({ samples, height, width, channels });
