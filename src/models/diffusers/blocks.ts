import { noPadding, type GraphBuilder } from '../graph/builder.ts';
import type { Slice, Tensor } from '../graph/types.ts';

type Picture = Tensor | readonly Tensor[];

export interface ResnetOptions {
  readonly groups: number;
  readonly epsilon: number;
  /** Projection of the time embedding: `channels` numbers to add, or scale and shift after the second norm. */
  readonly time?: Slice;
  readonly scaleShift?: boolean;
  /** Resamples its input and what it is added to. */
  readonly resample?: 'up' | 'down';
}

/**
 * ResnetBlock2D: x + conv(silu(GN(conv(silu(GN(x))) + time))), as in https://arxiv.org/abs/2006.11239 appendix B, with
 * the resampling and the scale-shift form of https://arxiv.org/abs/2105.05233. Several pictures are one whose channels
 * follow one another.
 */
export function resnet(b: GraphBuilder, name: string, x: Picture, channels: number, o: ResnetOptions): Tensor {
  const { groups, epsilon, time, scaleShift = false, resample } = o;
  const norm = { groups, epsilon, activation: 'silu' as const };
  let h = b.groupNorm(`${name}.norm1`, x, norm);
  let direct = x;
  if (resample) {
    if (!('channels' in x)) throw new RangeError(`${name} resamples two pictures`);
    direct = resample === 'down' ? b.mean(x) : b.nearest(x);
    if (resample === 'down') h = b.mean(h);
  }
  const resize = resample === 'up' ? { height: 2 * h.height, width: 2 * h.width } : null;
  h = b.conv(`${name}.conv1`, h, channels, { resize, ...(time && !scaleShift && { shift: time }) });
  h = b.groupNorm(`${name}.norm2`, h, { ...norm, ...(time && scaleShift && { scaleShift: time }) });
  const residual =
    'channels' in direct && direct.channels === channels
      ? direct
      : b.conv(`${name}.conv_shortcut`, direct, channels, { kernel: 1, padding: noPadding });
  return b.conv(`${name}.conv2`, h, channels, { residual });
}

/** Attention of a picture's pixels to one another, added to it: x + out(softmax(q·kᵀ/√d)·v) of GN(x). */
export function pixelAttention(
  b: GraphBuilder,
  name: string,
  x: Tensor,
  heads: number,
  norm: { readonly groups: number; readonly epsilon: number } | null,
): Tensor {
  const { channels } = x;
  const h = norm ? b.groupNorm(`${name}.group_norm`, x, norm) : x;
  const qkv = b.stacked(
    ['to_q', 'to_k', 'to_v'].map((part) => `${name}.${part}`),
    h,
    [channels, channels, channels],
  );
  const parts = { q: { of: qkv, at: 0 }, k: { of: qkv, at: channels }, v: { of: qkv, at: 2 * channels } };
  return b.linear(`${name}.to_out.0`, b.attention(parts, heads, channels / heads), channels, { residual: x });
}

/**
 * Transformer2DModel over a picture: attention to itself, attention to the text, GEGLU
 * (https://arxiv.org/abs/2112.10752, appendix on the UNet's transformer; https://arxiv.org/abs/2002.05202).
 */
export function textTransformer(
  b: GraphBuilder,
  name: string,
  x: Tensor,
  context: Tensor,
  o: { readonly heads: number; readonly depth: number; readonly groups: number },
): Tensor {
  const { channels } = x;
  const headDim = channels / o.heads;
  // The norm in front of a transformer has this epsilon whatever the configuration says.
  const normal = b.groupNorm(`${name}.norm`, x, { groups: o.groups, epsilon: 1e-6 });
  let h = b.linear(`${name}.proj_in`, normal, channels);
  for (let i = 0; i < o.depth; i++) {
    const block = `${name}.transformer_blocks.${i}`;
    const own = b.layerNorm(`${block}.norm1`, h, 1e-5);
    const qkv = b.stacked(
      ['to_q', 'to_k', 'to_v'].map((part) => `${block}.attn1.${part}`),
      own,
      [channels, channels, channels],
      { bias: false },
    );
    const self = b.attention(
      { q: { of: qkv, at: 0 }, k: { of: qkv, at: channels }, v: { of: qkv, at: 2 * channels } },
      o.heads,
      headDim,
    );
    h = b.linear(`${block}.attn1.to_out.0`, self, channels, { residual: h });
    const query = b.linear(`${block}.attn2.to_q`, b.layerNorm(`${block}.norm2`, h, 1e-5), channels, { bias: false });
    const kv = b.stacked(
      ['to_k', 'to_v'].map((part) => `${block}.attn2.${part}`),
      context,
      [channels, channels],
      { bias: false },
    );
    const cross = b.attention(
      { q: { of: query, at: 0 }, k: { of: kv, at: 0 }, v: { of: kv, at: channels } },
      o.heads,
      headDim,
    );
    h = b.linear(`${block}.attn2.to_out.0`, cross, channels, { residual: h });
    const wide = b.linear(`${block}.ff.net.0.proj`, b.layerNorm(`${block}.norm3`, h, 1e-5), 8 * channels);
    h = b.linear(`${block}.ff.net.2`, b.geglu(wide), channels, { residual: h });
  }
  return b.linear(`${name}.proj_out`, h, channels, { residual: x });
}
