// What is told before a download against what is allocated.
import { expect, it } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { clipGraph } from '../../models/diffusers/clip.ts';
import { goldenUNet } from '../../models/diffusers/golden.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { decoderOf } from '../../models/diffusers/vae.ts';
import { createGraphDenoiser, loadDenoiserWeights } from '../../networks/graph/denoiser.ts';
import { createGpuNetwork } from '../../networks/graph/network.ts';
import { makePlace } from '../../networks/testing.ts';
import { activationPlan } from './counting.ts';
import { openModelPart } from './parts.ts';
import { pipelineModel } from './pipeline.ts';
import { bundledFiles } from './testing.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
const options = { format: 'f32', owner: 'test' } as const;
const files = bundledFiles();
const model = await readDiffusion(files, signal);
const limit = Math.min(ctx.info.limits.maxStorageBufferBindingSize, ctx.info.limits.maxBufferSize);
const told = (graph: Parameters<typeof activationPlan>[0]) => activationPlan(graph, ctx.info.isSoftware, limit).bytes;

it.each(['ddpm', 'cd', 'sd1', 'sdxl'])('%s: activations take what was told', async (family) => {
  const { config, file, sizes } = goldenUNet(family);
  const graph = unetGraph(config, sizes);
  const gpu = await createGpuNetwork(ctx, graph, storedTensors(file), options);
  gpu.destroy();
  expect(told(graph)).toBe(gpu.activationBytes);
});
it.each([
  ['text_encoder', clipGraph(model.texts[0]!.config, { texts: 1, tokens: 32 }, { skip: 0, normed: true })],
  ['vae', decoderOf(model.vae!, { samples: 1, height: 16, width: 16 }).graph],
] as const)('the bundled %s: activations take what was told', async (part, graph) => {
  const gpu = await createGpuNetwork(ctx, graph, await openModelPart(files, model, part, signal), options);
  gpu.destroy();
  expect(told(graph)).toBe(gpu.activationBytes);
});

it.each(['one', 'two'] as const)(
  'the bundled network as a denoiser of %s: nothing beside what was told',
  async (copies) => {
    const made = await pipelineModel(files, model, { height: 64, width: 64 }, { tokens: 32 }, signal);
    const weights = await loadDenoiserWeights(ctx, made.graph, made.tensors, options);
    const place = await makePlace(ctx, 1, 4 * 16 * 16);
    const states = new Float32Array(32 * 128);
    const use = {
      rows: [made.condition({})],
      row: () => 0,
      nullRow: () => 0,
      texts: { prompt: states, negative: states },
    };
    const net = await createGraphDenoiser(ctx, made.graph, weights, use, { ...place, copies });
    net.destroy();
    weights.destroy();
    ctx.buffers.destroyOwner('test');
    const n = copies === 'one' ? 1 : 2;
    expect(told(made.graph.graph(n, n))).toBe(net.activationBytes);
  },
);
