import type { TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createAttentionDecode } from '../kernels/attention/attentionDecode.ts';
import { createAttentionPrefill } from '../kernels/attention/attentionPrefill.ts';
import { createEmbedNorm } from '../kernels/norm/embedNorm.ts';
import { createGateActivation } from '../kernels/linear/gateActivation.ts';
import { createGateUp } from '../kernels/linear/gateUp.ts';
import { createLinear } from '../kernels/linear/linear.ts';
import type { LinearArgs, LinearResources } from '../kernels/linear/linearShared.ts';
import { createQkvAppend } from '../kernels/linear/qkvAppend.ts';
import { createResidualNorm } from '../kernels/norm/residualNorm.ts';
import { createRopeAppend } from '../kernels/linear/ropeAppend.ts';
import { MOST_ROWS, type RowSize } from '../kernels/linear/rowDots.ts';
import type { MatrixFormat } from '../core/weightFormat.ts';
import type { KvCache } from './kvCache.ts';
import type { TransformerWeights } from './transformerWeights.ts';

/** Working memory of a pass, float32, one line a token row. */
export interface Activations {
  /** (token, slot, position, 0) of each row. */
  readonly rows: GPUBuffer;
  /** Residual stream, its norm, what a block adds; (rows, width). */
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly delta: GPUBuffer;
  /** Queries, and what attention makes of them; (rows, heads·headDim). */
  readonly q: GPUBuffer;
  readonly attended: GPUBuffer;
  /** q|k|v, or gate|up: whichever a pass of many rows needs next. */
  readonly wide: GPUBuffer;
  /** (rows, hidden). */
  readonly hidden: GPUBuffer;
  readonly partial: GPUBuffer;
  /** (places, vocab). */
  readonly logits: GPUBuffer;
}

/** A pass over `rows` token rows. `heads`: runs of rows whose logits are wanted, in order. */
export interface PassShape {
  readonly rows: number;
  readonly attention: 'decode' | 'prefill';
  readonly splits: number;
  readonly runs: readonly { readonly from: number; readonly count: number }[];
}

const ROW_SIZES: readonly RowSize[] = [1, 2, 4, 8];
/**
 * Rows up to which kernels that walk the weights once for all rows are used, and matmuls from there. An adapter that
 * emulates a GPU computes as much for 5 rows as for 8 there, and float32 matmuls take half as long for either (packed
 * weights have to be unpacked for both).
 */
const fewRows = (ctx: GpuContext, format: MatrixFormat) => (ctx.info.isSoftware && format === 'f32' ? 4 : MOST_ROWS);

/** One kernel for each format that occurs: those of some matrices differ, within a model and within a matrix. */
async function byFormat<K>(
  formats: readonly MatrixFormat[],
  create: (format: MatrixFormat) => Promise<K>,
): Promise<(format: MatrixFormat) => K> {
  const made = new Map(
    await Promise.all([...new Set(formats)].map(async (format) => [format, await create(format)] as const)),
  );
  return (format) => {
    const found = made.get(format);
    if (!found) throw new RangeError(`no kernel was made for ${format} weights here`);
    return found;
  };
}

