import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { gelu, silu } from './layers.ts';

/** Weights by canonical name (weightPlan.ts), [out, in] row-major. */
export type TransformerWeights = ReadonlyMap<string, Float32Array | Float64Array>;

/** One sequence's cache of keys (after RoPE and k-norm) and values. */
export interface SequenceState {
  /** Tokens seen. */
  readonly length: number;
  /** A copy that goes its own way. */
  fork(): SequenceState;
  /** Forgets all tokens from `length` on. RangeError beyond the present length. */
  rollback(length: number): void;
}

export interface TransformerReference {
  readonly config: TransformerConfig;
  /** An empty sequence. */
  start(): SequenceState;
  /**
   * Appends tokens to the sequence. `logits`[i], of length vocab, is for the token after tokens[i]; `hidden`[i], of
   * length width, is the residual stream after the final norm. With `last`, only the last token's (prefill). RangeError
   * for tokens that are not in the vocabulary or do not fit into the context.
   */
  forward(
    sequence: SequenceState,
    tokens: ArrayLike<number>,
    options?: { readonly last?: boolean },
  ): { readonly logits: Float64Array[]; readonly hidden: Float64Array[] };
}

type Numbers = Float32Array | Float64Array;

/**
 * out[r] = W x[r] + b. Each sum runs over k in order whatever the number of rows, so that a prompt in pieces gives the
 * same bits as in one go; four outputs at a time keep the processor busy.
 */
function affine(x: Float64Array, rows: number, weight: Numbers, bias: Numbers | null, width: number): Float64Array {
  const depth = x.length / rows;
  const out = new Float64Array(rows * width);
  for (let n = 0; n < width; n += 4) {
    const [n1, n2, n3] = [Math.min(n + 1, width - 1), Math.min(n + 2, width - 1), Math.min(n + 3, width - 1)];
    for (let r = 0; r < rows; r++) {
      let [a0, a1, a2, a3] = [0, 0, 0, 0];
      const [at, w0, w1, w2, w3] = [r * depth, n * depth, n1 * depth, n2 * depth, n3 * depth];
      for (let k = 0; k < depth; k++) {
        const v = x[at + k]!;
        a0 += weight[w0 + k]! * v;
        a1 += weight[w1 + k]! * v;
        a2 += weight[w2 + k]! * v;
        a3 += weight[w3 + k]! * v;
      }
      // Past the end the last output is computed and stored again.
      const o = r * width;
      out[o + n] = a0 + (bias ? bias[n]! : 0);
      out[o + n1] = a1 + (bias ? bias[n1]! : 0);
      out[o + n2] = a2 + (bias ? bias[n2]! : 0);
      out[o + n3] = a3 + (bias ? bias[n3]! : 0);
    }
  }
  return out;
}

/**
 * Root-mean-square norm (Zhang and Sennrich 2019) or layer norm (Ba et al. 2016) of every row of length d, with the
 * learned factor and shift.
 */
function normed(
  x: Float64Array,
  d: number,
  epsilon: number,
  weight: Numbers,
  bias: Numbers | null,
  centred: boolean,
): Float64Array {
  const out = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += d) {
    let [mean, square] = [0, 0];
    if (centred) for (let j = 0; j < d; j++) mean += x[row + j]! / d;
    for (let j = 0; j < d; j++) square += (x[row + j]! - mean) ** 2 / d;
    const inverse = 1 / Math.sqrt(square + epsilon);
    for (let j = 0; j < d; j++) out[row + j] = (x[row + j]! - mean) * inverse * weight[j]! + (bias ? bias[j]! : 0);
  }
  return out;
}

/**
 * Rotates elements j and j + headDim/2 of every head by position·frequency[j] (Su et al. 2021, in halves), in place.
 */
