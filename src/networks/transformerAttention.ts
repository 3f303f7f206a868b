import { type CacheTypes, isBlockCache } from '../core/cacheFormat.ts';
import { attentionOf, frequenciesFor, scalesOf, type Position } from '../formats/transformerConfig.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createAttentionDecode } from '../kernels/attention/attentionDecode.ts';
import { createAttentionPrefill } from '../kernels/attention/attentionPrefill.ts';
import { createQkvAppend } from '../kernels/linear/qkvAppend.ts';
import { createRopeAppend } from '../kernels/linear/ropeAppend.ts';
import { createRowNorm } from '../kernels/norm/rowNorm.ts';
import type { KvCache } from './kvCache.ts';
import { byFormat, type Activations, type Parts, type PassShape } from './transformerParts.ts';

/** Attention of every layer: `input` (rows, width) → a.delta, keys and values appended to the cache. */
export async function createAttention(parts: Parts, context: number, cacheTypes: CacheTypes) {
  const { ctx, config, weights, sizesOf, biased, fused, layered, wholes } = parts;
  const { heads, kvHeads, headDim, norm, qkNorm } = config;
  const shape = { heads, kvHeads, headDim, context };
  // A norm between the product and the rotation (Qwen3), or blocks that several of its invocations would have to make
  // together: the roles cannot be fused.
  const fuses = !qkNorm && !isBlockCache(cacheTypes.keys) && !isBlockCache(cacheTypes.values);
  const cap = config.softCap?.attention ?? null;
  const made = { headDim, capped: cap !== null, cache: cacheTypes };
  const rotary = (position: Position) =>
    position.kind === 'rope'
      ? { inverseFrequencies: frequenciesFor(position, context), amplitude: position.amplitude ?? 1 }
      : {};
  // Layers that rotate alike share their kernels.
  const layers = Array.from({ length: config.layers }, (_, i) => {
    const { window, position } = attentionOf(config, i);
    return { window, rotary: rotary(position), key: JSON.stringify(rotary(position)) };
  });
  const kinds = new Map(layers.map(({ key, rotary }) => [key, rotary]));
  const [appends, linearQkv, decode, prefill, out, whole] = await Promise.all([
    Promise.all(
      [...kinds].map(async ([key, rotary]) => {
        const [qkv, rope] = await Promise.all([
          byFormat(fuses ? wholes('qkv') : [], (format) =>
            createQkvAppend(ctx, { format, shape, cache: cacheTypes, ...sizesOf(format), ...rotary }),
          ),
          createRopeAppend(ctx, { shape, cache: cacheTypes, qkNorm: qkNorm === true, ...rotary }),
        ]);
        return [key, { qkv, rope }] as const;
      }),
    ),
    parts.linear(layered('qkv')),
    createAttentionDecode(ctx, made),
    createAttentionPrefill(ctx, made),
    parts.linear(layered('output')),
    qkNorm === 'whole' ? createRowNorm(ctx, { add: false }) : null,
  ]);
  const appendOf = new Map(appends);
  const [q, kv] = [heads * headDim, kvHeads * headDim];

  return function calls(
    i: number,
    input: GPUBuffer,
    a: Activations,
    cache: KvCache,
    pass: PassShape,
    slots: UniformSlots,
  ): Call[] {
    const { rows } = pass;
    const at = `layers.${i}`;
    const { keys, values } = cache.layers[i]!;
    const { scalesAt } = cache;
    const { window, key } = layers[i]!;
    const { qkv, rope } = appendOf.get(key)!;
    const matrix = fuses ? fused(`${at}.qkv.weight`, rows) : null;
    const list: Call[] = [];
    if (matrix)
      list.push(
        qkv(matrix.format).call(
          { x: input, ...biased(`${at}.qkv`), rows: a.rows, q: a.q, keys, values },
          matrix,
          { rows },
          slots,
        ),
      );
    else {
      list.push(...linearQkv(`${at}.qkv.weight`, { x: input, y: a.wide, ...biased(`${at}.qkv`) }, { rows }, slots));
      const [qNorm, kNorm] = qkNorm
        ? [weights.vector(`${at}.q_norm.weight`), weights.vector(`${at}.k_norm.weight`)]
        : [];
      const { epsilon } = norm;
      if (whole)
        for (const [weight, width, xAt] of [
          [qNorm!, q, 0],
          [kNorm!, kv, q],
        ] as const)
          list.push(whole.call({ x: a.wide, weight }, { rows, width, epsilon, xAt, xRow: q + 2 * kv }, slots));
      list.push(
        rope.call(
          { qkv: a.wide, rows: a.rows, q: a.q, keys, values, ...(qkNorm === true && { qNorm: qNorm!, kNorm: kNorm! }) },
          { rows, epsilon, scalesAt },
          slots,
        ),
      );
    }
    const seen = { rows, heads, kvHeads, context, window, scale: scalesOf(config).attention, cap, scalesAt };
    if (pass.attention === 'decode')
      list.push(
        ...decode.call(
          { rows: a.rows, q: a.q, keys, values, y: a.attended, partial: a.partial },
          { ...seen, splits: pass.splits },
          slots,
        ),
      );
    else list.push(prefill.call({ rows: a.rows, q: a.q, keys, values, y: a.attended }, seen, slots));
    list.push(...out(`${at}.output.weight`, { x: a.attended, y: a.delta, ...biased(`${at}.output`) }, { rows }, slots));
    return list;
  };
}
