/** The convolutions, blocks and networks that are timed: lists of operations as the app makes them, and their weights. */
import { parseAutoencoderConfig } from '../../../src/formats/diffusers/vae.ts';
import { parseUNetConfig } from '../../../src/formats/diffusers/unet.ts';
import { parseSafetensors } from '../../../src/formats/safetensors.ts';
import { resnet, textTransformer } from '../../../src/models/diffusers/blocks.ts';
import { fileWeights } from '../../../src/models/diffusers/fileWeights.ts';
import { networkSize } from '../../../src/models/diffusers/memory.ts';
import { unetGraph } from '../../../src/models/diffusers/unet.ts';
import { decoderOf } from '../../../src/models/diffusers/vae.ts';
import { GraphBuilder } from '../../../src/models/graph/builder.ts';
import type { GraphWeights } from '../../../src/models/graph/interpret.ts';
import type { Graph } from '../../../src/models/graph/types.ts';
import { wave } from '../data.ts';
import type { Case, Host } from '../types.ts';

export interface Made {
  readonly id: string;
  readonly title: string;
  readonly shape: string;
  readonly graph: Graph;
  readonly weights?: (host: Host) => Promise<GraphWeights>;
  readonly pilot?: Case['pilot'];
  readonly long?: Case['long'];
  readonly slow?: boolean;
  readonly group?: Case['group'];
}

export const seedOf = (name: string) => [...name].reduce((s, c) => (Math.imul(s, 31) + c.charCodeAt(0)) >>> 0, 7);
/** Numbers by name, of deviation 1/√inputs. */
export const random: GraphWeights = {
  matrix: (name, rows, channels, kernel) => {
    const inputs = channels * kernel ** 2;
    return wave(rows * inputs, seedOf(name), Math.sqrt(3 / inputs));
  },
  vector: (name, rows) => wave(rows, seedOf(name), 0.3).map((v) => (/norm\d?\.weight$/.test(name) ? 1 + v : v)),
};

const square = (size: number, channels: number) => ({ samples: 1, height: size, width: size, channels });
export function conv(
  size: number,
  from: number,
  to: number,
  o: { kernel?: 1 | 3; stride?: 1 | 2; up?: boolean; slow?: boolean; long?: Made['long'] } = {},
): Made {
  const { kernel = 3, stride = 1, up = false, slow = false, long } = o;
  const b = new GraphBuilder();
  const resize = up ? { height: 2 * size, width: 2 * size } : null;
  b.output('out', b.conv('c', b.input('x', square(size, from)), to, { kernel, stride, resize }));
  const how = [stride === 2 ? ', halved' : '', up ? ', doubled first' : ''].join('');
  return {
    id: `conv${kernel}-${size}x${from}-${to}${stride === 2 ? '-down' : ''}${up ? '-up' : ''}`,
    title: `convolution ${kernel}×${kernel}${how}`,
    shape: `${size}²×${from} → ${to}`,
    graph: b.finish(),
    slow,
    ...(long && { long }),
  };
}
export function block(): Made {
  const b = new GraphBuilder();
  const x = b.input('x', square(16, 320));
  const time = b.input('embedding', { samples: 1, height: 1, width: 1, channels: 1280 });
  const of = b.linear('time_emb_proj', time, 320);
  b.output('out', resnet(b, 'block', x, 320, { groups: 32, epsilon: 1e-5, scaleShift: false, time: { of, at: 0 } }));
  return { id: 'resnet-16x320', title: 'resnet block with time', shape: '16²×320', graph: b.finish() };
}
export function cross(): Made {
  const b = new GraphBuilder();
  const tokens = (count: number, channels: number) => ({ samples: 1, height: 1, width: count, channels });
  const q = b.linear('to_q', b.input('x', tokens(1024, 320)), 320, { bias: false });
  const kv = b.stacked(['to_k', 'to_v'], b.input('context', tokens(77, 768)), [320, 320], { bias: false });
  const mixed = b.attention({ q: { of: q, at: 0 }, k: { of: kv, at: 0 }, v: { of: kv, at: 320 } }, 8, 40);
  b.output('out', b.linear('to_out.0', mixed, 320));
  return {
    id: 'cross-1024x77',
    title: 'cross-attention with its layers',
    shape: '1024 × 77, 8 heads of 40',
    graph: b.finish(),
  };
}
export function transformer(): Made {
  const b = new GraphBuilder();
  const x = b.input('x', square(16, 320));
  const context = b.input('context', { samples: 1, height: 1, width: 77, channels: 768 });
  b.output('out', textTransformer(b, 'attentions.0', x, context, { heads: 8, depth: 1, groups: 32 }));
  return {
    id: 'transformer-16x320',
    title: 'transformer block with text',
    shape: '16²×320, 77 tokens',
    graph: b.finish(),
  };
}
export function taesd(latents: number, long: Made['long'], pilot?: Made['pilot']): Made {
  const config = parseAutoencoderConfig({ _class_name: 'AutoencoderTiny' });
  const { graph } = decoderOf(config, square(latents, 4));
  return {
    id: `taesd-${8 * latents}`,
    group: 'whole',
    title: 'TAESD decodes a picture, random weights',
    shape: `${latents}² latents → ${8 * latents}²`,
    graph,
    ...(long && { long }),
    ...(pilot && { pilot }),
  };
}
export async function avatars(host: Host): Promise<Made> {
  const folder = 'public/models/text-avatars/unet';
  const config = parseUNetConfig(await host.file(`${folder}/config.json`));
  return {
    id: 'text-avatars-step',
    group: 'whole',
    title: 'One evaluation of the UNet of text-avatars',
    shape: '16² latents, 40 tokens',
    graph: unetGraph(config, { samples: 1, height: 16, width: 16, texts: 1, tokens: 40 }),
    weights: async () =>
      fileWeights(parseSafetensors(await host.file(`${folder}/diffusion_pytorch_model.safetensors`))),
    slow: true,
  };
}

/** config.json of the UNet of segmind/tiny-sd, whose layers are those of BK-SDM-Tiny: what is left out has its default. */
const TINY_SD = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280],
  cross_attention_dim: 768,
  down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  layers_per_block: 1,
  mid_block_type: null,
  sample_size: 64,
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'],
};
/** As its authors count them. */
const TINY_SD_PARAMETERS = 323_384_964;
export function tinySd(latents: number, long: Made['long'], pilot?: Made['pilot']): Made {
  const config = parseUNetConfig(TINY_SD);
  const { parameters } = networkSize(config);
  if (parameters !== TINY_SD_PARAMETERS)
    throw new RangeError(`the UNet of tiny-sd has ${TINY_SD_PARAMETERS} parameters, this one ${parameters}`);
  return {
    id: `tiny-sd-${latents}`,
    group: 'whole',
    title: 'One evaluation of the UNet of tiny-sd, random weights',
    shape: `${latents}² latents, 77 tokens`,
    graph: unetGraph(config, { samples: 1, height: latents, width: latents, texts: 1, tokens: 77 }),
    ...(long && { long }),
    ...(pilot && { pilot }),
  };
}