function rotate(
  x: Float64Array,
  headDim: number,
  positionOf: (head: number) => number,
  frequencies: readonly number[],
): void {
  const half = headDim / 2;
  for (let at = 0, head = 0; at < x.length; at += headDim, head++) {
    const position = positionOf(head);
    for (let j = 0; j < half; j++) {
      const [cos, sin] = [Math.cos(position * frequencies[j]!), Math.sin(position * frequencies[j]!)];
      const [a, b] = [x[at + j]!, x[at + j + half]!];
      x[at + j] = a * cos - b * sin;
      x[at + j + half] = b * cos + a * sin;
    }
  }
}

/** Per layer, [position][kvHeads·headDim]; grows by doubling. */
class Cache implements SequenceState {
  length = 0;
  readonly #keys: Float64Array[];
  readonly #values: Float64Array[];
  readonly #row: number;
  constructor(layers: number, row: number, from?: Cache) {
    this.#row = row;
    const copy = (x: Float64Array) => x.slice(0, from!.length * row);
    this.length = from?.length ?? 0;
    this.#keys = from ? from.#keys.map(copy) : Array.from({ length: layers }, () => new Float64Array(0));
    this.#values = from ? from.#values.map(copy) : Array.from({ length: layers }, () => new Float64Array(0));
  }
  fork(): Cache {
    return new Cache(this.#keys.length, this.#row, this);
  }
  rollback(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.length)
      throw new RangeError(`cannot go back to ${length} tokens; the sequence has ${this.length}`);
    this.length = length;
  }
  /** Keys and values of a layer with the new rows after the old ones. */
  append(
    layer: number,
    keys: Float64Array,
    values: Float64Array,
  ): { readonly keys: Float64Array; readonly values: Float64Array } {
    const grown = (old: Float64Array, added: Float64Array) => {
      const at = this.length * this.#row;
      let room = old;
      if (room.length < at + added.length) {
        room = new Float64Array(Math.max(at + added.length, 2 * old.length));
        room.set(old.subarray(0, at));
      }
      room.set(added, at);
      return room;
    };
    return {
      keys: (this.#keys[layer] = grown(this.#keys[layer]!, keys)),
      values: (this.#values[layer] = grown(this.#values[layer]!, values)),
    };
  }
}

/**
 * Softmax attention of one query over positions from … to of one key-value head, added to out. `scores` has room for
 * them.
 */
function attend(
  q: Float64Array,
  qAt: number,
  keys: Float64Array,
  values: Float64Array,
  first: number,
  row: number,
  from: number,
  to: number,
  size: number,
  scores: Float64Array,
  out: Float64Array,
): void {
  let largest = -Infinity;
  const scale = 1 / Math.sqrt(size);
  for (let p = from; p <= to; p++) {
    const k = p * row + first;
    let dot = 0;
    for (let c = 0; c < size; c++) dot += q[qAt + c]! * keys[k + c]!;
    scores[p] = dot * scale;
    if (scores[p]! > largest) largest = scores[p]!;
  }
  let total = 0;
  for (let p = from; p <= to; p++) total += scores[p] = Math.exp(scores[p]! - largest);
  for (let p = from; p <= to; p++) {
    const weight = scores[p]! / total;
    const v = p * row + first;
    for (let c = 0; c < size; c++) out[qAt + c]! += weight * values[v + c]!;
  }
}

/**
 * The decoder-only transformer in float64, one readable loop after the other: what the GPU is checked against. Runs the
 * GPT-2 and Llama families as TransformerConfig describes them. RangeError when a weight is missing or has another
 * length than the configuration needs.
 */
export function createTransformerReference(
  config: TransformerConfig,
  weights: TransformerWeights,
): TransformerReference {
  const { width, heads, kvHeads, headDim, hidden, vocab, context, layers, norm, slidingWindow } = config;
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
  const headNorm = (name: string) => {
    const weight = take(name, headDim);
    return (x: Float64Array) => normed(x, headDim, norm.epsilon, weight, null, false);
  };
  const embedding = take('token_embedding', vocab * width);
  const positions = config.position.kind === 'learned' ? take('position_embedding', context * width) : null;
  const blocks = Array.from({ length: layers }, (_, i) => {
    const at = `layers.${i}.`;
    return {
      norm1: normOf(`${at}norm_1`),
      qkv: linear(`${at}qkv`, qWidth + 2 * kvWidth, width, config.bias.qkv),
      output: linear(`${at}output`, width, qWidth, config.bias.output),
      qNorm: config.qkNorm ? headNorm(`${at}q_norm.weight`) : null,
      kNorm: config.qkNorm ? headNorm(`${at}k_norm.weight`) : null,
      norm2: normOf(`${at}norm_2`),
      up:
        config.mlp === 'gelu'
          ? linear(`${at}up`, hidden, width, config.bias.mlp)
          : linear(`${at}gate_up`, 2 * hidden, width, false),
      down: linear(`${at}down`, width, hidden, config.bias.mlp),
    };
  });
  const finalNorm = normOf('final_norm');
  const head = config.tied ? embedding : take('head.weight', vocab * width);

  /** h = GELU(up), or SiLU(gate)·up with the row's gate half before its up half. */
  const activated = (x: Float64Array, rows: number): Float64Array =>
    config.mlp === 'gelu'
      ? x.map(gelu)
      : Float64Array.from({ length: rows * hidden }, (_, i) => {
          const gate = 2 * hidden * Math.floor(i / hidden) + (i % hidden);
          return silu(x[gate]!) * x[gate + hidden]!;
        });

  /** Columns from … from + size − 1 of every row of qkv. */
  const columns = (qkv: Float64Array, rows: number, from: number, size: number): Float64Array => {
    const out = new Float64Array(rows * size);
    const stride = qWidth + 2 * kvWidth;
    for (let r = 0; r < rows; r++) out.set(qkv.subarray(r * stride + from, r * stride + from + size), r * size);
    return out;
  };

  return {
    config,
    start: () => new Cache(layers, kvWidth),
    forward(sequence, tokens, options = {}) {
      if (!(sequence instanceof Cache)) throw new RangeError('the sequence was not started by this reference');
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
          x[r * width + j] = embedding[token * width + j]! + (positions ? positions[(start + r) * width + j]! : 0);
      }
      const scores = new Float64Array(start + rows);
      const add = (delta: Float64Array) => delta.forEach((v, i) => (x[i]! += v));
      blocks.forEach((block, layer) => {
        const qkv = block.qkv(block.norm1(x), rows);
        let [q, k] = [columns(qkv, rows, 0, qWidth), columns(qkv, rows, qWidth, kvWidth)];
        if (block.qNorm && block.kNorm) [q, k] = [block.qNorm(q), block.kNorm(k)];
        if (config.position.kind === 'rope') {
          rotate(q, headDim, (h) => start + Math.floor(h / heads), config.position.inverseFrequencies);
          rotate(k, headDim, (h) => start + Math.floor(h / kvHeads), config.position.inverseFrequencies);
        }
        const { keys, values } = sequence.append(layer, k, columns(qkv, rows, qWidth + kvWidth, kvWidth));
        const mixed = new Float64Array(rows * qWidth);
        for (let r = 0; r < rows; r++) {
          const to = start + r;
          const from = slidingWindow === null ? 0 : Math.max(0, to - slidingWindow + 1);
          for (let h = 0; h < heads; h++)
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
            );
        }
        add(block.output(mixed, rows));
        add(block.down(activated(block.up(block.norm2(x), rows), rows), rows));
      });
      sequence.length = start + rows;
      const wanted = options.last ? x.subarray((rows - 1) * width) : x;
      const final = finalNorm(wanted);
      const count = wanted.length / width;
      const logits = affine(final, count, head, null, vocab);
      const split = (all: Float64Array, size: number) =>
        Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
      return { logits: split(logits, vocab), hidden: split(final, width) };
    },
  };
}
