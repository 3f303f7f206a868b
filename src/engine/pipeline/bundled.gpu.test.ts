// The bundled text-to-image model against diffusers and transformers in float64.
import { describe, expect, it } from 'vitest';
import golden from '../../../training/golden-diffusers/text-avatars.json' with { type: 'json' };
import { nodeContext } from '../../gpu/testing.ts';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { openPart } from '../../hub/partTensors.ts';
import { nmse, numbers, picture } from '../../models/diffusers/golden.ts';
import { withWeights } from '../../models/diffusers/prefetch.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import { activations } from '../../models/graph/activations.ts';
import { createGpuNetwork } from '../../networks/graph/network.ts';
import { decodeLatents, encodePrompts } from './pipeline.ts';
import { bundledFiles } from './testing.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
const options = { format: 'f32', owner: 'test', signal } as const;
const files = bundledFiles();
const model = await readDiffusion(files, signal);
const latent = golden.inputs.latent;

describe('the bundled text-to-image model', () => {
  it('reads a prompt as transformers does', async () => {
    const prompts = await encodePrompts(ctx, files, model, [golden.prompt, ''], options);
    expect(prompts.flatMap(({ text }) => [...text.ids])).toEqual([...numbers(golden.inputs.ids)]);
    const states = Float32Array.from(prompts.flatMap((p) => [...p.states]));
    expect(nmse(states, numbers(golden.outputs.text))).toBeLessThan(1e-11);
  });

  it('evaluates its UNet as diffusers does, with the prompt and without', async () => {
    const { network } = model;
    if (network.model === 'DiTTransformer2DModel') throw new Error('a UNet is bundled');
    const tensors = await openPart(files, model.files.networks.get('unet')!, signal);
    const embedding = await withWeights((w) => unetEmbedding(network, w), tensors);
    const [, , height, width] = latent.shape as [number, number, number, number];
    const [texts, tokens] = golden.outputs.text.shape as [number, number];
    const graph = unetGraph(network, { samples: texts, height, width, texts, tokens });
    const time = embedding.time(golden.time).map(activations.silu);
    const one = picture(latent);
    const gpu = await createGpuNetwork(ctx, graph, tensors, options);
    try {
      const out = await gpu.run({
        sample: Float64Array.from({ length: texts * one.length }, (_, i) => one[i % one.length]!),
        embedding: Float64Array.from({ length: texts * time.length }, (_, i) => time[i % time.length]!),
        context: numbers(golden.outputs.text),
      });
      expect(nmse(out.get('out')!, picture(golden.outputs.unet))).toBeLessThan(1e-10);
    } finally {
      gpu.destroy();
    }
  });

  it('decodes as diffusers does', async () => {
    const { vae } = model;
    expect(vae!.scaling).toBe(golden.scaling_factor);
    const latents = Float32Array.from(numbers(latent));
    const decoded = await decodeLatents(ctx, files, model, latents, { height: 64, width: 64 }, options);
    // The golden value decodes latents over their scaling factor, as a pipeline does.
    expect(nmse(decoded, numbers(golden.outputs.decoded))).toBeLessThan(1e-10);
  });
});
