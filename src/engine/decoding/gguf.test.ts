/**
 * Whole GGUF files through the loader of the page, against logits of transformers in float64 over the reference's
 * dequantised weights.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseGgufHeader } from '../../formats/gguf.ts';
import { ggufTypes } from '../../formats/ggufDequantise.ts';
import { Writer } from '../../formats/ggufTesting.ts';
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

test('a model cut into three files is the model in one', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('llama-spm.gguf', folder)));
  const header = parseGgufHeader(bytes, bytes.length);
  const text = new TextDecoder('latin1').decode(bytes);
  // Metadata lie between the counts and the first of the tensors' descriptions, which begin with a length and a name.
  const infos = Math.min(
    ...header.tensors.map(({ name }) => text.indexOf(`${String.fromCharCode(name.length)}\0\0\0\0\0\0\0${name}`)),
  );
  const shard = (no: number, metadata: Uint8Array, count: number, tensors: typeof header.tensors): File => {
    const out = new Writer().head(tensors.length, count + 2);
    for (const byte of metadata) out.raw(byte);
    out.text('split.no').u32(2).raw(no, 0).text('split.count').u32(2).raw(3, 0);
    let at = 0;
    for (const { name, shape, dtype, begin, end } of tensors) {
      out.tensor(name, [...shape].reverse(), ggufTypes[dtype].id, at);
      at += Math.ceil((end - begin) / 32) * 32;
    }
    out.data(0);
    for (const { begin, end } of tensors) {
      for (const byte of bytes.subarray(begin, end)) out.raw(byte);
      out.data(0);
    }
    return new File([Uint8Array.from(out.bytes)], `m-0000${no + 1}-of-00003.gguf`);
  };
  const none = new Uint8Array();
  const third = Math.ceil(header.tensors.length / 3);
  const files = [
    shard(1, none, 0, header.tensors.slice(third)),
    shard(2, none, 0, header.tensors.slice(0, 3)),
    shard(0, bytes.subarray(24, infos), header.metadata.size, header.tensors.slice(3, third)),
  ].map((file) => ({ path: file.name, file }));
  const load = (given: typeof files) =>
    loadModel(null, openLocal({ from: 'file', name: 'm' }, given), {
      format: 'auto',
      owner: 'test',
      progress: () => {},
      signal,
    });
  const [cut, whole] = await Promise.all([load(files), load([{ path: 'm.gguf', file: new File([bytes], 'm.gguf') }])]);
  expect(cut.config).toEqual(whole.config);
  expect((cut.weights as CpuWeights).arrays).toEqual((whole.weights as CpuWeights).arrays);
  await expect(load(files.slice(0, 2))).rejects.toThrow('is one of 3 files of a model; file 1 is missing');
});
