import type { ClipTextConfig } from '../../formats/diffusers/clip.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { GraphWeights } from '../graph/interpret.ts';
import { product } from '../graph/tokenOps.ts';
import type { Graph } from '../graph/types.ts';

/** The output with the states of the layer that many before the last. */
export const earlierState = (skip: number): string => `state.${skip}`;

export interface ClipSizes {
  readonly texts: number;
  readonly tokens: number;
}

/**
 * CLIP's text transformer (https://arxiv.org/abs/2103.00020 section 2.4) as a list of operations. Input `tokens`:
 * `clipTokens`. Outputs: `state`, the states that an image network reads, of the layer `skip` before the last, normed
 * where `normed`; the same of the layers `also` before the last, by the names of `earlierState`; and `last`, the normed
 * states of the last layer, of which pooling takes one.
 */
export function clipGraph(
  config: ClipTextConfig,
  { texts, tokens }: ClipSizes,
  { skip, normed, also = [] }: { readonly skip: number; readonly normed: boolean; readonly also?: readonly number[] },
): Graph {
  const { width, heads, hidden, layers, epsilon, activation } = config;
  for (const n of [skip, ...also])
    if (!(n >= 0 && n < layers)) throw new RangeError(`layer ${layers - n} of ${layers}`);
  const b = new GraphBuilder();
  let h = b.input('tokens', { samples: texts, height: 1, width: tokens, channels: width });
  const norm = (x: typeof h) => b.layerNorm('final_layer_norm', x, epsilon);
  for (let i = 0; i < layers; i++) {
    const name = `encoder.layers.${i}`;
    b.part = name;
    const qkv = b.stacked(
      ['q_proj', 'k_proj', 'v_proj'].map((part) => `${name}.self_attn.${part}`),
      b.layerNorm(`${name}.layer_norm1`, h, epsilon),
      [width, width, width],
    );
    const parts = { q: { of: qkv, at: 0 }, k: { of: qkv, at: width }, v: { of: qkv, at: 2 * width } };
    // Padding is not masked: the published image networks were trained on what it does to the states.
    h = b.linear(`${name}.self_attn.out_proj`, b.attention(parts, heads, width / heads, true), width, { residual: h });
    const wide = b.linear(`${name}.mlp.fc1`, b.layerNorm(`${name}.layer_norm2`, h, epsilon), hidden, { activation });
    h = b.linear(`${name}.mlp.fc2`, wide, width, { residual: h });
    const before = layers - 1 - i;
    const names = [...(before === skip ? ['state'] : []), ...(also.includes(before) ? [earlierState(before)] : [])];
    for (const output of names) b.output(output, normed ? norm(h) : h);
  }
  b.part = 'final_layer_norm';
  b.output('last', norm(h));
  return b.finish();
}

/** Rows of the token and the position tables, added: (tokens, width). */
export function clipTokens(config: ClipTextConfig, ids: readonly number[], w: GraphWeights): Float64Array {
  const { width, vocab, positions } = config;
  const table = w.matrix('embeddings.token_embedding.weight', vocab, width, 1);
  const places = w.matrix('embeddings.position_embedding.weight', positions, width, 1);
  if (ids.length > positions) throw new RangeError(`${ids.length} tokens; the text encoder takes ${positions}`);
  const out = new Float64Array(ids.length * width);
  ids.forEach((id, i) => {
    if (!(id >= 0 && id < vocab)) throw new RangeError(`token ${id} of a vocabulary of ${vocab}`);
    for (let c = 0; c < width; c++) out[i * width + c] = table[id * width + c]! + places[i * width + c]!;
  });
  return out;
}

/** Where the text ends: the token whose last state is pooled. */
export function pooledAt({ endToken }: ClipTextConfig, ids: readonly number[]): number {
  if (endToken === null) return ids.indexOf(ids.reduce((a, b) => Math.max(a, b), 0));
  return Math.max(0, ids.indexOf(endToken));
}

/** The pooled embedding of a text, from its row of `last`. */
export function clipPooled(config: ClipTextConfig, row: Float64Array, w: GraphWeights): Float64Array {
  const { projection, width } = config;
  return projection === null
    ? row
    : product(row, 1, width, w.matrix('text_projection.weight', projection, width, 1), projection, null);
}
