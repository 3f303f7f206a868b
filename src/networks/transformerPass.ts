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
import { createQkvAppend } from '../kernels/linear/qkvAppend.ts';
import { createResidualNorm } from '../kernels/norm/residualNorm.ts';
import { createRopeAppend } from '../kernels/linear/ropeAppend.ts';
import { MOST_ROWS, type RowSize } from '../kernels/linear/rowDots.ts';
import type { WeightFormat } from '../core/weightFormat.ts';
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
const fewRows = (ctx: GpuContext, format: WeightFormat) => (ctx.info.isSoftware && format === 'f32' ? 4 : MOST_ROWS);

/** Kernels of one architecture and weight format; compiled once, shared by all sessions of the model. */
export async function createPass(
  ctx: GpuContext,
  config: TransformerConfig,
  weights: TransformerWeights,
  context: number,
) {
  const { heads, kvHeads, headDim, norm, position } = config;
  const formatOf = (name: string): WeightFormat => weights.matrix(name).format;
  const qkvFormat = formatOf('layers.0.qkv.weight');
  const headName = config.tied ? 'token_embedding' : 'head.weight';
  const upName = config.mlp === 'swiglu' ? 'gate_up' : 'up';
  const inverseFrequencies = position.kind === 'rope' ? position.inverseFrequencies : undefined;
  const shape = { heads, kvHeads, headDim, context };
  // Each matrix by its own format: some are kept wider than the rest.
  const mostOf = (name: string) => fewRows(ctx, formatOf(name));
  const sizesOf = (format: WeightFormat) => ({ sizes: ROW_SIZES.filter((size) => size <= fewRows(ctx, format)) });
  const bias = norm.kind === 'layernorm';
  const whole = (name: string) => weights.matrix(name).chunks.length === 1;
  // A norm between the product and the rotation (Qwen3), or a matrix in pieces: the roles cannot be fused.
  const fusedQkv = !config.qkNorm && whole('layers.0.qkv.weight');
  const fusedGate = config.mlp === 'swiglu' && whole('layers.0.gate_up.weight');

  const linear = (name: string, activation: 'none' | 'gelu_tanh' = 'none') =>
    createLinear(ctx, { format: formatOf(name), activation, ...sizesOf(formatOf(name)) });
  const [embed, residual, qkv, rope, linearQkv, decode, prefill, out, gateUp, gate, up, down, head] = await Promise.all(
    [
      createEmbedNorm(ctx, {
        format: formatOf('token_embedding'),
        kind: norm.kind,
        position: position.kind === 'learned',
        bias,
      }),
      createResidualNorm(ctx, { kind: norm.kind, delta: true, bias }),
      fusedQkv
        ? createQkvAppend(ctx, {
            format: qkvFormat,
            shape,
            ...sizesOf(qkvFormat),
            ...(inverseFrequencies && { inverseFrequencies }),
          })
        : null,
      createRopeAppend(ctx, { shape, qkNorm: config.qkNorm, ...(inverseFrequencies && { inverseFrequencies }) }),
      linear('layers.0.qkv.weight'),
      createAttentionDecode(ctx, { headDim }),
      createAttentionPrefill(ctx, { headDim }),
      linear('layers.0.output.weight'),
      fusedGate
        ? createGateUp(ctx, {
            format: formatOf('layers.0.gate_up.weight'),
            ...sizesOf(formatOf('layers.0.gate_up.weight')),
          })
        : null,
      config.mlp === 'swiglu' ? createGateActivation(ctx) : null,
      linear(`layers.0.${upName}.weight`, config.mlp === 'gelu' ? 'gelu_tanh' : 'none'),
      linear('layers.0.down.weight'),
      linear(headName),
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
      if (qkv && rows <= mostOf('layers.0.qkv.weight'))
        list.push(
          qkv.call(
            { x: a.y, ...biased(`${at}.qkv`), rows: a.rows, q: a.q, keys, values },
            weights.matrix(`${at}.qkv.weight`),
            { rows },
            slots,
          ),
        );
      else {
        list.push(
          ...linearQkv.calls(
            { x: a.y, y: a.wide, ...biased(`${at}.qkv`) },
            weights.matrix(`${at}.qkv.weight`),
            { rows },
            slots,
          ),
        );
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
        ...out.calls(
          { x: a.attended, y: a.delta, ...biased(`${at}.output`) },
          weights.matrix(`${at}.output.weight`),
          { rows },
          slots,
        ),
      );
      list.push(addNorm(`${at}.norm_2`));
      if (gateUp && rows <= mostOf('layers.0.gate_up.weight'))
        list.push(gateUp.call({ x: a.y, h: a.hidden }, weights.matrix(`${at}.gate_up.weight`), { rows }, slots));
      else {
        list.push(
          ...up.calls(
            { x: a.y, y: gate ? a.wide : a.hidden, ...biased(`${at}.${upName}`) },
            weights.matrix(`${at}.${upName}.weight`),
            { rows },
            slots,
          ),
        );
        if (gate) list.push(gate.call({ x: a.wide, h: a.hidden }, { rows, hidden }, slots));
      }
      list.push(
        ...down.calls(
          { x: a.hidden, y: a.delta, ...biased(`${at}.down`) },
          weights.matrix(`${at}.down.weight`),
          { rows },
          slots,
        ),
      );
      list.push(addNorm(i + 1 < config.layers ? `layers.${i + 1}.norm_1` : 'final_norm'));
    }
    let place = 0;
    for (const { from, count } of pass.runs) {
      list.push(
        ...head.calls(
          { x: a.y, y: a.logits },
          weights.matrix(headName),
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
