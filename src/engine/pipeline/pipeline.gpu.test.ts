// From words to a picture on a tiny model: every part on the GPU against the same parts in float64.
import { describe, expect, it } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { normals } from '../../math/normal.ts';
import { clipGraph, clipTokens } from '../../models/diffusers/clip.ts';
import { parameterisationOf } from '../../models/diffusers/conventions.ts';
import { goldenDiffusers, goldenUNet, nmse } from '../../models/diffusers/golden.ts';
import { unetModel } from '../../models/diffusers/pipeline.ts';
import { referenceDenoiser, swapAxes } from '../../models/diffusers/reference.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import { decoderOf } from '../../models/diffusers/vae.ts';
import { interpret } from '../../models/graph/interpret.ts';
import { evaluate, makePlace } from '../../networks/testing.ts';
import { decodeLatents, encodePrompts, pipelineDenoiser } from './pipeline.ts';
import { tinyFiles } from './testing.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
const options = { format: 'f32', owner: 'test', signal } as const;
const files = tinyFiles();
const model = await readDiffusion(files, signal);
const size = { height: 32, width: 48 };
const words = ['a red hat, thin lips', ''] as const;

describe('a text-to-image model', () => {
  it('encodes prompts as float64 does, and frees the encoder', async () => {
    const before = ctx.buffers.liveBytes;
    const prompts = await encodePrompts(ctx, files, model, words, options);
    expect(ctx.buffers.liveBytes).toBe(before);
    const { weights } = goldenDiffusers('clip-quick');
    const { config } = model.texts[0]!;
    for (const { text, states } of prompts) {
      expect(text.ids).toHaveLength(12);
      const tokens = clipTokens(config, [...text.ids], weights);
      const graph = clipGraph(config, { texts: 1, tokens: 12 }, { skip: 0, normed: true });
      expect(nmse(states, interpret(graph, { tokens }, weights).get('state')!)).toBeLessThan(1e-12);
    }
    // Ten tokens fit between the ends; this vocabulary cuts words into few letters.
    expect(prompts[0]!.text.cut).toBe('ps');
    expect(nmse(prompts[0]!.states, prompts[1]!.states)).toBeGreaterThan(1e-3);
  });

  it('reads of the table of tokens only the rows of the prompt', async () => {
    const own = tinyFiles();
    const opened = await readDiffusion(own, signal);
    const before = own.got.store;
    await encodePrompts(ctx, own, opened, ['aa'], options);
    const whole = own.list.find(({ name }) => name === 'text_encoder/model.safetensors')!.bytes;
    // 600 rows of 32 numbers of two bytes lie in the table; twelve tokens are read, some of them equal.
    expect(own.got.store - before).toBeLessThan(whole - 500 * 64);
  });

  it('denoises as float64 does, guided by a prompt', async () => {
    const [prompt, negative] = await encodePrompts(ctx, files, model, words, options);
    const use = { size, prompts: { prompt: prompt!, negative: negative! }, guidance: 4 };
    const dim = 4 * 8 * 12;
    const place = await makePlace(ctx, 2, dim);
    const net = await pipelineDenoiser(ctx, files, model, { ...place, format: 'f32', atOnce: 2 }, use, signal);
    try {
      const { config, weights } = goldenUNet('sd2');
      const reference = referenceDenoiser(
        unetModel(
          config,
          unetEmbedding(config, weights),
          parameterisationOf(model.scheduler),
          { height: 8, width: 12 },
          { tokens: 12 },
        ),
        weights,
        {
          rows: [new Float64Array(config.time.width)],
          row: () => 0,
          nullRow: () => 0,
          texts: { prompt: prompt!.states, negative: negative!.states },
          guidance: 4,
        },
      );
      const x = normals(1, 0, 2, dim);
      const sigmas = [12, 0.7];
      const got = await evaluate(ctx, net, place, x, sigmas);
      sigmas.forEach((sigma, k) => expect(nmse(got[k]!, reference(x, sigma))).toBeLessThan(2e-11));
    } finally {
      net.destroy();
      ctx.buffers.destroyOwner('test');
    }
  });

  it('decodes as float64 does', async () => {
    const latents = Float32Array.from(normals(2, 0, 2, 4 * 8 * 12));
    const pictures = await decodeLatents(ctx, files, model, latents, size, options);
    const { weights } = goldenDiffusers('vae');
    const { before, graph } = decoderOf(model.vae!, { samples: 2, height: 8, width: 12 });
    const input = swapAxes(
      Float64Array.from(latents, (v) => v * before.scale),
      2,
      4,
      96,
    );
    const expected = swapAxes(interpret(graph, { latents: input }, weights).get('out')!, 2, 32 * 48, 3);
    expect(nmse(pictures, expected)).toBeLessThan(5e-12);
  });

  it('says which tensor a file lacks, and frees what it had', async () => {
    const before = ctx.buffers.liveBytes;
    const { file } = goldenDiffusers('vae');
    expect(file.tensors.size).toBeGreaterThan(0);
    const other = tinyFiles({
      'text_encoder/model.safetensors': await files.read(
        'vae/diffusion_pytorch_model.safetensors',
        0,
        files.list.find(({ name }) => name === 'vae/diffusion_pytorch_model.safetensors')!.bytes,
        signal,
      ),
    });
    const opened = await readDiffusion(other, signal);
    await expect(encodePrompts(ctx, other, opened, ['a'], options)).rejects.toThrow(/no tensor "encoder\.layers\.0/);
    expect(ctx.buffers.liveBytes).toBe(before);
  });
});
