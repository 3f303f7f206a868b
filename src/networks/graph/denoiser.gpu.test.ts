import { describe, expect, it } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { normals } from '../../math/normal.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import { goldenUNet, nmse, numbers } from '../../models/diffusers/golden.ts';
import { referenceDenoiser } from '../../models/diffusers/reference.ts';
import type { GraphUse } from '../../models/diffusers/types.ts';
import { unetModel } from '../../models/diffusers/pipeline.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import { evaluate, makePlace } from '../testing.ts';
import { createGraphDenoiser } from './denoiser.ts';

const ctx = await nodeContext();

function setUp(family: string) {
  const { config, weights, file, golden, sizes } = goldenUNet(family);
  const embedding = unetEmbedding(config, weights);
  const table = family === 'ddpm' ? 'ddpm' : 'sd';
  const tokens = golden.inputs['encoder_hidden_states']?.shape[1];
  const model = unetModel(config, embedding, { kind: 'eps', table }, sizes, {
    ...(tokens !== undefined && { tokens }),
    ...(config.guidanceFeatures !== null && { guidance: 7.5 }),
  });
  return { model, weights, file, golden, embedding };
}
/** Two prompts of golden inputs, with guidance. */
const prompted =
  (family: string, guidance: number) =>
  (width: number): GraphUse => {
    const context = goldenUNet(family).golden.inputs['encoder_hidden_states']!;
    const [prompt, negative] = [0, 1].map((i) => {
      const size = context.shape[1]! * context.shape[2]!;
      return Float32Array.from(numbers(context).subarray(i * size, (i + 1) * size));
    });
    return { ...plain(width), texts: { prompt: prompt!, negative: negative! }, guidance };
  };
const plain = (width: number): GraphUse => ({
  rows: [new Float64Array(width)],
  row: () => 0,
  nullRow: () => 0,
  texts: null,
  guidance: 1,
});

async function both(family: string, conditions: (width: number) => GraphUse, samples: number, atOnce: number) {
  const { model, weights, file, embedding } = setUp(family);
  const dim = model.channels * model.height * model.width;
  const place = await makePlace(ctx, samples, dim);
  const used = conditions(embedding.width);
  const net = await createGraphDenoiser(ctx, model, storedTensors(file), used, { ...place, format: 'f32', atOnce });
  try {
    const sigmas = [14.2, 1.3, 0.03];
    const x = normals(3, 0, samples, dim);
    const reference = referenceDenoiser(model, weights, used);
    const got = await evaluate(ctx, net, place, x, sigmas);
    return sigmas.map((sigma, k) => nmse(got[k]!, reference(x, sigma)));
  } finally {
    net.destroy();
    ctx.buffers.destroyOwner('test');
  }
}

describe('a UNet as a denoiser', () => {
  it('ddpm: three samples, two at a time, at three levels', async () => {
    for (const error of await both('ddpm', plain, 3, 2)) expect(error).toBeLessThan(5e-12);
  });
  it('sd2: a prompt and a negative one, weighed by 5, three samples, two at a time', async () => {
    for (const error of await both('sd2', prompted('sd2', 5), 3, 2)) expect(error).toBeLessThan(2e-11);
  });
  it('lcm: told its guidance weight, without a second pass', async () => {
    for (const error of await both('lcm', prompted('lcm', 1), 2, 2)) expect(error).toBeLessThan(5e-12);
  });
  it('cd: classes of its samples beside one another', async () => {
    const classes = (): GraphUse => {
      const { config, weights } = goldenUNet('cd');
      const embedding = unetEmbedding(config, weights);
      const rows = [3, 7].map((label) => embedding.condition({ label }));
      return { rows, row: (sample) => sample % 2, nullRow: () => 0, texts: null, guidance: 2 };
    };
    for (const error of await both('cd', classes, 3, 3)) expect(error).toBeLessThan(5e-12);
  });
  it('frees its weights when its creation fails half way', async () => {
    const { model, file } = setUp('ddpm');
    const place = await makePlace(ctx, 1, model.channels * model.height * model.width);
    const before = ctx.buffers.liveBytes;
    const broken = { ...model, embedding: { ...model.embedding, width: NaN } };
    const made = createGraphDenoiser(ctx, broken, storedTensors(file), plain(1), { ...place, format: 'f32' });
    await expect(made).rejects.toThrow();
    expect(ctx.buffers.liveBytes).toBe(before);
    ctx.buffers.destroyOwner('test');
  });
});
