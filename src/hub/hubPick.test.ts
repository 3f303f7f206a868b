import { describe, expect, test } from 'vitest';
import { ModelError } from './files.ts';
import { pickFiles } from './hubPick.ts';

const pick = (names: string, wanted: string | null = null) =>
  pickFiles(
    names
      .split(' ')
      .filter(Boolean)
      .map((name) => ({ name, bytes: 1, sha256: null })),
    'o/m',
    wanted,
  )
    .map((f) => f.name)
    .join(' ');
const beside = 'config.json tokenizer.json';
const refused = (names: string, wanted: string | null = null): string => {
  try {
    return `accepted: ${pick(names, wanted)}`;
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return `${(error as ModelError).message} → ${(error as ModelError).hint}`;
  }
};

describe('the model of a repository', () => {
  test.each([
    [
      'one file',
      `README.md model.safetensors tokenizer_config.json generation_config.json onnx/model.onnx pytorch_model.bin ${beside}`,
      'config.json generation_config.json tokenizer.json tokenizer_config.json model.safetensors',
    ],
    [
      'one file before shards',
      `model.safetensors model.safetensors.index.json model-00001-of-00002.safetensors ${beside}`,
      `${beside} model.safetensors`,
    ],
    [
      'shards in order',
      `model-00002-of-00002.safetensors model.safetensors.index.json model-00001-of-00002.safetensors consolidated-00001-of-00001.safetensors consolidated.safetensors chat_template.jinja ${beside}`,
      `${beside} chat_template.jinja model.safetensors.index.json model-00001-of-00002.safetensors model-00002-of-00002.safetensors`,
    ],
    ['another name', `weights.safetensors sub/model.safetensors ${beside}`, `${beside} weights.safetensors`],
    ['the only GGUF', 'README.md q4/m.GGUF', 'q4/m.GGUF'],
    ['safetensors before GGUF', `model.safetensors a.gguf ${beside}`, `${beside} model.safetensors`],
  ])('%s', (_, names, expected) => expect(pick(names)).toBe(expected));
  test.each([
    ['', 'o/m holds no model: it is empty.'],
    ['README.md', 'its files are README.md'],
    ['a.gguf b.gguf', 'holds 2 GGUF files: a.gguf, b.gguf. → Name one, as in hub:o/m@main:a.gguf'],
    ['1.gguf 2.gguf 3.gguf 4.gguf 5.gguf 6.gguf 7.gguf 8.gguf', '1.gguf, 2.gguf, 3.gguf, 4.gguf, 5.gguf, 6.gguf, ….'],
    ['config.json tokenizer.json pytorch_model.bin', 'only pytorch_model.bin. → Such files may hold code'],
    ['adapter_config.json adapter_model.safetensors', 'is an adapter (LoRA)'],
    [`a.safetensors b.safetensors ${beside}`, 'no model.safetensors.index.json: a.safetensors, b.safetensors. → Name'],
    ['model.safetensors config.json', 'has no tokenizer.json'],
    ['model.safetensors tokenizer.json', 'has no config.json'],
    ['m-00001-of-00002.gguf', 'file 2 is missing'],
  ])('%s: refused', (names, expected) => expect(refused(names)).toContain(expected));
});

describe('a file that the reader named', () => {
  test.each([
    ['a.gguf', 'a.gguf'],
    ['sub/c.gguf', 'sub/c.gguf'],
    ['a.safetensors', `${beside} a.safetensors`],
  ])('%s', (wanted, expected) =>
    expect(pick(`a.gguf b.gguf sub/c.gguf a.safetensors b.safetensors ${beside}`, wanted)).toBe(expected),
  );
  test.each([
    ['c.gguf', 'has no file "c.gguf". → It has a.gguf, b.gguf.'],
    ['pytorch_model.bin', 'is not a GGUF file'],
    ['sub/x.safetensors', 'at the top of o/m'],
    ['b-00001-of-00002.gguf', 'has no file'],
  ])('%s: refused', (wanted, expected) =>
    expect(refused('a.gguf b.gguf pytorch_model.bin sub/x.safetensors', wanted)).toContain(expected),
  );
});
