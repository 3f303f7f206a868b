// Every family on the GPU against diffusers and transformers in float64, block by block. torch's own float32 is 2e-13 to
// 8e-13 from the same values.
import { describe, expect, it } from 'vitest';
import { parseClipTextConfig } from '../../formats/diffusers/clip.ts';
import { parseDitConfig } from '../../formats/diffusers/dit.ts';
import { parseAutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { clipGraph, clipTokens } from '../../models/diffusers/clip.ts';
import { ditEmbedding, ditGraph } from '../../models/diffusers/dit.ts';
import {
  goldenDiffusers,
  goldenUNet,
  nmse,
  numbers,
  patches,
  picture,
  unetInputs,
} from '../../models/diffusers/golden.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { decoderOf, encoderOf } from '../../models/diffusers/vae.ts';
import { activations } from '../../models/graph/activations.ts';
import { runGraph } from './testing.ts';

const ctx = await nodeContext();
const float32 = 5e-12;

describe.each(['ddpm', 'butterfly', 'cd', 'sd1', 'sd2', 'lcm', 'bk', 'sdxl'])('UNet %s', (family) => {
  const { config, weights, file, golden, sizes, sizesOf } = goldenUNet(family);
  it('gives what diffusers gives, block by block', async () => {
    const graph = unetGraph(config, { ...sizes, taps: true });
    const outputs = await runGraph(ctx, graph, file, unetInputs(config, golden.inputs, weights));
    for (const [name, expected] of Object.entries(golden.intermediates))
      if (outputs.has(name)) expect(nmse(outputs.get(name)!, picture(expected)), name).toBeLessThan(float32);
    expect(nmse(outputs.get('out')!, picture(golden.outputs['sample']!))).toBeLessThan(float32);
  });
  if (golden.odd)
    it('works at a size that does not halve', async () => {
      const odd = golden.odd!;
      const inputs = unetInputs(config, { ...golden.inputs, ...odd.inputs }, weights);
      const outputs = await runGraph(ctx, unetGraph(config, sizesOf(odd)), file, inputs);
      expect(nmse(outputs.get('out')!, picture(odd.outputs['sample']!))).toBeLessThan(float32);
    });
  it('is little changed by weights of 16 bits, more by fewer', async () => {
    const graph = unetGraph(config, sizes);
    const inputs = unetInputs(config, golden.inputs, weights);
    const expected = picture(golden.outputs['sample']!);
    const changed = async (format: 'f16' | 'int8') =>
      nmse((await runGraph(ctx, graph, file, inputs, format)).get('out')!, expected);
    // The files' numbers are binary16 already: nothing is lost.
    if (ctx.info.features.has('shader-f16')) expect(await changed('f16')).toBeLessThan(float32);
    const int8 = await changed('int8');
    expect(int8).toBeGreaterThan(1e-6);
    expect(int8).toBeLessThan(2e-3);
  });
});

describe('AutoencoderKL', () => {
  const { configJson, file, golden } = goldenDiffusers('vae');
  const config = parseAutoencoderConfig(configJson);
  const sizes = { samples: 2, height: 4, width: 2 };
  it('decodes and encodes as diffusers does', async () => {
    const latents = picture(golden.inputs['latent']!);
    const decoded = await runGraph(ctx, decoderOf(config, sizes).graph, file, { latents });
    expect(nmse(decoded.get('out')!, picture(golden.outputs['decoded']!))).toBeLessThan(float32);
    const given = picture(golden.inputs['sample']!);
    const encoded = await runGraph(ctx, encoderOf(config, sizes).graph, file, { picture: given });
    expect(nmse(encoded.get('out')!, picture(golden.outputs['moments']!))).toBeLessThan(float32);
  });
});

describe('AutoencoderTiny', () => {
  const { configJson, file, golden } = goldenDiffusers('taesd');
  const config = parseAutoencoderConfig(configJson);
  const sizes = { samples: 2, height: 4, width: 2 };
  const affine = (x: ArrayLike<number>, { scale, shift }: { readonly scale: number; readonly shift: number }) =>
    Float64Array.from(x, (v) => scale * v + shift);
  it('decodes and encodes as diffusers does', async () => {
    const decoder = decoderOf(config, sizes);
    const latents = affine(picture(golden.inputs['latent']!), decoder.before);
    const decoded = affine((await runGraph(ctx, decoder.graph, file, { latents })).get('out')!, decoder.after);
    expect(nmse(decoded, picture(golden.outputs['decoded']!))).toBeLessThan(float32);
    const encoder = encoderOf(config, sizes);
    const given = affine(picture(golden.inputs['sample']!), encoder.before);
    const encoded = affine((await runGraph(ctx, encoder.graph, file, { picture: given })).get('out')!, encoder.after);
    expect(nmse(encoded, picture(golden.outputs['latents']!))).toBeLessThan(float32);
  });
});

describe.each(['clip-quick', 'clip-projection'])('%s', (family) => {
  const { configJson, weights, file, golden } = goldenDiffusers(family);
  const config = parseClipTextConfig(configJson);
  it('gives the states of transformers', async () => {
    const [texts, count] = golden.inputs['input_ids']!.shape as [number, number];
    const ids = numbers(golden.inputs['input_ids']!);
    const tokens = Float64Array.from(
      Array.from({ length: texts }, (_, i) => [
        ...clipTokens(config, [...ids.subarray(i * count, (i + 1) * count)], weights),
      ]).flat(),
    );
    const graph = clipGraph(config, { texts, tokens: count }, { skip: 1, normed: false });
    const outputs = await runGraph(ctx, graph, file, { tokens });
    expect(nmse(outputs.get('state')!, numbers(golden.outputs['penultimate']!))).toBeLessThan(float32);
    expect(nmse(outputs.get('last')!, numbers(golden.outputs['last_hidden_state']!))).toBeLessThan(float32);
  });
});

describe('DiT', () => {
  const { configJson, weights, file, golden } = goldenDiffusers('dit');
  const config = parseDitConfig(configJson);
  it('gives what diffusers gives', async () => {
    const embedding = ditEmbedding(config, weights);
    const [times, labels] = ['timestep', 'class_labels'].map((name) => numbers(golden.inputs[name]!));
    const rows = [0, 1].map((i) => {
      const label = embedding.label(labels![i]!);
      return embedding.time(times![i]!).map((v, k) => activations.silu(v + label[k]!));
    });
    const inputs = {
      sample: patches(golden.inputs['sample']!, config.patch),
      embedding: Float64Array.from(rows.flatMap((row) => [...row])),
    };
    const outputs = await runGraph(ctx, ditGraph(config, { samples: 2, height: 8, width: 8 }), file, inputs);
    expect(nmse(outputs.get('out')!, patches(golden.outputs['sample']!, config.patch))).toBeLessThan(float32);
  });
});