/** Kernels of one architecture and its weights' formats; compiled once, shared by all sessions of the model. */
export async function createPass(
  ctx: GpuContext,
  config: TransformerConfig,
  weights: TransformerWeights,
  context: number,
) {
  const { heads, kvHeads, headDim, norm, position } = config;
  const headName = config.tied ? 'token_embedding' : 'head.weight';
  const upName = config.mlp === 'swiglu' ? 'gate_up' : 'up';
  const inverseFrequencies = position.kind === 'rope' ? position.inverseFrequencies : undefined;
  const shape = { heads, kvHeads, headDim, context };
  const sizesOf = (format: MatrixFormat) => ({ sizes: ROW_SIZES.filter((size) => size <= fewRows(ctx, format)) });
  const bias = norm.kind === 'layernorm';
  const layered = (role: string) => Array.from({ length: config.layers }, (_, i) => `layers.${i}.${role}.weight`);
  const formatsOf = (names: readonly string[]) =>
    names.flatMap((name) => weights.pieces(name).map(({ matrix }) => matrix.format));
  /** The matrix, where its rows have one format and one buffer: kernels that combine far apart rows need that. */
  const whole = (name: string) => {
    const [piece, second] = weights.pieces(name);
    return piece?.matrix.chunks.length === 1 && !second ? piece.matrix : null;
  };
  /** Each by its own format: some are kept wider than the rest. */
  const fused = (name: string, rows: number) => {
    const matrix = whole(name);
    return matrix && rows <= fewRows(ctx, matrix.format) ? matrix : null;
  };
  const wholes = (role: string) => layered(role).flatMap((name) => whole(name)?.format ?? []);

  /** y = act(W·x + bias) of some matrices: a call for each piece and chunk. */
  const linear = async (names: readonly string[], activation: 'none' | 'gelu_tanh' = 'none') => {
    const kernels = await byFormat(formatsOf(names), (format) =>
      createLinear(ctx, { format, activation, ...sizesOf(format) }),
    );
    return (name: string, resources: LinearResources, args: LinearArgs, slots: UniformSlots): Call[] => {
      const pieces = weights.pieces(name);
      const yRow = pieces.reduce((n, { matrix }) => n + matrix.rows, 0);
      return pieces.flatMap(({ matrix, firstRow }) =>
        kernels(matrix.format).calls(
          resources,
          matrix,
          { ...args, yRow, yAt: (args.yAt ?? 0) + firstRow, biasAt: firstRow },
          slots,
        ),
      );
    };
  };
  // A norm between the product and the rotation (Qwen3): the roles cannot be fused.
  const fusesQkv = !config.qkNorm;
  const [embed, residual, qkv, rope, linearQkv, decode, prefill, out, gateUp, gate, up, down, head] = await Promise.all(
    [
      createEmbedNorm(ctx, {
        format: weights.matrix('token_embedding').format,
        kind: norm.kind,
        position: position.kind === 'learned',
        bias,
      }),
      createResidualNorm(ctx, { kind: norm.kind, delta: true, bias }),
      byFormat(fusesQkv ? wholes('qkv') : [], (format) =>
        createQkvAppend(ctx, { format, shape, ...sizesOf(format), ...(inverseFrequencies && { inverseFrequencies }) }),
      ),
      createRopeAppend(ctx, { shape, qkNorm: config.qkNorm, ...(inverseFrequencies && { inverseFrequencies }) }),
      linear(layered('qkv')),
      createAttentionDecode(ctx, { headDim }),
      createAttentionPrefill(ctx, { headDim }),
      linear(layered('output')),
      byFormat(config.mlp === 'swiglu' ? wholes('gate_up') : [], (format) =>
        createGateUp(ctx, { format, ...sizesOf(format) }),
      ),
      config.mlp === 'swiglu' ? createGateActivation(ctx) : null,
      linear(layered(upName), config.mlp === 'gelu' ? 'gelu_tanh' : 'none'),
      linear(layered('down')),
      linear([headName]),
    ],
  );

  const normed = (name: string) => ({
    weight: weights.vector(`${name}.weight`),
    ...(bias && { bias: weights.vector(`${name}.bias`) }),
  });
  const biased = (name: string) => {
    const buffer = weights.optional(`${name}.bias`);
    return buffer ? { bias: buffer } : {};
  };

  /** The calls of one pass, in order. `splits` > 1 needs `partial`. */
  function calls(a: Activations, cache: KvCache, pass: PassShape, slots: UniformSlots): Call[] {
    const { rows } = pass;
    const { width, hidden } = config;
    const table = weights.matrix('token_embedding');
    const list: Call[] = table.chunks.map((chunk) =>
      embed.call(
        {
          rows: a.rows,
          table: chunk.data,
          ...(chunk.scales && { scales: chunk.scales }),
          ...(position.kind === 'learned' && { positions: weights.vector('position_embedding') }),
          ...normed('layers.0.norm_1'),
          x: a.x,
          y: a.y,
        },
        { rows, width, epsilon: norm.epsilon, firstRow: chunk.firstRow, chunkRows: chunk.rows },
        slots,
      ),
    );
    const addNorm = (name: string) =>
      residual.call({ x: a.x, y: a.y, delta: a.delta, ...normed(name) }, { rows, width, epsilon: norm.epsilon }, slots);
    for (let i = 0; i < config.layers; i++) {
      const at = `layers.${i}`;
      const { keys, values } = cache.layers[i]!;
      const fusedQkv = fusesQkv ? fused(`${at}.qkv.weight`, rows) : null;
      if (fusedQkv)
        list.push(
          qkv(fusedQkv.format).call(
            { x: a.y, ...biased(`${at}.qkv`), rows: a.rows, q: a.q, keys, values },
            fusedQkv,
            { rows },
            slots,
          ),
        );
      else {
        list.push(...linearQkv(`${at}.qkv.weight`, { x: a.y, y: a.wide, ...biased(`${at}.qkv`) }, { rows }, slots));
        list.push(
          rope.call(
            {
              qkv: a.wide,
              rows: a.rows,
              q: a.q,
              keys,
              values,
              ...(config.qkNorm && {
                qNorm: weights.vector(`${at}.q_norm.weight`),
                kNorm: weights.vector(`${at}.k_norm.weight`),
              }),
            },
            { rows, epsilon: norm.epsilon },
            slots,
          ),
        );
      }
      const attention = { rows, heads, kvHeads, context, window: config.slidingWindow };
      if (pass.attention === 'decode')
        list.push(
          ...decode.call(
            { rows: a.rows, q: a.q, keys, values, y: a.attended, partial: a.partial },
            { ...attention, splits: pass.splits },
            slots,
          ),
        );
      else list.push(prefill.call({ rows: a.rows, q: a.q, keys, values, y: a.attended }, attention, slots));
      list.push(
        ...out(`${at}.output.weight`, { x: a.attended, y: a.delta, ...biased(`${at}.output`) }, { rows }, slots),
      );
      list.push(addNorm(`${at}.norm_2`));
      const fusedGate = gate ? fused(`${at}.gate_up.weight`, rows) : null;
      if (fusedGate) list.push(gateUp(fusedGate.format).call({ x: a.y, h: a.hidden }, fusedGate, { rows }, slots));
      else {
        const resources = { x: a.y, y: gate ? a.wide : a.hidden, ...biased(`${at}.${upName}`) };
        list.push(...up(`${at}.${upName}.weight`, resources, { rows }, slots));
        if (gate) list.push(gate.call({ x: a.wide, h: a.hidden }, { rows, hidden }, slots));
      }
      list.push(...down(`${at}.down.weight`, { x: a.hidden, y: a.delta, ...biased(`${at}.down`) }, { rows }, slots));
      list.push(addNorm(i + 1 < config.layers ? `layers.${i + 1}.norm_1` : 'final_norm'));
    }
    let place = 0;
    for (const { from, count } of pass.runs) {
      list.push(
        ...head(
          headName,
          { x: a.y, y: a.logits },
          { rows: count, xAt: from * width, yAt: place * config.vocab },
          slots,
        ),
      );
      place += count;
    }
    return list;
  }
  return { calls };
}
export type Pass = Awaited<ReturnType<typeof createPass>>;
