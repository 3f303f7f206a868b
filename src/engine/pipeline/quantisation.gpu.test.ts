import { afterEach, describe, expect, it } from 'vitest';
import { reduced } from '../../core/testing.ts';
import { parseSchedulerConfig } from '../../formats/diffusers/scheduler.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { nmse } from '../../models/diffusers/golden.ts';
import { networkSize } from '../../models/diffusers/memory.ts';
import { loadDenoiserWeights } from '../../networks/graph/denoiser.ts';
import { evaluate, makePlace } from '../../networks/testing.ts';
import { startingNoise } from './noise.ts';
import { encodePrompts, pipelineDenoiser, pipelineModel } from './pipeline.ts';
import { changeOf, measureChange, measuredLevels } from './quantisation.ts';
import { bundledFiles, tinyDitFiles, tinyPixelFiles } from './testing.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
afterEach(() => ctx.buffers.destroyOwner('test'));

// A processor that emulates a GPU takes twenty seconds for it, and the kernels are held on both.
describe.skipIf(reduced)('the bundled model in fewer bits', async () => {
  const files = bundledFiles();
  const model = await readDiffusion(files, signal);
  const words = ['red curly hair, light blue background, style micah', ''];
  const [prompt, negative] = await encodePrompts(ctx, files, model, words, { format: 'f32', owner: 'test', signal });
  const size = { height: 64, width: 64 };
  const given = { size, labels: null, prompts: { prompt: prompt!, negative: negative! } };
  const ask = { given, guidance: 3, seed: 7, memory: 2 ** 30, owner: 'test', signal };

  it('is the same in 16 bits, which is what its file has', async () => {
    const before = ctx.buffers.liveBytes;
    const { from, levels } = (await measureChange(ctx, files, model, 'f16', ask))!;
    expect(from).toBe('f16');
    expect(levels.map(({ nmse: n, most }) => [n, most])).toEqual(levels.map(() => [0, 0]));
    expect(levels.map(({ sigma }) => sigma)).toEqual(measuredLevels(model.scheduler));
    expect(ctx.buffers.liveBytes).toBe(before);
  });
  it('changes little in 8 and more in 4', async () => {
    const [int8, int4] = [
      (await measureChange(ctx, files, model, 'int8', ask))!,
      (await measureChange(ctx, files, model, 'int4', ask))!,
    ];
    int8.levels.forEach(({ nmse: eight, most }, k) => {
      const four = int4.levels[k]!;
      expect(eight).toBeGreaterThan(1e-9);
      expect(eight).toBeLessThan(2e-3);
      expect(four.nmse).toBeGreaterThan(3 * eight);
      expect(four.most).toBeGreaterThan(most);
    });
  });
  it('is what two denoisers differ by, at the noisiest level and on what the file’s own weights saw there', async () => {
    const sigmas = measuredLevels(model.scheduler).slice(0, 2);
    const shape = { pictures: 1, channels: 4, height: 16, width: 16 };
    const noise = sigmas.map((_, draw) => startingNoise('ours', 7, shape, { draw }));
    const inputs = [Float64Array.from(noise[0]!, (z) => Math.fround(sigmas[0]! * z))];
    const results: Float32Array[][] = [];
    for (const format of ['f32', 'int8'] as const) {
      const place = await makePlace(ctx, 1, inputs[0]!.length);
      const use = { size, prompts: given.prompts, guidance: 3 };
      const net = await pipelineDenoiser(ctx, files, model, { ...place, format }, use, signal);
      const found: Float32Array[] = [];
      for (const [k, sigma] of sigmas.entries()) {
        inputs[k] ??= Float64Array.from(noise[k]!, (z, i) => Math.fround(found[0]![i]! + sigma * z));
        found.push((await evaluate(ctx, net, place, inputs[k]!, [sigma]))[0]!);
      }
      results.push(found);
      net.destroy();
    }
    const change = (await measureChange(ctx, files, model, 'int8', ask))!;
    for (const k of sigmas.keys())
      expect(change.levels[k]!.nmse / nmse(results[1]![k]!, results[0]![k]!), `level ${k}`).toBeCloseTo(1, 3);
  });
  it('takes weights that are loaded, leaves them, and needs no room for them', async () => {
    const { graph, tensors } = await pipelineModel(files, model, size, { tokens: prompt!.text.ids.length }, signal);
    const memory = networkSize(model.network).bytes.f16 + 2 ** 22;
    for (const format of ['int8', 'f32'] as const) {
      const loaded = await loadDenoiserWeights(ctx, graph, tensors, { format, owner: 'test' });
      const before = ctx.buffers.liveBytes;
      const change = await measureChange(ctx, files, model, format, { ...ask, loaded, memory });
      expect(change).toEqual(await measureChange(ctx, files, model, format, ask));
      expect(ctx.buffers.liveBytes).toBe(before);
      loaded.destroy();
    }
  });
  it('is not measured where one of the two does not fit', async () => {
    const own = networkSize(model.network).bytes;
    for (const format of ['int8', 'f32'] as const)
      expect(await measureChange(ctx, files, model, format, { ...ask, memory: own.f16 })).toBeNull();
    const memory = own.f16 + 2 ** 22;
    expect(own.f32).toBeGreaterThan(memory);
    expect(await measureChange(ctx, files, model, 'f32', { ...ask, memory })).toBeNull();
    expect(await measureChange(ctx, files, model, 'int4', { ...ask, memory })).not.toBeNull();
  });
});

it.each([
  ['ddpm', 'f32', tinyPixelFiles('ddpm'), null, 1],
  ['dit', 'f16', tinyDitFiles(), [3], 4],
] as const)('%s, against weights kept as %s', async (_, from, files, labels, guidance) => {
  const model = await readDiffusion(files, signal);
  const given = { size: { height: 32, width: 32 }, labels, prompts: null };
  const ask = { given, guidance, seed: 1, memory: 2 ** 28, owner: 'test', signal };
  const change = (await measureChange(ctx, files, model, 'int8', ask))!;
  expect(change.from).toBe(from);
  for (const { nmse: n } of change.levels) {
    expect(n).toBeGreaterThan(1e-12);
    expect(n).toBeLessThan(0.02);
  }
});

describe('levels', () => {
  const of = (config: object) => measuredLevels(parseSchedulerConfig(new TextEncoder().encode(JSON.stringify(config))));
  it('of a table, at its own times', () => {
    const levels = of({
      _class_name: 'DDIMScheduler',
      beta_schedule: 'scaled_linear',
      beta_start: 0.00085,
      beta_end: 0.012,
    });
    expect(levels[2]).toBeCloseTo(1.6145, 2);
    expect([...levels].sort((a, b) => b - a)).toEqual(levels);
  });
  it('of a flow and of a consistency model', () => {
    expect(of({ _class_name: 'FlowMatchEulerDiscreteScheduler' })[0]).toBeCloseTo(9, 9);
    expect(of({ _class_name: 'CMStochasticIterativeScheduler' })[2]).toBeCloseTo(Math.sqrt(0.002 * 80), 9);
  });
});

it('a change is over the reference, and its largest over the reference’s size', () => {
  const { nmse: n, most } = changeOf(1, Float32Array.of(3, -3, 3, -3), Float32Array.of(3, -3, 6, -3));
  expect([n, most]).toEqual([9 / 36, 1]);
});
