// Classes, sizes and pooled texts as rows, and what diffusers' pipelines make of them (training/oracles/prompts.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDitConfig } from '../../formats/diffusers/dit.ts';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { goldenDiffusers, nmse, numbers } from '../../models/diffusers/golden.ts';
import { noiseTableOf } from '../../models/diffusers/conventions.ts';
import { noiseWeights } from '../../models/diffusers/ditModel.ts';
import { referenceDenoiser } from '../../models/diffusers/reference.ts';
import type { UNetCondition } from '../../models/diffusers/unetEmbedding.ts';
import { sigmaAt } from '../../schedules/noiseTable.ts';
import type { DiscreteSchedulerConfig } from '../../formats/diffusers/schedulerTypes.ts';
import { conditionsOf, sizeNumbers, type Given } from './conditions.ts';
import { pipelineModel } from './pipeline.ts';
import type { Prompt } from './prompts.ts';
import { tinyDitFiles, tinyFiles, tinyPixelFiles, tinyXlFiles } from './testing.ts';

type Stored = Parameters<typeof numbers>[0];
const golden = JSON.parse(
  readFileSync(new URL('../../../training/golden-diffusers/prompts.json', import.meta.url), 'utf8'),
) as {
  readonly two: { readonly time_ids: readonly number[] };
  readonly dit: {
    readonly labels: readonly number[];
    readonly guidance: number;
    readonly time: number;
    readonly inputs: { readonly sample: Stored };
    readonly outputs: { readonly noise: Stored };
  };
};
const { signal } = new AbortController();
const size = { height: 32, width: 48 };
const none: Given = { prompts: null, labels: null, size };
const text = (value: number): Prompt => ({
  text: { ids: new Int32Array(2), tokens: [], kept: 0, cut: '' },
  texts: [],
  states: new Float32Array([value]),
  pooled: new Float64Array([value]),
  zeros: false,
});
const prompts = { prompt: text(1), negative: text(2) };
/** A condition as a row that tells what was asked. */
const told = ({ label = -1, pooled, ids = [] }: UNetCondition) => Float64Array.from([label, ...(pooled ?? []), ...ids]);
const networkOf = async (files: ReturnType<typeof tinyFiles>) => (await readDiffusion(files, signal)).network;

describe('classes', () => {
  it('of DiT: a row for each class, and the one after the last for no class', async () => {
    const network = await networkOf(tinyDitFiles());
    const { rows, row, nullRow, texts } = conditionsOf('DiT', network, told, { ...none, labels: [3, 7, 3] }, true);
    expect(rows.map(([label]) => label)).toEqual([3, 7, 10]);
    expect([0, 1, 2, 3, 4].map(row)).toEqual([0, 1, 0, 0, 1]);
    expect([0, 1, 2].map(nullRow)).toEqual([2, 2, 2]);
    expect(texts).toBeNull();
  });
  it('that are avoided have rows of their own, each a side that answers alone', async () => {
    const network = await networkOf(tinyDitFiles());
    const given = { ...none, labels: [3, 7], avoid: [7, 9] };
    const { rows, sides } = conditionsOf('DiT', network, told, given, true);
    const labels = (sample: number) => sides.map(({ name, row }) => [name, rows[row(sample)]![0]]);
    expect(labels(1)).toEqual([
      ['said', 7],
      ['free', 10],
      ['class 7', 7],
      ['class 9', 9],
    ]);
    expect(() => conditionsOf('DiT', network, told, { ...given, avoid: [10] }, true)).toThrow(
      'DiT has no class 10 to avoid.',
    );
  });
  it('of a consistency model: no row stands for no class, and guidance is refused', async () => {
    const network = await networkOf(tinyPixelFiles('cd'));
    const given = { ...none, labels: [9, 0] };
    const { rows, row, nullRow } = conditionsOf('cd', network, told, given, false);
    expect(rows.map(([label]) => label)).toEqual([9, 0]);
    expect([row(1), nullRow(1)]).toEqual([1, 1]);
    expect(() => conditionsOf('cd', network, told, given, true)).toThrow('knows none that stands for no class');
  });
  it.each([[[10]], [[-1]], [[1.5]], [[NaN]], [[]], [null]])('refuses %j', async (labels) => {
    const network = await networkOf(tinyPixelFiles('cd'));
    expect(() => conditionsOf('cd', network, told, { ...none, labels }, false)).toThrow(
      expect.objectContaining({ hint: 'Give a whole number from 0 to 9.' }),
    );
  });
  it('are refused by a network without them, as is a text, and guidance', async () => {
    const network = await networkOf(tinyPixelFiles('ddpm'));
    expect(conditionsOf('ddpm', network, told, none, false).rows).toHaveLength(1);
    expect(() => conditionsOf('ddpm', network, told, { ...none, labels: [1] }, false)).toThrow('has no classes, and 1');
    expect(() => conditionsOf('ddpm', network, told, { ...none, prompts }, false)).toThrow('reads no text');
    expect(() => conditionsOf('ddpm', network, told, none, true)).toThrow('reads neither text nor class');
  });
});

