import { describe, expect, it } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { normals } from '../../math/normal.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import { goldenUNet, nmse } from '../../models/diffusers/golden.ts';
import { referenceDenoiser } from '../../models/diffusers/reference.ts';
import type { GraphModel, GraphUse } from '../../models/diffusers/types.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import { scalarsAt } from '../../models/parameterisation.ts';
import { evaluate, makePlace } from '../testing.ts';
import { createGraphDenoiser } from './denoiser.ts';

const ctx = await nodeContext();

function unetModel(family: string) {
  const { config, weights, file, golden, sizes } = goldenUNet(family);
  const embedding = unetEmbedding(config, weights);
  const model: GraphModel = {
    graph: (samples, texts) => unetGraph(config, { ...sizes, samples, texts }),
    scalars: (sigma) => scalarsAt({ kind: 'eps', table: family === 'ddpm' ? 'ddpm' : 'sd' }, sigma),
    channels: config.inChannels,
    height: sizes.height,
    width: sizes.width,
    embedding,
  };
  return { model, weights, file, golden, embedding };
}
const plain = (width: number): GraphUse => ({
  rows: [new Float64Array(width)],
  row: () => 0,
  nullRow: () => 0,
  texts: null,
  guidance: 1,
});

async function both(family: string, use: (width: number) => GraphUse, samples: number, atOnce: number) {
  const { model, weights, file, embedding } = unetModel(family);
  const dim = model.channels * model.height * model.width;
  const place = await makePlace(ctx, samples, dim);
  const used = use(embedding.width);
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
});
