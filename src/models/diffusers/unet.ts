/**
 * The UNets of diffusers as a list of operations: `UNet2DModel` (DDPM, https://arxiv.org/abs/2006.11239; consistency
 * models, https://arxiv.org/abs/2303.01469) and `UNet2DConditionModel` (Stable Diffusion, https://arxiv.org/abs/2112.10752;
 * SDXL, https://arxiv.org/abs/2307.01952).
 */
import type { UNetAttention, UNetBlock, UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { GraphBuilder, padEnd, samePadding } from '../graph/builder.ts';
import type { Graph, Slice, Tensor } from '../graph/types.ts';
import { pixelAttention, resnet, textTransformer } from './blocks.ts';

export interface UNetSizes {
  readonly samples: number;
  /** Of what the network is given: latents, or the picture itself. */
  readonly height: number;
  readonly width: number;
  /** Different texts (their number divides `samples`), and tokens of each; for networks that read text. */
  readonly texts?: number;
  readonly tokens?: number;
  /** Keep the result of every block as an output of the graph, by the block's name. */
  readonly taps?: boolean;
}

/** A resnet that reads the time: its name, and how wide the projection of the embedding is. */
interface Timed {
  readonly name: string;
  readonly rows: number;
}

/** Every resnet in the order of computation; their projections are one matrix. */
export function timedResnets({ down, mid, up, scaleShift }: UNetConfig): readonly Timed[] {
  const width = (channels: number) => (scaleShift ? 2 : 1) * channels;
  const block = (name: string, direction: 'down' | 'up', { channels, resnets, resample }: UNetBlock): Timed[] => [
    ...Array.from({ length: resnets }, (_, i) => ({ name: `${name}.resnets.${i}`, rows: width(channels) })),
    ...(resample === 'resnet' ? [{ name: `${name}.${direction}samplers.0`, rows: width(channels) }] : []),
  ];
  const last = down.at(-1)!.channels;
  return [
    ...down.flatMap((b, i) => block(`down_blocks.${i}`, 'down', b)),
    ...(mid
      ? block('mid_block', 'down', { channels: last, resnets: mid.resnets, attention: null, resample: null })
      : []),
    ...up.flatMap((b, i) => block(`up_blocks.${i}`, 'up', b)),
  ];
}

/**
 * Inputs `sample` (network coordinates), `embedding` (SiLU of the time embedding, with what conditions are added to it;
 * `unetEmbedding` makes it) and, where it reads text, `context`. Output `out`. RangeError for sizes that it cannot work
 * on.
 */
export function unetGraph(config: UNetConfig, sizes: UNetSizes): Graph {
  const { groups, epsilon, scaleShift, time, down, mid, up } = config;
  const { samples, height, width, texts = 1, tokens = 0, taps = false } = sizes;
  const least = 2 ** (down.length - 1);
  if (config.model === 'UNet2DModel' && (height % least !== 0 || width % least !== 0))
    throw new RangeError(
      `this network halves its picture ${down.length - 1} times: ${height}×${width} is no multiple of ${least}`,
    );
  const b = new GraphBuilder();
  const sample = b.input('sample', { samples, height, width, channels: config.inChannels });
  const embedding = b.input('embedding', { samples, height: 1, width: 1, channels: time.width });
  const context =
    config.crossDim === null
      ? null
      : b.input('context', { samples: texts, height: 1, width: tokens, channels: config.crossDim });

  b.part = 'time_emb_proj';
  const timed = timedResnets(config);
  const projected = b.stacked(
    timed.map(({ name }) => `${name}.time_emb_proj`),
    embedding,
    timed.map(({ rows }) => rows),
  );
  const slices = new Map<string, Slice>();
  timed.reduce((at, { name, rows }) => {
    slices.set(name, { of: projected, at });
    return at + rows;
  }, 0);

  const block = (name: string, x: Tensor | readonly Tensor[], channels: number, resample?: 'up' | 'down') => {
    b.part = name;
    return resnet(b, name, x, channels, {
      groups,
      epsilon,
      scaleShift,
      time: slices.get(name)!,
      ...(resample && { resample }),
    });
  };
  const attend = (name: string, x: Tensor, { kind, heads, depth }: UNetAttention, normGroups: number | null) => {
    b.part = name;
    return kind === 'cross'
      ? textTransformer(b, name, x, context!, { heads, depth, groups })
      : pixelAttention(b, name, x, heads, normGroups === null ? null : { groups: normGroups, epsilon });
  };
  const tap = (name: string, x: Tensor) => {
    if (taps) b.output(name, x);
    return x;
  };

  b.part = 'conv_in';
  let h = tap('conv_in', b.conv('conv_in', sample, down[0]!.channels));
  const skips = [h];
  down.forEach(({ channels, resnets, attention, resample }, i) => {
    const name = `down_blocks.${i}`;
    for (let j = 0; j < resnets; j++) {
      h = block(`${name}.resnets.${j}`, h, channels);
      if (attention) h = attend(`${name}.attentions.${j}`, h, attention, groups);
      skips.push(h);
    }
    if (resample === 'resnet') h = block(`${name}.downsamplers.0`, h, channels, 'down');
    else if (resample === 'conv') {
      b.part = `${name}.downsamplers.0`;
      const padding = config.downPadding === 1 ? samePadding : padEnd;
      h = b.conv(`${name}.downsamplers.0.conv`, h, channels, { stride: 2, padding });
    }
    if (resample) skips.push(h);
    tap(name, h);
  });
  if (mid) {
    const { channels } = h;
    h = block('mid_block.resnets.0', h, channels);
    if (mid.attention) h = attend('mid_block.attentions.0', h, mid.attention, mid.normGroups);
    if (mid.resnets === 2) h = block('mid_block.resnets.1', h, channels);
    tap('mid_block', h);
  }
  up.forEach(({ channels, resnets, attention, resample }, i) => {
    const name = `up_blocks.${i}`;
    for (let j = 0; j < resnets; j++) {
      h = block(`${name}.resnets.${j}`, [h, skips.pop()!], channels);
      if (attention) h = attend(`${name}.attentions.${j}`, h, attention, groups);
    }
    if (resample === 'resnet') h = block(`${name}.upsamplers.0`, h, channels, 'up');
    else if (resample === 'conv') {
      b.part = `${name}.upsamplers.0`;
      // Of an odd size, halving kept the larger half: up to what waits there, not twice.
      const { height: toHeight, width: toWidth } = skips.at(-1)!;
      h = b.conv(`${name}.upsamplers.0.conv`, h, channels, { resize: { height: toHeight, width: toWidth } });
    }
    tap(name, h);
  });
  b.part = 'conv_out';
  h = b.groupNorm('conv_norm_out', h, { groups, epsilon, activation: 'silu' });
  b.output('out', b.conv('conv_out', h, config.outChannels));
  return b.finish();
}
