import { cacheFault, type CacheTypes } from '../../core/cacheFormat.ts';
import {
  attentionOf,
  expertsAt,
  frequenciesFor,
  isGated,
  scalesOf,
  type TransformerConfig,
} from '../../formats/transformerConfig.ts';
import { geluErf } from '../../math/reference/pointwise.ts';
import { gelu, silu } from './layers.ts';
import { SequenceCache, type SequenceState } from './sequenceCache.ts';
import { expertsReference, gatedBy } from './transformerExperts.ts';
import { assertEarly } from './earlyLayers.ts';
import { affine, attend, normed, rotate, type Numbers } from './transformerLayers.ts';

/** Weights by canonical name (weightPlan.ts), [out, in] row-major. */
export type TransformerWeights = ReadonlyMap<string, Float32Array | Float64Array>;

/** Hears what a pass makes on its way. */
export interface TransformerWatch {
  /** The residual stream (rows, width) after so many layers, 0 … layers; valid during the call. */
  stream?(layers: number, x: Float64Array): void;
  /** What a new row's head gives each position from … to, summing to 1; valid during the call. */
  attention?(layer: number, row: number, head: number, from: number, weights: Float64Array): void;
}

export interface TransformerReference {
  readonly config: TransformerConfig;
  /** An empty sequence, its keys and values kept in `cache` (as they are unless given). */
  start(cache?: CacheTypes): SequenceState;
  /**
   * Appends tokens to the sequence. `logits`[i], of length vocab, is for the token after tokens[i]; `hidden`[i], of
   * length width, is the residual stream after the final norm. With `last`, only the last token's (prefill). `early` asks
   * for the head's logits of the stream after so many layers, as it is there: `early`[i][k]. RangeError for tokens that
   * are not in the vocabulary or do not fit into the context, and for layers that are not before the last.
   */
  forward(
    sequence: SequenceState,
    tokens: ArrayLike<number>,
    options?: { readonly last?: boolean; readonly early?: readonly number[]; readonly watch?: TransformerWatch },
  ): {
    readonly logits: Float64Array[];
    readonly hidden: Float64Array[];
    readonly early?: Float64Array[][];
  };
  /** The logits that final norm and head read in rows of a residual stream (rows, width). */
  read(x: Float64Array): { readonly logits: Float64Array[]; readonly hidden: Float64Array[] };
}

const same = (x: Float64Array): Float64Array => x;

/**
 * The decoder-only transformer in float64, one readable loop after the other: what the GPU is checked against. Runs
 * what TransformerConfig describes. RangeError when a weight is missing or has another
 * length than the configuration needs.
 */
