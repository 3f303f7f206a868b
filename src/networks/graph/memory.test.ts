// Activations of published networks at full size: the plan, without a number of theirs.
import { expect, it } from 'vitest';
import { parseUNetConfig } from '../../formats/diffusers/unet.ts';
import { parseAutoencoderConfig } from '../../formats/diffusers/vae.ts';
import type { Resource } from '../../gpu/kernel.ts';
import { wideScratchBytes } from '../../kernels/attention/wideAttention.ts';
import { bordered, dense, isDirect, type ConvArgs } from '../../kernels/conv/convArgs.ts';
import { groupSumsBytes } from '../../kernels/norm/groupNorm.ts';
import { unetGraph, type UNetSizes } from '../../models/diffusers/unet.ts';
import { decoderOf } from '../../models/diffusers/vae.ts';
import { pixelsOf, type Graph } from '../../models/graph/types.ts';
import { lower } from './lower.ts';
import { bytesOf, planRun, sharedArenas } from './places.ts';
import type { GraphKernels } from './types.ts';
import { graphWeights } from './weightList.ts';

const MiB = 2 ** 20;
const none = (): [] => [];
const nowhere = {} as Resource;
/** Kernels that only say what memory they need: those of a software adapter, or of a GPU that reads borders by a mask. */
const counting = (software: boolean): GraphKernels => ({
  convScratch(args: ConvArgs, outputs: number) {
    const d = dense('conv2d', args, outputs);
    const { rows, columns } = bordered(d);
    return !software || isDirect(d) ? 0 : 32 * d.samples * rows * columns * d.units;
  },
  inChunks: () => false,
  conv: none,
  rows: none,
  sumsBytes: (x) => groupSumsBytes({ samples: x.samples, pixels: pixelsOf(x), channels: x.channels }),
  sums: none,
  combine: none,
  apply: none,
  layerNorm: none,
  attentionScratch({ q, k, heads, headDim }) {
    if (headDim <= (software ? 64 : 160)) return 0;
    const shape = { samples: q.of.samples, queries: pixelsOf(q.of), keys: pixelsOf(k.of) };
    return wideScratchBytes({ ...shape, heads, headDim });
  },
  attention: none,
  activate: none,
  copy: none,
  geglu: none,
  resample: none,
  gated: none,
  addRows: none,
  vector: () => nowhere,
  table: () => nowhere,
});

const plan = (graph: Graph, software = false) => planRun(graph, lower(graph, counting(software)), 2 ** 40);
function planned(graph: Graph, software: boolean): number {
  const { scratch, kept } = plan(graph, software);
  return (bytesOf(scratch) + bytesOf(kept)) / MiB;
}

const sd15 = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280, 1280],
  cross_attention_dim: 768,
};
const tiny = {
  ...sd15,
  block_out_channels: [320, 640, 1280],
  down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'],
  mid_block_type: null,
  layers_per_block: 1,
};
const sdxl = {
  ...sd15,
  block_out_channels: [320, 640, 1280],
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
  attention_head_dim: [5, 10, 20],
  transformer_layers_per_block: [1, 2, 10],
  cross_attention_dim: 2048,
  use_linear_projection: true,
  addition_embed_type: 'text_time',
  addition_time_embed_dim: 256,
  projection_class_embeddings_input_dim: 2816,
};
const ddpm = {
  _class_name: 'UNet2DModel',
  attention_head_dim: null,
  block_out_channels: [128, 256, 256, 256],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'UpBlock2D', 'AttnUpBlock2D', 'UpBlock2D'],
  downsample_padding: 0,
};
const unet = (json: object, size: number, more: Partial<UNetSizes> = {}) =>
  unetGraph(parseUNetConfig({ ...json }), { samples: 1, height: size, width: size, tokens: 77, ...more });
const vae = parseAutoencoderConfig({
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array.from({ length: 4 }, () => 'DownEncoderBlock2D'),
  up_block_types: Array.from({ length: 4 }, () => 'UpDecoderBlock2D'),
  layers_per_block: 2,
});

/**
 * MiB on a GPU, and on a software adapter, which writes norms out in front of convolutions. A plan of tensors alone, with
 * the GEGLU inside its product and any two tensors in one buffer, came to 3.5 and 4.5, 45 and 50, 40 and 45, 145 and
 * 180, 512 and 640.
 */
it.each([
  ['ddpm-cifar10', unet(ddpm, 32), 4.2, 5.8],
  ['SD 1.5 at 512²', unet(sd15, 64), 63, 65],
  ['BK-SDM tiny at 512²', unet(tiny, 64), 55, 58],
  ['SDXL at 1024²', unet(sdxl, 128), 220, 280],
  ['the VAE at 512²', decoderOf(vae, { samples: 1, height: 64, width: 64 }).graph, 513, 707],
])('%s: activations take no more than they did', (_, graph, onGpu, onSoftware) => {
  expect(planned(graph, false)).toBeLessThan(onGpu);
  expect(planned(graph, true)).toBeLessThan(onSoftware);
});

it.each([
  [64, 453, 473],
  [128, 1771, 1775],
])('the VAE of %d² latents fits bindings of 128 MiB, in no more than it did', (size, onGpu, onSoftware) => {
  const { graph } = decoderOf(vae, { samples: 1, height: size, width: size });
  for (const [software, most] of [
    [false, onGpu],
    [true, onSoftware],
  ] as const) {
    const run = planRun(graph, lower(graph, counting(software), 64 * MiB), 128 * MiB);
    expect(bytesOf(run.scratch) / MiB).toBeLessThan(most);
  }
});

it('with guidance and without, a network needs little more than with guidance alone', () => {
  const [one, two] = [1, 2].map((n) => plan(unet(sd15, 64, { samples: n, texts: n })));
  const shared = sharedArenas([one!, two!]).reduce((a, b) => a + b, 0);
  const kept = bytesOf(one!.kept) + bytesOf(two!.kept);
  // Keys and values of 77 tokens, 24,960 numbers of each, for one text and for two.
  expect(kept / MiB).toBeCloseTo((3 * 77 * 24_960 * 4) / MiB, 1);
  expect(shared).toBeGreaterThanOrEqual(bytesOf(two!.scratch));
  expect(shared / MiB).toBeLessThan(bytesOf(two!.scratch) / MiB + 1);
  expect((shared + kept) / MiB).toBeLessThan(140);
});

it.each([
  ['SD 1.x', unet(sd15, 64), 859.5],
  ['BK-SDM tiny', unet(tiny, 64), 323.38],
  ['SDXL', unet(sdxl, 64), 2567],
])('%s has the published number of parameters, but for the time embedding', (_, graph, millions) => {
  const count = graphWeights(graph).reduce(
    (n, { parts, kind }) =>
      n +
      parts.reduce(
        (m, p) => m + (kind === 'matrix' ? p.rows * p.channels * p.kernel ** 2 : p.rows * (p.plus ? 2 : 1)),
        0,
      ),
    0,
  );
  // linear_1 and linear_2 of the time, and of text and size for SDXL: a part of a percent.
  expect(count / 1e6).toBeLessThan(millions);
  expect(count / 1e6).toBeGreaterThan(millions * 0.99);
});
