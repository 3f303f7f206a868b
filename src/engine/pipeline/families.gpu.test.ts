// Every family of model on the GPU against float64: prompts, conditions, network, pictures, as a run puts them together.
import { afterAll, describe, expect, it } from 'vitest';
import { reduced } from '../../core/testing.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../hub/files.ts';
import { normals } from '../../math/normal.ts';
import { nmse } from '../../models/diffusers/golden.ts';
import { withWeights } from '../../models/diffusers/prefetch.ts';
import { referenceDenoiser } from '../../models/diffusers/reference.ts';
import { evaluate, makePlace } from '../../networks/testing.ts';
import { conditionsOf } from './conditions.ts';
import { cpuRunner } from './parts.ts';
import { encodePicture, encodePrompts, pipelineDenoiser, pipelineModel, promptPair } from './pipeline.ts';
import { encodePictureWith } from './pictures.ts';
import { fitPreview } from './preview.ts';
import { storedPreview } from './storedPreview.ts';
import { encodeWith } from './prompts.ts';
import { bundledFiles, tinyDitFiles, tinyFiles, tinyPixelFiles, tinyXlFiles } from './testing.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
const options = { format: 'f32', owner: 'test', signal } as const;
afterAll(() => {
  ctx.buffers.destroyOwner('test');
});

interface Case {
  readonly files: ModelFiles;
  readonly size: { readonly height: number; readonly width: number };
  readonly labels?: readonly number[];
  readonly guidance: number;
  readonly sigmas: readonly number[];
}
const text = promptPair('a red hat', '', 1);
const cases: readonly (readonly [string, Case])[] = [
  ['SDXL, guided', { files: tinyXlFiles(), size: { height: 32, width: 16 }, guidance: 4, sigmas: [12, 0.7] }],
  [
    'DiT, guided',
    { files: tinyDitFiles(), size: { height: 32, width: 16 }, labels: [3, 7], guidance: 4, sigmas: [50, 0.7] },
  ],
  [
    'a consistency model of classes',
    { files: tinyPixelFiles('cd'), size: { height: 8, width: 12 }, labels: [9, 2], guidance: 1, sigmas: [70, 1] },
  ],
  [
    'a model without conditions',
    { files: tinyPixelFiles('ddpm'), size: { height: 8, width: 12 }, guidance: 1, sigmas: [50, 0.3] },
  ],
];

describe.each(cases)('%s', (_, { files, size, labels, guidance, sigmas }) => {
  it('denoises as float64 does', async () => {
    const model = await readDiffusion(files, signal);
    const reads = model.texts.length > 0;
    const [prompt, negative] = reads ? await encodePrompts(ctx, files, model, text, options) : [];
    const prompts = prompt && negative ? { prompt, negative } : null;
    const tokens = prompts?.prompt.text.ids.length;
    const made = await pipelineModel(files, model, size, { ...(tokens !== undefined && { tokens }) }, signal);
    const { channels, height, width } = made.graph;
    const dim = channels * height * width;
    const place = await makePlace(ctx, 3, dim);
    const use = { size, prompts, guidance, ...(labels && { labels }) };
    const net = await pipelineDenoiser(ctx, files, model, { ...place, format: 'f32', atOnce: 2 }, use, signal);
    const given = { size, prompts, labels: labels ?? null };
    const conditions = conditionsOf(files.title, model.network, (c) => made.condition(c), given, guidance !== 1);
    const x = normals(1, 0, 3, dim);
    const got = await evaluate(ctx, net, place, x, sigmas);
    net.destroy();
    for (const [k, sigma] of sigmas.entries()) {
      const expected = await withWeights(
        (weights) => referenceDenoiser(made.graph, weights, { ...conditions, guidance })(x, sigma),
        made.tensors,
      );
      expect(nmse(got[k]!, expected)).toBeLessThan(2e-11);
    }
  });
});

it('encodes a prompt by two encoders as float64 does, and frees both', async () => {
  const files = tinyXlFiles({ force_zeros_for_empty_prompt: false });
  const model = await readDiffusion(files, signal);
  const before = ctx.buffers.liveBytes;
  const gpu = await encodePrompts(ctx, files, model, text, options);
  expect(ctx.buffers.liveBytes).toBe(before);
  const cpu = await encodeWith(cpuRunner, files, model, text, signal);
  gpu.forEach(({ states, pooled }, k) => {
    expect(nmse(states, cpu[k]!.states)).toBeLessThan(1e-12);
    expect(nmse(pooled!, cpu[k]!.pooled!)).toBeLessThan(1e-12);
  });
});

it.each(['vae', 'taesd'] as const)('encodes a picture by %s as float64 does, and frees it', async (vae) => {
  const files = tinyFiles({}, vae);
  const model = await readDiffusion(files, signal);
  const size = { height: 32, width: 16 };
  const picture = normals(3, 0, 1, 3 * 32 * 16).map((v) => Math.tanh(v));
  const before = ctx.buffers.liveBytes;
  const gpu = await encodePicture(ctx, files, model, picture, size, options);
  expect(ctx.buffers.liveBytes).toBe(before);
  expect(nmse(gpu, await encodePictureWith(cpuRunner, files, model, picture, size, signal))).toBeLessThan(5e-12);
});

it.skipIf(reduced)(
  'the preview of the bundled model: three quarters of its decoder, more than a latent alone tells',
  async () => {
    const files = bundledFiles();
    const model = await readDiffusion(files, signal);
    const before = ctx.buffers.liveBytes;
    const around = await fitPreview(ctx, files, model, options);
    const linear = await fitPreview(ctx, files, model, options, 'linear');
    expect(ctx.buffers.liveBytes).toBe(before);
    // 0.755 and 0.634 on the five probes that are held out.
    expect(around.fit).toBeGreaterThan(0.74);
    expect(linear.fit).toBeGreaterThan(0.6);
    expect(around.fit).toBeGreaterThan(linear.fit + 0.1);
    // What the model brings is this fit: `npx vite-node scripts/writePreview.ts` writes it again.
    const stored = await storedPreview({ ...files, source: { from: 'bundled', id: 'text-avatars' } }, model, signal);
    expect(Math.abs(stored!.fit - around.fit)).toBeLessThan(1e-4);
    around.map.weights.forEach((w, i) => expect(Math.abs(stored!.map.weights[i]! - w)).toBeLessThan(1e-3));
  },
);
