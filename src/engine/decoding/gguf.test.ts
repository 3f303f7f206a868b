/**
 * Whole GGUF files through the loader of the page, against logits of transformers in float64 over the reference's
 * dequantised weights.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nmse } from '../../models/networks/golden.ts';
import { createCpuSession, type CpuWeights } from './cpuSession.ts';
import { openLocal } from '../../hub/localFiles.ts';
import { loadModel } from './load.ts';

const folder = new URL('../../../training/golden-gguf/', import.meta.url);
const golden = (
  JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
    models: Record<string, { tokens: number[]; vocab: number; texts: unknown }>;
  }
).models;
const signal = new AbortController().signal;

describe('golden GGUF files, from bytes to logits', () => {
  test.each(['gpt2', 'llama-bpe', 'llama-spm', 'qwen2', 'qwen2-small', 'qwen3'])('%s', async (id) => {
    const { tokens, vocab } = golden[id]!;
    const bytes = readFileSync(new URL(`${id}.gguf`, folder));
    const phases: string[] = [];
    const loaded = await loadModel(
      null,
      openLocal({ from: 'file', name: `${id}.gguf` }, [{ path: `${id}.gguf`, file: new File([bytes], `${id}.gguf`) }]),
      { format: 'auto', owner: 'test', progress: (p) => phases.push(`${p.phase} ${p.done} of ${p.total}`), signal },
    );
    expect(phases.at(-1)).toMatch(/^read (\d+) of \1$/);
    expect(loaded.format).toBe('f32');
    const session = createCpuSession(loaded.config, loaded.weights as CpuWeights, tokens.length);
    const { logits } = await session.forward([{ sequence: await session.open(), tokens }], { want: 'all' });
    const expected = new Float32Array(readFileSync(new URL(`${id}.bin`, folder)).buffer.slice(0));
    expect(expected.length).toBe(tokens.length * vocab);
    expect(logits[0]!.map((row) => row.length)).toEqual(tokens.map(() => vocab));
    const error = nmse(
      logits[0]!.flatMap((row) => [...row]),
      expected,
    );
    expect(error).toBeLessThanOrEqual(1e-10);
    // A text survives its tokens: the tokenizer is the file's own.
    expect(loaded.tokenizer.decode(loaded.tokenizer.encode('state of the'))).toContain('state of the');
  });
});
