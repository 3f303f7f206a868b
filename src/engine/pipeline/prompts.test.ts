// Prompts in float64 against what diffusers' own pipelines make of them (training/oracles/prompts.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { nmse, numbers } from '../../models/diffusers/golden.ts';
import { cpuRunner, type Runner } from './parts.ts';
import { encodeWith, promptPair, type PromptText } from './prompts.ts';
import { tinyDitFiles, tinyFiles, tinyXlFiles } from './testing.ts';

type Stored = Parameters<typeof numbers>[0];
interface Golden {
  readonly prompt: string;
  readonly negative: string;
  readonly one: { readonly ids: readonly number[][]; readonly outputs: Readonly<Record<string, Stored>> };
  readonly two: { readonly ids: readonly number[][][]; readonly outputs: Readonly<Record<string, Stored>> };
}
const golden = JSON.parse(
  readFileSync(new URL('../../../training/golden-diffusers/prompts.json', import.meta.url), 'utf8'),
) as Golden;
const { signal } = new AbortController();
/** States are handed over in float32; CLIP's attention casts its softmax to float32 in the library. */
const exact = 1e-13;

async function encoded(
  files: ReturnType<typeof tinyFiles>,
  texts: readonly (string | PromptText)[],
  runner = cpuRunner,
) {
  return encodeWith(runner, files, await readDiffusion(files, signal), texts, signal);
}

describe('one encoder', () => {
  it.each([0, 1, 2])('as StableDiffusionPipeline, %i layers skipped in the prompt alone', async (skip) => {
    const [prompt, negative] = await encoded(tinyFiles(), promptPair(golden.prompt, golden.negative, skip));
    expect([[...prompt!.text.ids], [...negative!.text.ids]]).toEqual(golden.one.ids);
    expect(nmse(prompt!.states, numbers(golden.one.outputs[`prompt-${skip}`]!))).toBeLessThan(exact);
    expect(nmse(negative!.states, numbers(golden.one.outputs[`negative-${skip}`]!))).toBeLessThan(exact);
    expect([prompt!.pooled, prompt!.zeros]).toEqual([null, false]);
  });
  it('says what did not fit, and reads an empty negative as ""', async () => {
    const [prompt, none, empty] = await encoded(tinyFiles(), [...promptPair(golden.prompt, ' '), '']);
    expect(prompt!.text.cut).toBe('ps');
    expect(none!.zeros).toBe(false);
    expect(none!.states).toEqual(empty!.states);
  });
});

describe('two encoders', () => {
  const cases = [
    ['typed', {}, golden.negative, 0],
    ['zeros', {}, '', 0],
    ['zeros', { force_zeros_for_empty_prompt: true }, '', 0],
    ['empty', { force_zeros_for_empty_prompt: false }, '', 0],
    ['skip', {}, golden.negative, 1],
  ] as const;
  it.each(cases)('as StableDiffusionXLPipeline: %s %j', async (name, index, negative, skip) => {
    const made = await encoded(tinyXlFiles(index), promptPair(golden.prompt, negative, skip));
    const near = (values: ArrayLike<number>, part: string) => {
      const expected = numbers(golden.two.outputs[`${name}.${part}`]!);
      if (name === 'zeros' && part.startsWith('negative')) {
        expect(Float64Array.from(values)).toEqual(expected);
        expect(expected.every((v) => v === 0)).toBe(true);
      } else expect(nmse(values, expected), part).toBeLessThan(exact);
    };
    near(made[0]!.states, 'prompt');
    near(made[0]!.pooled!, 'pooled');
    near(made[1]!.states, 'negative');
    near(made[1]!.pooled!, 'negative-pooled');
    expect(made[1]!.zeros).toBe(name === 'zeros');
    expect(made[0]!.texts.map(({ ids }) => [...ids])).toEqual(golden.two.ids.map(([ids]) => ids));
    // Each tokenizer pads in its own way; two paddings are there to be told apart.
    if (name === 'typed') expect([...made[1]!.texts[0]!.ids]).not.toEqual([...made[1]!.texts[1]!.ids]);
  });
  it('loads one encoder at a time, each once, and frees it', async () => {
    const log: string[] = [];
    const watched: Runner = async (graph, stored) => {
      const run = await cpuRunner(graph, stored);
      const width = [...graph.inputs.values()][0]!.channels;
      log.push(`load ${width}`);
      return { ...run, destroy: () => void log.push(`free ${width}`) };
    };
    await encoded(tinyXlFiles(), ['a', 'b', { text: 'c', skip: 1 }], watched);
    expect(log).toEqual(['load 32', 'free 32', 'load 48', 'free 48']);
  });
  it('frees an encoder that fails', async () => {
    let freed = 0;
    const failing: Runner = async () => ({
      activationBytes: 0,
      run: () => Promise.reject(new Error('lost')),
      destroy: () => void freed++,
    });
    await expect(encoded(tinyXlFiles(), ['a'], failing)).rejects.toThrow('lost');
    expect(freed).toBe(1);
  });
});

describe('what cannot be encoded', () => {
  it.each([
    [tinyFiles, -1, '0 to 3'],
    [tinyFiles, 4, '0 to 3'],
    [tinyFiles, 0.5, '0 to 3'],
    [tinyXlFiles, 3, '0 to 2'],
  ])('%o skipping %f layers', async (files, skip, range) => {
    await expect(encoded(files(), [{ text: 'a', skip }])).rejects.toThrow(
      expect.objectContaining({ message: expect.stringMatching(/cannot skip/), hint: expect.stringContaining(range) }),
    );
  });
  it('a model without text', async () => {
    await expect(encoded(tinyDitFiles(), ['a'])).rejects.toThrow('tiny DiT reads no text.');
  });
  it('tokenizers of two lengths', async () => {
    const config = new TextEncoder().encode(JSON.stringify({ model_max_length: 9 }));
    await expect(encoded(tinyXlFiles({}, { 'tokenizer_2/tokenizer_config.json': config }), ['a'])).rejects.toThrow(
      'make 12 and 9 tokens',
    );
  });
  it('anything after a cancel', async () => {
    const stop = new AbortController();
    const files = tinyXlFiles();
    const model = await readDiffusion(files, signal);
    const late: Runner = (graph, stored) => {
      stop.abort();
      return cpuRunner(graph, stored);
    };
    await expect(encodeWith(late, files, model, ['a'], stop.signal)).rejects.toThrow('cancelled');
  });
});
