import type { CacheTypes } from '../core/cacheFormat.ts';
import { isGated, type TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import { decodePartialBytes, decodeSplits } from '../kernels/attention/attentionDecode.ts';
import { MOST_ROWS } from '../kernels/linear/rowDots.ts';
import { createTopk, topkBytes } from '../kernels/sampling/topk.ts';
import { Holdings } from './holdings.ts';
import { KvCache } from './kvCache.ts';
import { expertActivations, expertsWide } from './expertActivations.ts';
import { passSlots, type Activations } from './transformerParts.ts';
import { createPass } from './transformerPass.ts';
import { Session } from './transformerSession.ts';
import type { LookingSession, Stream } from './transformerTypes.ts';
import type { TransformerWeights } from './transformerWeights.ts';

export interface SessionOptions {
  /** Sequences at first; more are made when more are opened. */
  readonly slots: number;
  /** Tokens a sequence may hold; the model's own context bounds it. */
  readonly context: number;
  readonly owner: string;
  /** Most token rows of one pass; by memory when absent. */
  readonly mostRows?: number;
  /** What keys and values are kept in; float32 unless given. */
  readonly cache?: CacheTypes;
}

/** Token rows of a pass, logits read back at once, and partial results of attention, that memory should allow. */
const MOST_PASS_ROWS = 256;
const LOGIT_BYTES = 32 * 2 ** 20;
const PARTIAL_BYTES = 16 * 2 ** 20;
/** Most runs of keys that a decode pass is cut into; decodeSplits never asks for more. */
const MOST_SPLITS = 64;

/**
 * A transformer on the GPU, ready for several sequences. src/models/networks/transformer.ts is the same computation in
 * plain float64 loops. One encoder, one pass, one submit and one read-back for each forward pass; nothing is allocated
 * in it.
 */
export function createTransformer(
  ctx: GpuContext,
  config: TransformerConfig,
  weights: TransformerWeights,
  options: SessionOptions,
): Promise<LookingSession> {
  return Holdings.build(ctx, options.owner, async (hold) => {
    const context = Math.min(options.context, config.context);
    const { vocab, width, hidden } = config;
    const limit = ctx.info.limits.maxStorageBufferBindingSize;
    const mixed = expertsWide(config);
    const inner = Math.max(hidden, mixed.hidden);
    const wide = Math.max(
      (config.heads + 2 * config.kvHeads) * config.headDim,
      isGated(config) ? 2 * hidden : 0,
      mixed.wide,
    );
    const mostRows = Math.max(
      1,
      Math.min(
        options.mostRows ?? MOST_PASS_ROWS,
        Math.floor(limit / (4 * Math.max(wide, inner, width, mixed.outputs))),
      ),
    );
    const mostPlaces = Math.max(
      1,
      Math.min(mostRows, Math.max(MOST_ROWS, Math.floor(LOGIT_BYTES / (4 * vocab))), Math.floor(limit / (4 * vocab))),
    );
    const queries = config.heads * config.headDim;
    // The same for every pass of a session: how a sum over keys is cut must not depend on who else is in the pass.
    const splits = Math.min(MOST_SPLITS, decodeSplits(ctx.info, { rows: 1, heads: config.heads, length: context }));
    const partialOf = (rows: number) => decodePartialBytes(rows, config.heads, splits, config.headDim);
    const splitRows = Math.max(1, Math.min(mostRows, Math.floor(Math.min(limit, PARTIAL_BYTES) / partialOf(1))));
    const sizes = topkBytes({ rows: MOST_ROWS, vocab });
    const [pass, topk] = await Promise.all([createPass(ctx, config, weights, context, options.cache), createTopk(ctx)]);
    const cache = await KvCache.create(ctx, config, {
      slots: options.slots,
      context,
      owner: options.owner,
      ...(options.cache && { types: options.cache }),
    });
    try {
      const floats = (label: string, count: number) => hold.floats(label, count);
      const activations: Activations = {
        rows: await floats('rows', mostRows * 4),
        x: await floats('residual stream', mostRows * width),
        y: await floats('normed', mostRows * width),
        delta: await floats('delta', mostRows * width),
        q: await floats('queries', mostRows * queries),
        attended: await floats('attended', mostRows * queries),
        wide: await floats('wide', mostRows * wide),
        hidden: await floats('hidden', mostRows * inner),
        partial: await floats('partial', partialOf(splitRows) / 4),
        logits: await floats('logits', mostPlaces * vocab),
        ...(config.experts && { experts: await expertActivations(config.experts, width, mostRows, floats) }),
      };
      const draw = {
        params: await floats('draw params', sizes.params / 4),
        stats: await floats('draw stats', sizes.stats / 4),
        blocks: await floats('draw blocks', sizes.blocks / 4),
        candidates: await floats('candidates', sizes.candidates / 4),
        out: await floats('drawn', sizes.out / 4),
      };
      const slots = await hold.slots(12 * passSlots(config));
      const staging = await hold.staging('read-back', 4 * (mostPlaces * vocab + mostRows * width));
      const parts = {
        ctx,
        config,
        context,
        cache,
        pass,
        topk,
        activations,
        draw,
        slots,
        staging,
        mostRows,
        mostPlaces,
        splits,
        splitRows,
        hold,
      };
      const session = new Session(parts);
      // Few readers look inside: what that takes is loaded when the first one does.
      const inside = () => import('./transformerLook.ts');
      return Object.assign(session, {
        look: async (...what: Parameters<LookingSession['look']>) => (await inside()).look(session, parts, ...what),
        read: async (streams: readonly Stream[]) => (await inside()).read(session, parts, streams),
      });
    } catch (error) {
      cache.destroy();
      throw error;
    }
  });
}
