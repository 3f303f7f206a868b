import { type CacheTypes, plainCache } from '../core/cacheFormat.ts';
import { scalesOf, type TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createEmbedNorm } from '../kernels/norm/embedNorm.ts';
import { createResidualNorm } from '../kernels/norm/residualNorm.ts';
import { createRowNorm } from '../kernels/norm/rowNorm.ts';
import type { KvCache } from './kvCache.ts';
import { createAttention } from './transformerAttention.ts';
import { createFeedForward } from './transformerFeedForward.ts';
import { inPlace, partsOf, type Activations, type PassShape } from './transformerParts.ts';
import type { TransformerWeights } from './transformerWeights.ts';

/** Kernels of one architecture and its weights' formats; compiled once, shared by all sessions of the model. */
export async function createPass(
  ctx: GpuContext,
  config: TransformerConfig,
  weights: TransformerWeights,
  context: number,
  cacheTypes: CacheTypes = plainCache,
) {
  const { norm, width, layers, normAt = 'before', parallel = false } = config;
  const { epsilon } = norm;
  const parts = partsOf(ctx, config, weights);
  const { normed } = parts;
  const scales = scalesOf(config);
  const cap = config.softCap?.logits ?? null;
  const learned = config.position.kind === 'learned';
  const headName = config.tied ? 'token_embedding' : 'head.weight';
  const kind = { kind: norm.kind, bias: norm.kind === 'layernorm' };
  // Where the stream changes without a norm of its own that goes with it.
  const apart = parallel || normAt !== 'before';
  const [embed, residual, alone, post, attention, feedForward, head, scaled, capped] = await Promise.all([
    createEmbedNorm(ctx, { format: weights.matrix('token_embedding').format, position: learned, ...kind }),
    createResidualNorm(ctx, { delta: true, ...kind }),
    apart ? createResidualNorm(ctx, { delta: false, ...kind }) : null,
    normAt === 'before' ? null : createRowNorm(ctx, { add: true }),
    createAttention(parts, context, cacheTypes),
    createFeedForward(parts),
    parts.linear([headName]),
    inPlace(ctx, 'scale', scales.logits !== 1),
    inPlace(ctx, 'clamp', cap !== null),
  ]);
  /** The norm before the first layer's attention; where there is none, its result is not read. */
  const firstNorm = normAt === 'after' ? 'final_norm' : 'layers.0.norm_1';

  /**
   * The calls of one pass, in order. `splits` > 1 needs `partial`. `mark` hears after how many of them the residual
   * stream lies in a.x as `layers` layers leave it, and after how many a layer's queries lie in a.q and what attention
   * made of them has been used.
   */
  function calls(
    a: Activations,
    cache: KvCache,
    pass: PassShape,
    slots: UniformSlots,
    mark: (what: 'stream' | 'queries', layers: number, calls: number) => void = () => {},
  ): Call[] {
    const { rows } = pass;
    const table = weights.matrix('token_embedding');
    const list: Call[] = table.chunks.map((chunk) =>
      embed.call(
        {
          rows: a.rows,
          table: chunk.data,
          ...(chunk.scales && { scales: chunk.scales }),
          ...(learned && { positions: weights.vector('position_embedding') }),
          ...normed(firstNorm),
          x: a.x,
          y: a.y,
        },
        { rows, width, epsilon, scale: scales.embedding, firstRow: chunk.firstRow, chunkRows: chunk.rows },
        slots,
      ),
    );
    const size = { rows, width, epsilon };
    const scale = scales.residual;
    const addNorm = (name: string) =>
      residual.call({ x: a.x, y: a.y, delta: a.delta, ...normed(name) }, { ...size, scale }, slots);
    const normAlone = (name: string) => alone!.call({ x: a.x, y: a.y, ...normed(name) }, size, slots);
    /** x += norm(delta), and y = norm(x) where the next block has one. */
    const postNorm = (name: string, next: string | null): Call[] => [
      post!.call({ x: a.x, delta: a.delta, weight: weights.vector(`${name}.weight`) }, { ...size, scale }, slots),
      ...(next === null ? [] : [normAlone(next)]),
    ];
    const places = pass.runs.reduce((n, { count }) => n + count, 0);
    /** The head on the rows of `x` whose logits are wanted, from `place` on. */
    const headed = (x: GPUBuffer, first: number) => {
      let place = first;
      for (const { from, count } of pass.runs) {
        const at = { rows: count, xAt: from * width, yAt: place * config.vocab };
        list.push(...head(headName, { x, y: a.logits }, at, slots));
        place += count;
      }
    };
    const early = pass.early ?? [];
    const readEarly = (layer: number) =>
      early.forEach((l, k) => {
        if (l === layer) headed(a.x, (1 + k) * places);
      });
    const input = normAt === 'after' ? a.x : a.y;
    for (let i = 0; i < layers; i++) {
      readEarly(i);
      mark('stream', i, list.length);
      const at = `layers.${i}`;
      const last = i + 1 === layers;
      const next = last ? 'final_norm' : `layers.${i + 1}.norm_1`;
      list.push(...attention(i, input, a, cache, pass, slots));
      mark('queries', i, list.length);
      // In parallel the feed-forward block reads the stream before attention is added, and adds to what that gave.
      if (parallel) list.push(normAlone(`${at}.norm_2`));
      else if (normAt === 'before') list.push(addNorm(`${at}.norm_2`));
      else list.push(...postNorm(`${at}.post_norm_1`, normAt === 'both' ? `${at}.norm_2` : null));
      list.push(...feedForward(i, input, a, rows, slots));
      if (normAt === 'before') list.push(addNorm(next));
      else list.push(...postNorm(`${at}.post_norm_2`, normAt === 'both' || last ? next : null));
    }
    mark('stream', layers, list.length);
    headed(a.y, 0);
    const made = places * (1 + early.length) * config.vocab;
    if (made > 0) {
      list.push(...scaled(a.logits, made, slots, scales.logits));
      list.push(...capped(a.logits, made, slots, cap ?? undefined));
    }
    return list;
  }
  return { calls, weights };
}
export type Pass = Awaited<ReturnType<typeof createPass>>;