describe('texts and sizes', () => {
  it('of SDXL: a row with the pooled text and six numbers for each half of guidance', async () => {
    const network = await networkOf(tinyXlFiles());
    const { rows, row, nullRow, texts } = conditionsOf('XL', network, told, { ...none, prompts }, true);
    expect(rows.map((r) => [...r])).toEqual([
      [-1, 1, 32, 48, 0, 0, 32, 48],
      [-1, 2, 32, 48, 0, 0, 32, 48],
    ]);
    expect([row(0), nullRow(0)]).toEqual([0, 1]);
    expect([texts!.prompt[0], texts!.negative[0]]).toEqual([1, 2]);
  });
  it('of SDXL: no text at all is a third row and text', async () => {
    const network = await networkOf(tinyXlFiles());
    const given = { ...none, prompts: { ...prompts, empty: text(5) } };
    const { rows, texts, sides } = conditionsOf('XL', network, told, given, true);
    expect(sides.map(({ name, row, text: read }) => [name, rows[row(0)]![1], texts![read]![0]])).toEqual([
      ['said', 1, 1],
      ['free', 2, 2],
      ['empty', 5, 5],
    ]);
  });
  it('in the order of diffusers: height first, crop second, target last', () => {
    const ids = {
      original: { height: 48, width: 32 },
      crop: { top: 3, left: 5 },
      target: { height: 64, width: 96 },
    };
    expect(sizeNumbers(ids)).toEqual(golden.two.time_ids);
  });
  it('of Stable Diffusion: the states alone; without a prompt it is refused', async () => {
    const network = await networkOf(tinyFiles());
    expect(conditionsOf('SD', network, told, { ...none, prompts }, true).rows).toHaveLength(1);
    expect(() => conditionsOf('SD', network, told, none, false)).toThrow('reads text, and none is given');
  });
});

describe('DiT as a denoiser', () => {
  it('gives the noise that DiTPipeline steps with: guided on all channels, without the variances', async () => {
    const files = tinyDitFiles();
    const model = await readDiffusion(files, signal);
    const { dit } = golden;
    const made = await pipelineModel(files, model, { height: 32, width: 32 }, {}, signal);
    const { weights, configJson } = goldenDiffusers('dit');
    const config = parseDitConfig(configJson);
    const conditions = conditionsOf(
      'DiT',
      model.network,
      (c) => made.condition(c),
      { ...none, labels: dit.labels },
      true,
    );
    const use = { ...conditions, texts: null, guidance: dit.guidance };
    const denoise = referenceDenoiser(made.graph, noiseWeights(config, weights), use);
    const sigma = sigmaAt(noiseTableOf(model.scheduler as DiscreteSchedulerConfig), dit.time, 'linear');
    // Schedulers of this kind step x = x̂/√(1 + σ̂²); the noise is (x̂ − D)/σ̂.
    const x = numbers(dit.inputs.sample).map((v) => v * Math.sqrt(1 + sigma * sigma));
    const noise = denoise(x, sigma).map((v, i) => (x[i]! - v) / sigma);
    // The pipeline's table of levels is float32, and with it α.
    expect(nmse(noise, numbers(dit.outputs.noise))).toBeLessThan(1e-12);
  });
  it('reads of the last layer what it gives', async () => {
    const files = tinyDitFiles();
    const made = await pipelineModel(files, await readDiffusion(files, signal), { height: 32, width: 32 }, {}, signal);
    const out = made.graph.graph(1, 1).outputs.get('out')!;
    expect([out.height, out.width, out.channels]).toEqual([4, 4, 16]);
    const { weights } = goldenDiffusers('dit');
    const all = weights.matrix('proj_out_2.weight', 32, 72, 1);
    const own = await made.tensors.matrix('proj_out_2.weight', 16, 72, 1);
    // (dy, dx) = (0, 1), channel 2: of eight channels a place the eleventh row, of four the seventh.
    expect([...own.subarray(6 * 72, 7 * 72)]).toEqual([...all.subarray(10 * 72, 11 * 72)]);
    const bias = weights.vector('proj_out_2.bias', 32);
    expect((await made.tensors.vector('proj_out_2.bias', 16))[6]).toBe(bias[10]);
  });
  it('refuses a file whose blocks have embeddings of their own, by name', async () => {
    const name = 'transformer/diffusion_pytorch_model.safetensors';
    const files = tinyDitFiles();
    const bytes = await files.read(name, 0, files.list.find((f) => f.name === name)!.bytes, signal);
    const header = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    const tensors = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + Number(header)))) as Record<
      string,
      { readonly data_offsets: readonly [number, number] }
    >;
    const tensor = 'transformer_blocks.1.norm1.emb.class_embedder.embedding_table.weight';
    const changed = bytes.slice();
    changed[8 + Number(header) + tensors[tensor]!.data_offsets[0] + 5]! ^= 0x40;
    const other = tinyDitFiles({ [name]: changed });
    const made = pipelineModel(other, await readDiffusion(other, signal), { height: 32, width: 32 }, {}, signal);
    await expect(made).rejects.toThrow(`${tensor} differs from that of transformer_blocks.0 (number 2:`);
  });
});
