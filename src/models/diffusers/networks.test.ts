// Every family against diffusers and transformers in float64: the same arithmetic in another order, so agreement to the
// last digits. The traps that these values catch are planted in scripts/faults/planted/.
import { describe, expect, it } from 'vitest';
import { parseClipTextConfig } from '../../formats/diffusers/clip.ts';
import { parseDitConfig } from '../../formats/diffusers/dit.ts';
import { parseAutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { activations } from '../graph/activations.ts';
import { interpret } from '../graph/interpret.ts';
import { clipGraph, clipPooled, clipTokens, pooledAt } from './clip.ts';
import { ditEmbedding, ditGraph } from './dit.ts';
import { goldenDiffusers, goldenUNet, nmse, numbers, patches, picture, scaledWeights, unetInputs } from './golden.ts';
import { unetGraph } from './unet.ts';
import { decoderOf, encoderOf } from './vae.ts';

/** Float64 in another order of summation. */
const exact = 1e-27;
/** The scaled weights are rounded to float32 here: 6e-8 of each, 10⁻¹⁵ of the squares. Wrong epsilons give 10⁻³ and more. */
const scaled = 1e-13;

describe.each(['ddpm', 'butterfly', 'cd', 'sd1', 'sd2', 'lcm', 'bk', 'sdxl'])('UNet %s', (family) => {
  const { config, weights, golden, sizes, sizesOf } = goldenUNet(family);
  it('gives what diffusers gives, block by block', () => {
    const outputs = interpret(
      unetGraph(config, { ...sizes, taps: true }),
      unetInputs(config, golden.inputs, weights),
      weights,
    );
    const blocks = Object.entries(golden.intermediates).filter(([name]) => name !== 'conv_norm_out');
    expect(blocks.length).toBeGreaterThanOrEqual(2 * config.down.length + 1);
    for (const [name, expected] of blocks)
      expect(nmse(outputs.get(name)!, picture(expected)), name).toBeLessThan(exact);
    expect(nmse(outputs.get('out')!, picture(golden.outputs['sample']!))).toBeLessThan(exact);
  });
  it('has the right epsilons', () => {
    const small = scaledWeights(weights, golden.small!);
    const outputs = interpret(unetGraph(config, sizes), unetInputs(config, golden.inputs, weights), small);
    expect(nmse(outputs.get('out')!, picture(golden.small!.outputs['sample']!))).toBeLessThan(scaled);
  });
  if (golden.odd)
    it('resamples sizes that do not halve as diffusers does', () => {
      const odd = golden.odd!;
      const inputs = { ...golden.inputs, ...odd.inputs };
      const outputs = interpret(unetGraph(config, sizesOf(odd)), unetInputs(config, inputs, weights), weights);
      expect(nmse(outputs.get('out')!, picture(odd.outputs['sample']!))).toBeLessThan(exact);
    });
});

describe('AutoencoderKL', () => {
  const { configJson, weights, golden } = goldenDiffusers('vae');
  const config = parseAutoencoderConfig(configJson);
  const sizes = { samples: 2, height: 4, width: 2, taps: true };
  const decoder = decoderOf(config, sizes);
  const encoder = encoderOf(config, sizes);
  const inputs = { latents: picture(golden.inputs['latent']!), picture: picture(golden.inputs['sample']!) };
  it('decodes as diffusers does, level by level', () => {
    const outputs = interpret(decoder.graph, { latents: inputs.latents }, weights);
    expect(nmse(outputs.get('out')!, picture(golden.outputs['decoded']!))).toBeLessThan(exact);
    for (const name of ['decoder.mid_block', 'decoder.up_blocks.0', 'decoder.up_blocks.2'])
      expect(nmse(outputs.get(name)!, picture(golden.intermediates[name]!)), name).toBeLessThan(exact);
  });
  it('encodes as diffusers does, level by level', () => {
    const outputs = interpret(encoder.graph, { picture: inputs.picture }, weights);
    expect(nmse(outputs.get('out')!, picture(golden.outputs['moments']!))).toBeLessThan(exact);
    for (const name of ['encoder.down_blocks.0', 'encoder.down_blocks.2', 'encoder.mid_block'])
      expect(nmse(outputs.get(name)!, picture(golden.intermediates[name]!)), name).toBeLessThan(exact);
  });
  it('has the right epsilons', () => {
    const small = scaledWeights(weights, golden.small!);
    const decoded = interpret(decoder.graph, { latents: inputs.latents }, small).get('out')!;
    const encoded = interpret(encoder.graph, { picture: inputs.picture }, small).get('out')!;
    expect(nmse(decoded, picture(golden.small!.outputs['decoded']!))).toBeLessThan(scaled);
    expect(nmse(encoded, picture(golden.small!.outputs['moments']!))).toBeLessThan(scaled);
  });
  it('divides stored latents by the scaling factor that old files omit', () => {
    expect(decoder.before).toEqual({ scale: 1 / 0.18215, shift: 0 });
    expect(encoder.after.scale).toBe(0.18215);
    expect(encoder.after.shift).toBeCloseTo(0, 15);
  });
});

describe('AutoencoderTiny', () => {
  const { configJson, weights, golden } = goldenDiffusers('taesd');
  const config = parseAutoencoderConfig(configJson);
  const sizes = { samples: 2, height: 4, width: 2 };
  it('decodes and encodes as diffusers does', () => {
    const decoder = decoderOf(config, sizes);
    const encoder = encoderOf(config, sizes);
    const affine = (x: Float64Array, { scale, shift }: typeof decoder.before) => x.map((v) => scale * v + shift);
    const latents = affine(picture(golden.inputs['latent']!), decoder.before);
    const decoded = affine(interpret(decoder.graph, { latents }, weights).get('out')!, decoder.after);
    expect(nmse(decoded, picture(golden.outputs['decoded']!))).toBeLessThan(exact);
    const given = affine(picture(golden.inputs['sample']!), encoder.before);
    const encoded = affine(interpret(encoder.graph, { picture: given }, weights).get('out')!, encoder.after);
    expect(nmse(encoded, picture(golden.outputs['latents']!))).toBeLessThan(exact);
  });
});

/** CLIP's attention casts its softmax to float32 in the library. */
const softmax32 = 1e-13;
describe.each(['clip-quick', 'clip-projection'])('%s', (family) => {
  const { configJson, weights, golden } = goldenDiffusers(family);
  const config = parseClipTextConfig(configJson);
  const [texts, count] = golden.inputs['input_ids']!.shape as [number, number];
  const ids = numbers(golden.inputs['input_ids']!);
  const rows = Array.from({ length: texts }, (_, i) => [...ids.subarray(i * count, (i + 1) * count)]);
  const run = (w: typeof weights, skip = 0, normed = true) => {
    const tokens = Float64Array.from(rows.flatMap((row) => [...clipTokens(config, row, w)]));
    return interpret(clipGraph(config, { texts, tokens: count }, { skip, normed }), { tokens }, w);
  };
  const pooled = (last: Float64Array) =>
    Float64Array.from(
      rows.flatMap((row, i) => {
        const at = (i * count + pooledAt(config, row)) * config.width;
        return [...clipPooled(config, last.subarray(at, at + config.width), weights)];
      }),
    );
  it('gives the states and the pooled embedding of transformers', () => {
    const outputs = run(weights);
    expect(nmse(outputs.get('state')!, numbers(golden.outputs['last_hidden_state']!))).toBeLessThan(softmax32);
    const expected = golden.outputs[config.projection === null ? 'pooler_output' : 'text_embeds']!;
    expect(nmse(pooled(outputs.get('last')!), numbers(expected))).toBeLessThan(softmax32);
  });
  it('gives the layer before the last, as SDXL reads it, and earlier ones', () => {
    const penultimate = run(weights, 1, false).get('state')!;
    expect(nmse(penultimate, numbers(golden.outputs['penultimate']!))).toBeLessThan(softmax32);
    const earlier = run(weights, 2, false).get('state')!;
    expect(nmse(earlier, numbers(golden.outputs['hidden_states.2']!))).toBeLessThan(softmax32);
  });
  it('has the right epsilon', () => {
    const small = run(scaledWeights(weights, golden.small!)).get('last')!;
    expect(nmse(small, numbers(golden.small!.outputs['last_hidden_state']!))).toBeLessThan(1e-12);
  });
});

describe('DiT', () => {
  const { configJson, weights, golden } = goldenDiffusers('dit');
  const config = parseDitConfig(configJson);
  it('gives what diffusers gives', () => {
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
    const outputs = interpret(ditGraph(config, { samples: 2, height: 8, width: 8 }), inputs, weights);
    expect(nmse(outputs.get('out')!, patches(golden.outputs['sample']!, config.patch))).toBeLessThan(exact);
  });
});
