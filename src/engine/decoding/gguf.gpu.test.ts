/**
 * Whole GGUF files on the GPU with their matrices kept as they are stored, against logits of transformers in float64
 * over the reference's dequantised weights.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inFull, reduced } from '../../core/testing.ts';
import { isBlockFormat } from '../../core/weightFormat.ts';
import { parseGgufHeader } from '../../formats/gguf.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { openLocal } from '../../hub/localFiles.ts';
import { nmse } from '../../models/networks/golden.ts';
import { createTransformer } from '../../networks/transformer.ts';
import type { TransformerWeights } from '../../networks/transformerWeights.ts';
import { loadModel } from './load.ts';

const ctx = await nodeContext();
const signal = new AbortController().signal;
const folder = new URL('../../../training/golden-gguf/', import.meta.url);
const golden = (
  JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
    models: Record<string, { tokens: number[]; types: Record<string, number> }>;
  }
).models;
const flat = (rows: readonly Float32Array[]) => rows.flatMap((row) => [...row]);
let before: readonly number[];
beforeAll(() => {
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before));

const load = (id: string, bytes: Uint8Array<ArrayBuffer>) =>
  loadModel(
    ctx,
    openLocal({ from: 'file', name: `${id}.gguf` }, [{ path: `${id}.gguf`, file: new File([bytes], `${id}.gguf`) }]),
    { format: 'stored', owner: 'stored weights', progress: () => {}, signal },
  );
const bytesOf = (id: string) => new Uint8Array(readFileSync(new URL(`${id}.gguf`, folder)));

describe('as stored in the file', () => {
  // In the short tier those with the most types, and of them one on the second adapter; the rest have types of these.
  const short = reduced ? ['qwen2-small'] : ['llama-spm', 'qwen2', 'qwen2-small'];
  test.each([...short, ...inFull(['gpt2', 'llama-bpe', 'qwen3'])])('%s', async (id) => {
    const { tokens, types } = golden[id]!;
    const bytes = bytesOf(id);
    const loaded = await load(id, bytes);
    const weights = loaded.weights as TransformerWeights;
    const session = await createTransformer(ctx, loaded.config, weights, {
      slots: 2,
      context: 64,
      owner: 'stored weights',
      mostRows: 16,
    });
    try {
      expect(loaded.format).toBe('stored');
      for (const type of Object.keys(types).filter(isBlockFormat)) expect(loaded.notices.join()).toContain(type);
      // The file's own bytes: what is more is padding, and vectors are f32 there too. Without the tokenizer it is smaller.
      expect(weights.bytes).toBeLessThan(bytes.length * 1.02);
      const expected = new Float32Array(readFileSync(new URL(`${id}.bin`, folder)).buffer.slice(0));
      const [a, b] = [await session.open(), await session.open()];
      const whole = flat((await session.forward([{ sequence: a, tokens }], { want: 'all' })).logits[0]!);
      const steps: Float32Array[] = [];
      for (const token of tokens.slice(0, 9))
        steps.push((await session.forward([{ sequence: b, tokens: [token] }], { want: 'last' })).logits[0]![0]!);
      const error = nmse(whole, expected);
      expect(error).toBeLessThan(1e-9);
      expect(error).toBeGreaterThan(0);
      expect(nmse(flat(steps), expected.subarray(0, flat(steps).length))).toBeLessThan(1e-9);
    } finally {
      session.destroy();
      weights.destroy();
    }
  });

  test('a block whose scale is no number is refused by the name of its tensor', async () => {
    const bytes = bytesOf('llama-spm');
    const { begin } = parseGgufHeader(bytes, bytes.length).tensors.find((t) => t.name === 'blk.0.ffn_down.weight')!;
    bytes.set([0, 0x7e], begin);
    await expect(load('llama-spm', bytes)).rejects.toThrow(/Tensor blk\.0\.ffn_down\.weight cannot be used: block 0/);
  });
});
