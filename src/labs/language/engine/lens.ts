// What each layer already says of the next token. Pure.
import { descending, entropy, logSoftmax, softmax } from '../../../samplers/decoding/draw.ts';
import type { Stream } from '../../../networks/transformerTypes.ts';
import type { Candidate } from './events.ts';

/** Likeliest tokens told of each layer. */
const SHOWN = 8;

/** What final norm and head read in the residual stream after so many layers. */
export interface LensRow {
  /** 0: the token's own embedding; the last: the model's own distribution. */
  readonly layers: number;
  readonly top: readonly Candidate[];
  /** Nats. */
  readonly entropy: number;
  /** KL(model ‖ layer), nats: what is lost by believing the layer in the model's place. 0 for the last. */
  readonly divergence: number;
  /** Of the token that the text went on with; 0 is the likeliest. */
  readonly rank: number;
  readonly probability: number;
}

/** Σ p·(log p − log q), nats, of two lists of logits; 0·log 0 is 0. */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [a, b] = [logSoftmax(p), logSoftmax(q)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (a[i]! > -Infinity) sum += Math.exp(a[i]!) * (a[i]! - b[i]!);
  return Math.max(0, sum);
}

/** Rows of a lens from each layer's logits; the last ones are the model's own. */
export function lensRows(
  logits: readonly Float32Array[],
  token: number,
  text: (id: number) => string,
): readonly LensRow[] {
  const own = logits.at(-1)!;
  return logits.map((given, layers) => {
    const p = softmax(Float64Array.from(given));
    let rank = 0;
    for (const v of given) if (v > given[token]!) rank++;
    const top = [...descending(p, 0).subarray(0, SHOWN)];
    return {
      layers,
      top: top.map((id) => ({ token: id, text: text(id), logit: given[id]!, probability: p[id]! })),
      entropy: entropy(p),
      divergence: divergence(own, given),
      rank,
      probability: p[token]!,
    };
  });
}

/** An affine map for the stream before each layer: h + A h + b (Belrose et al. 2023, https://arxiv.org/abs/2303.08112). */
export interface TunedLens {
  readonly layers: readonly { readonly weight: Float32Array; readonly bias: Float32Array }[];
}

/** Streams as a tuned lens hands them to the head; the last one is as it is. */
export function translated(lens: TunedLens, streams: readonly Stream[]): readonly Stream[] {
  return streams.map((h, l) => {
    const layer = lens.layers[l];
    if (!layer) return h;
    return Float32Array.from(h, (v, i) => {
      let sum = v + layer.bias[i]!;
      for (let j = 0; j < h.length; j++) sum += layer.weight[i * h.length + j]! * h[j]!;
      return sum;
    });
  });
}
