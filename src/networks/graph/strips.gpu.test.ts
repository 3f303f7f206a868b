// Pictures in strips against the same network whole: every number is to be the same.
import { afterEach, expect, it } from 'vitest';
import { parseAutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { nodeContext, wave } from '../../gpu/testing.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import { goldenDiffusers, goldenUNet, nmse, unetInputs } from '../../models/diffusers/golden.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { decoderOf, encoderOf } from '../../models/diffusers/vae.ts';
import { sizeOf, type Graph } from '../../models/graph/types.ts';
import { createGpuNetwork } from './network.ts';
import { stripsOf } from './strips.ts';

const ctx = await nodeContext();
afterEach(() => ctx.buffers.destroyOwner('test'));

type Inputs = Readonly<Record<string, ArrayLike<number>>>;

async function made(graph: Graph, family: string, inputs: Inputs, most: number) {
  const options = { format: 'f32', owner: 'test', most } as const;
  const network = await createGpuNetwork(ctx, graph, storedTensors(goldenDiffusers(family).file), options);
  const out = (await network.run(inputs)).get('out')!;
  if (ctx.firstError) throw new Error(ctx.firstError);
  network.destroy();
  return { out, dispatches: network.dispatches };
}

const vae = parseAutoencoderConfig(goldenDiffusers('vae').configJson);
const taesd = parseAutoencoderConfig(goldenDiffusers('taesd').configJson);
const size = { samples: 1, height: 12, width: 8 };
const unet = (family: string): { graph: Graph; inputs: Inputs } => {
  const { config, sizes, golden, weights } = goldenUNet(family);
  return { graph: unetGraph(config, sizes), inputs: unetInputs(config, golden.inputs, weights) };
};
const filled = (graph: Graph): { graph: Graph; inputs: Inputs } => ({
  graph,
  inputs: Object.fromEntries([...graph.inputs].map(([name, t]) => [name, wave(sizeOf(t), 3)])),
});

// Bytes of the largest tensor that lies whole; how many pictures are then cut, at least, and into how many strips.
it.each([
  ['vae', 'decoder', () => filled(decoderOf(vae, size).graph), 20_000, 12, 4],
  ['vae', 'decoder of two', () => filled(decoderOf(vae, { ...size, samples: 2 }).graph), 40_000, 12, 4],
  ['vae', 'encoder', () => filled(encoderOf(vae, size).graph), 30_000, 6, 3],
  ['taesd', 'decoder', () => filled(decoderOf(taesd, size).graph), 20_000, 8, 3],
  ['ddpm', 'unet', () => unet('ddpm'), 5_000, 6, 2],
  ['cd', 'unet', () => unet('cd'), 5_000, 4, 2],
] as const)('%s %s', async (family, _, build, most, pictures, strips) => {
  const { graph, inputs } = build();
  const cut = stripsOf(graph, most, () => 0);
  expect(cut.size).toBeGreaterThanOrEqual(pictures);
  expect(Math.max(...[...cut.values()].map((list) => list.length))).toBeGreaterThanOrEqual(strips);
  const one = await made(graph, family, inputs, Infinity);
  const many = await made(graph, family, inputs, most);
  expect(many.dispatches).toBeGreaterThan(one.dispatches + pictures);
  expect(nmse(many.out, one.out)).toBe(0);
});
