import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createAttention } from '../../kernels/attention/attention.ts';
import { createConv2d } from '../../kernels/conv/conv2d.ts';
import { createLinear } from '../../kernels/linear/linear.ts';
import { createLayernorm } from '../../kernels/norm/layernorm.ts';
import {
  createGroupApply,
  createGroupCombine,
  createGroupSums,
  groupSumsBytes,
  type GroupSumsArgs,
} from '../../kernels/norm/groupNorm.ts';
import { pixelsOf, type AttentionOp, type Graph, type Tensor } from '../../models/graph/types.ts';
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

const isSelf = ({ q, k, v }: AttentionOp, width = k.at - q.at) =>
  q.of.id === k.of.id && k.of.id === v.of.id && q.at === 0 && v.at === 2 * width && q.of.channels === 3 * width;
const shapeOf = (x: Tensor): GroupSumsArgs => ({ samples: x.samples, pixels: pixelsOf(x), channels: x.channels });

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
  const convs = cached((format: WeightFormat) => createConv2d(ctx, { format }));
  const linears = cached((format: WeightFormat) => createLinear(ctx, { format }));
  const attentions = cached((headDim: number) => createAttention(ctx, { headDim }));
  const attends = graph.ops.filter((op): op is AttentionOp => op.kind === 'attention');
  const [sums, combine, apply, layernorm] = await Promise.all([
    createGroupSums(ctx),
    createGroupCombine(ctx),
    createGroupApply(ctx),
    createLayernorm(ctx),
    convs.need(formats),
    linears.need(formats),
    attentions.need(attends.filter((op) => isSelf(op) && !op.causal).map(({ headDim }) => headDim)),
  ]);
  const tables = new Map<Float64Array, GPUBuffer>();
  for (const op of graph.ops)
    if (op.kind === 'position') tables.set(op.table, await hold.upload('positions', Float32Array.from(op.table)));
  const conv = (matrix: string) => convs.get(weights.matrix(matrix).format);
  const missing = (what: string): never => {
    throw new RangeError(`no kernel for ${what}`);
  };

  return {
    convScratch: (args, outputs, matrix) => conv(matrix).scratchBytes(args, outputs),
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
    layerNorm: ({ x, gamma, modulation, y }, { x: of, epsilon, modulation: m }) => {
      if (gamma) return missing('an affine norm');
      const mod = m && { ...m, rowsPerMod: pixelsOf(of) };
      return [
        layernorm.call(
          { x, mod: modulation ?? x, y },
          { rows: of.samples * pixelsOf(of), dim: of.channels, eps: epsilon, ...(mod && { mod }) },
          slots,
        ),
      ];
    },
    attention: ({ q, y }, op) =>
      isSelf(op) && !op.causal
        ? [
            attentions
              .get(op.headDim)
              .call({ qkv: q, y }, { batch: op.q.of.samples, tokens: pixelsOf(op.q.of), heads: op.heads }, slots),
          ]
        : missing('attention to other tokens'),
    activate: () => missing('an activation'),
    copy: () => missing('a copy'),
    geglu: () => missing('GEGLU'),
    resample: () => missing('a change of size'),
    gated: () => missing('a gate'),
    addRows: () => missing('positions'),
    vector: (key) => weights.vector(key),
    table: (values) => tables.get(values)!,
  };
}