export function createTransformerReference(
  config: TransformerConfig,
  weights: TransformerWeights,
): TransformerReference {
  const { width, heads, kvHeads, headDim, hidden, vocab, context, layers, norm, normAt = 'before' } = config;
  const scales = scalesOf(config);
  const [qWidth, kvWidth] = [heads * headDim, kvHeads * headDim];
  const take = (name: string, length: number): Numbers => {
    const found = weights.get(name);
    if (found?.length !== length)
      throw new RangeError(`weight ${name} must have ${length} numbers, got ${found?.length ?? 'none'}`);
    return found;
  };
  const linear = (name: string, out: number, into: number, biased: boolean) => {
    const [weight, bias] = [take(`${name}.weight`, out * into), biased ? take(`${name}.bias`, out) : null];
    return (x: Float64Array, rows: number) => affine(x, rows, weight, bias, out);
  };
  const normOf = (name: string) => {
    const centred = norm.kind === 'layernorm';
    const [weight, bias] = [take(`${name}.weight`, width), centred ? take(`${name}.bias`, width) : null];
    return (x: Float64Array) => normed(x, width, norm.epsilon, weight, bias, centred);
  };
  const headNorm = (name: string, count: number) => {
    const size = config.qkNorm === 'whole' ? count * headDim : headDim;
    const weight = take(name, size);
    return (x: Float64Array) => normed(x, size, norm.epsilon, weight, null, false);
  };
  const activation = { gelu, gelu_erf: geluErf, swiglu: silu, geglu: gelu }[config.mlp];
  const gated = gatedBy(activation, hidden);
  const feedForwardOf = (i: number, at: string) => {
    const experts = expertsAt(config, i);
    if (experts) return expertsReference(experts, width, (name, length) => take(at + name, length));
    const up = isGated(config)
      ? linear(`${at}gate_up`, 2 * hidden, width, false)
      : linear(`${at}up`, hidden, width, config.bias.mlp);
    const down = linear(`${at}down`, width, hidden, config.bias.mlp);
    return (x: Float64Array, rows: number) => {
      const inner = up(x, rows);
      return down(isGated(config) ? gated(inner, rows) : inner.map(activation), rows);
    };
  };
  const embedding = take('token_embedding', vocab * width);
  const positions = config.position.kind === 'learned' ? take('position_embedding', context * width) : null;
  const blocks = Array.from({ length: layers }, (_, i) => {
    const at = `layers.${i}.`;
    return {
      ...attentionOf(config, i),
      norm1: normAt === 'after' ? same : normOf(`${at}norm_1`),
      postNorm1: normAt === 'before' ? same : normOf(`${at}post_norm_1`),
      qkv: linear(`${at}qkv`, qWidth + 2 * kvWidth, width, config.bias.qkv),
      output: linear(`${at}output`, width, qWidth, config.bias.output),
      qNorm: config.qkNorm ? headNorm(`${at}q_norm.weight`, heads) : null,
      kNorm: config.qkNorm ? headNorm(`${at}k_norm.weight`, kvHeads) : null,
      norm2: normAt === 'after' ? same : normOf(`${at}norm_2`),
      postNorm2: normAt === 'before' ? same : normOf(`${at}post_norm_2`),
      feedForward: feedForwardOf(i, at),
    };
  });
  const finalNorm = normOf('final_norm');
  const head = config.tied ? embedding : take('head.weight', vocab * width);

  /** Columns from … from + size − 1 of every row of qkv. */
  const columns = (qkv: Float64Array, rows: number, from: number, size: number): Float64Array => {
    const out = new Float64Array(rows * size);
    const stride = qWidth + 2 * kvWidth;
    for (let r = 0; r < rows; r++) out.set(qkv.subarray(r * stride + from, r * stride + from + size), r * size);
    return out;
  };

  const cap = config.softCap?.logits ?? null;
  /** The head's logits of rows of width numbers. */
  const headed = (x: Float64Array) =>
    affine(x, x.length / width, head, null, vocab).map((v) =>
      cap === null ? scales.logits * v : cap * Math.tanh((scales.logits * v) / cap),
    );
  const split = (all: Float64Array, size: number) =>
    Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size));
  function read(x: Float64Array): { readonly logits: Float64Array[]; readonly hidden: Float64Array[] } {
    const final = finalNorm(x);
    return { logits: split(headed(final), vocab), hidden: split(final, width) };
  }

  return {
    config,
    read,
    start(cache) {
      const fault = cache ? cacheFault(cache, config) : null;
      if (fault) throw new RangeError(fault);
      return new SequenceCache(layers, kvWidth, cache);
    },
    forward(sequence, tokens, options = {}) {
      if (!(sequence instanceof SequenceCache)) throw new RangeError('the sequence was not started by this reference');
      const rows = tokens.length;
      const start = sequence.length;
      if (rows < 1 || start + rows > context)
        throw new RangeError(`${rows} tokens after ${start} do not fit into a context of ${context}`);
      const x = new Float64Array(rows * width);
      for (let r = 0; r < rows; r++) {
        const token = tokens[r]!;
        if (!Number.isInteger(token) || token < 0 || token >= vocab)
          throw new RangeError(`token ${token} is not in the vocabulary of ${vocab}`);
        for (let j = 0; j < width; j++)
          x[r * width + j] =
            scales.embedding * embedding[token * width + j]! + (positions ? positions[(start + r) * width + j]! : 0);
      }
      const { watch } = options;
      watch?.stream?.(0, x);
      const scores = new Float64Array(start + rows);
      const add = (delta: Float64Array) => delta.forEach((v, i) => (x[i]! += scales.residual * v));
      assertEarly(options.early ?? [], layers);
      const streams = new Map<number, Float64Array>();
      blocks.forEach((block, layer) => {
        if (options.early?.includes(layer)) streams.set(layer, x.slice(options.last ? (rows - 1) * width : 0));
        const qkv = block.qkv(block.norm1(x), rows);
        let [q, k] = [columns(qkv, rows, 0, qWidth), columns(qkv, rows, qWidth, kvWidth)];
        if (block.qNorm && block.kNorm) [q, k] = [block.qNorm(q), block.kNorm(k)];
        const { position, window } = block;
        if (position.kind === 'rope') {
          const frequencies = frequenciesFor(position, context);
          rotate(q, headDim, (h) => start + Math.floor(h / heads), frequencies, position.amplitude);
          rotate(k, headDim, (h) => start + Math.floor(h / kvHeads), frequencies, position.amplitude);
        }
        const { keys, values } = sequence.append(layer, k, columns(qkv, rows, qWidth + kvWidth, kvWidth));
        const mixed = new Float64Array(rows * qWidth);
        for (let r = 0; r < rows; r++) {
          const to = start + r;
          const from = window === null ? 0 : Math.max(0, to - window + 1);
          for (let h = 0; h < heads; h++) {
            attend(
              q,
              r * qWidth + h * headDim,
              keys,
              values,
              Math.floor((h * kvHeads) / heads) * headDim,
              kvWidth,
              from,
              to,
              headDim,
              scores,
              mixed,
              scales.attention,
              config.softCap?.attention ?? null,
            );
            watch?.attention?.(layer, r, h, from, scores.subarray(from, to + 1));
          }
        }
        const forward = () => block.postNorm2(block.feedForward(block.norm2(x), rows));
        const attended = block.postNorm1(block.output(mixed, rows));
        // In parallel both are made from the x that was; in turn the second sees what the first added.
        const beside = config.parallel ? forward() : null;
        add(attended);
        add(beside ?? forward());
        watch?.stream?.(layer + 1, x);
      });
      sequence.length = start + rows;
      const wanted = options.last ? x.subarray((rows - 1) * width) : x;
      const early = options.early?.map((layer) => split(headed(streams.get(layer)!), vocab));
      const count = wanted.length / width;
      return {
        ...read(wanted),
        ...(early && { early: Array.from({ length: count }, (_, i) => early.map((rows) => rows[i]!)) }),
      };
    },
  };
}
