// Networks of published size on one adapter, with made-up weights, against torch in float32 (docs/figures.md):
//   python training/oracles/full_size.py unet FOLDER
//   ADAPTER=lavapipe npm run measure -- full-size --part=unet --expected=FOLDER
// Not a test: it takes gigabytes and minutes, and reports what it saw. Exits with 1 where an error is above the bound.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseUNetConfig } from '../../src/formats/diffusers/unet.ts';
import { parseAutoencoderConfig } from '../../src/formats/diffusers/vae.ts';
import { nodeContext } from '../../src/gpu/testing.ts';
import { nmse } from '../../src/models/diffusers/golden.ts';
import { unetGraph } from '../../src/models/diffusers/unet.ts';
import { unetEmbedding } from '../../src/models/diffusers/unetEmbedding.ts';
import { decoderOf } from '../../src/models/diffusers/vae.ts';
import { activations } from '../../src/models/graph/activations.ts';
import type { Graph } from '../../src/models/graph/types.ts';
import { createGpuNetwork } from '../../src/networks/graph/network.ts';
import { madeUpInput, madeUpTensors, madeUpWeights } from './madeUp.ts';

/** The other side is float32 too, and has more than a hundred layers in which to round. */
const BOUND = 1e-10;

const flag = (name: string, fallback: string) =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const part = flag('part', 'unet');
const folder = flag('expected', '');
if (!folder || !['unet', 'decoder'].includes(part))
  throw new Error('usage: --part=unet or decoder, --expected=the folder that training/oracles/full_size.py filled');
const latents = { height: 64, width: 64 };
const pixels = latents.height * latents.width;

/** (channels, pixels) → (pixels, channels). */
const channelsInside = (values: Float32Array, channels: number) =>
  Float32Array.from({ length: values.length }, (_, i) => values[(i % channels) * pixels + Math.floor(i / channels)]!);
const given = channelsInside(madeUpInput('latents', 4 * pixels), 4);
const twice = (values: ArrayLike<number>) => [...Array.from(values), ...Array.from(values)];

interface Case {
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>;
}
function unet(): Case {
  const config = parseUNetConfig({
    _class_name: 'UNet2DConditionModel',
    attention_head_dim: 8,
    block_out_channels: [320, 640, 1280, 1280],
    cross_attention_dim: 768,
  });
  const time = unetEmbedding(config, madeUpWeights).time(500).map(activations.silu);
  return {
    graph: unetGraph(config, { ...latents, samples: 2, texts: 2, tokens: 77 }),
    inputs: { sample: twice(given), embedding: twice(time), context: madeUpInput('context', 2 * 77 * 768) },
  };
}
function decoder(): Case {
  const config = parseAutoencoderConfig({
    _class_name: 'AutoencoderKL',
    block_out_channels: [128, 256, 512, 512],
    down_block_types: Array.from({ length: 4 }, () => 'DownEncoderBlock2D'),
    up_block_types: Array.from({ length: 4 }, () => 'UpDecoderBlock2D'),
    layers_per_block: 2,
  });
  return { graph: decoderOf(config, { samples: 1, ...latents }).graph, inputs: { latents: given } };
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const bytes = readFileSync(join(folder, `${part}.f32`));
const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const ctx = await nodeContext();
const { graph, inputs } = part === 'unet' ? unet() : decoder();
console.log(`${ctx.info.description || ctx.info.architecture}, ${new Date().toISOString().slice(0, 10)}`);
console.log(`bindings of at most ${mb(ctx.info.limits.maxStorageBufferBindingSize)}`);
const start = performance.now();
const network = await createGpuNetwork(ctx, graph, madeUpTensors, { format: 'f16', owner: part });
const weights = ctx.buffers.bytesByOwner().get(part)! - network.activationBytes;
console.log(`${part}: weights ${mb(weights)} as f16 in ${seconds(start)}, activations ${mb(network.activationBytes)}`);
const begun = performance.now();
const out = (await network.run(inputs)).get('out')!;
console.log(`one evaluation: ${seconds(begun)}, ${network.dispatches} dispatches`);
if (ctx.firstError) throw new Error(ctx.firstError);
const error = nmse(out, expected);
const most = out.reduce((m, v, i) => Math.max(m, Math.abs(v - expected[i]!)), 0);
const largest = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
console.log(
  `NMSE ${error.toExponential(1)}, largest difference ${most.toExponential(1)} where values reach ${largest.toFixed(2)}`,
);
console.log(`the process took at most ${mb(process.resourceUsage().maxRSS * 1024)}`);
network.destroy();
process.exit(error < BOUND ? 0 : 1);
