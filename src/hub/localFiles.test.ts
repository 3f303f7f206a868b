import { describe, expect, test } from 'vitest';
import { Cancelled } from '../core/cancel.ts';
import { ModelError } from './files.ts';
import { openLocal } from './localFiles.ts';
import type { GivenFile } from './types.ts';

const signal = new AbortController().signal;
const at = (path: string, content: string | Uint8Array<ArrayBuffer> = path): GivenFile => ({
  path,
  file: new File([content], path.split('/').at(-1)!),
});
const open = (...files: GivenFile[]) => openLocal({ from: 'file', name: 'mine' }, files);
const names = (...paths: string[]) =>
  open(...paths.map((p) => at(p)))
    .list.map((f) => f.name)
    .join(' ');

describe('files of the reader', () => {
  test('are read in slices', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
    const given = at('m.gguf', bytes);
    const { file } = given;
    let read = 0;
    const slice = file.slice.bind(file);
    file.slice = (begin = 0, end = 0) => ((read += end - begin), slice(begin, end));
    const files = open(given);
    expect(files.list).toEqual([{ name: 'm.gguf', bytes: 1000 }]);
    expect(await files.read('m.gguf', 250, 260, signal)).toEqual(bytes.slice(250, 260));
    expect(await files.read('m.gguf', 0, 0, signal)).toEqual(new Uint8Array(0));
    expect([read, files.got]).toEqual([10, { network: 0, store: 10 }]);
    await expect(files.read('m.gguf', 990, 1001, signal)).rejects.toThrow(
      'm.gguf ends after 1000 bytes; 1001 are needed.',
    );
    await expect(files.read('n.gguf', 0, 1, signal)).rejects.toThrow(ModelError);
    await expect(files.read('m.gguf', 0, 1, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
  });
  test('none: a link cannot carry them', () =>
    expect(() => open()).toThrow(/files of 'mine' are on your disk, and a link cannot carry them/));
  test('an empty one is listed as it is', () =>
    expect(open(at('config.json', '')).list).toEqual([{ name: 'config.json', bytes: 0 }]));
  test('one that has vanished since', async () => {
    const given = at('m.gguf');
    given.file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }) as Blob;
    await expect(open(given).read('m.gguf', 0, 1, signal)).rejects.toThrow('m.gguf could not be read (gone).');
  });
  test('of a folder: its top, where the model is', () =>
    expect(
      names(
        'repo/config.json',
        'repo/model.safetensors',
        'repo/onnx/config.json',
        'repo/.git/config',
        'repo/.DS_Store',
      ),
    ).toBe('config.json model.safetensors'));
  test('of a folder with the model one further down', () =>
    expect(names('up/repo/config.json', 'up/repo/model.safetensors')).toBe('config.json model.safetensors'));
  test('of several folders, and of one beside a file', () => {
    expect(names('a/config.json', 'b/model.safetensors')).toBe('config.json model.safetensors');
    expect(names('a/config.json', 'a/model.safetensors', 'tokenizer.json')).toBe(
      'config.json model.safetensors tokenizer.json',
    );
  });
  test('of the same name twice', () => {
    expect(() => names('config.json', 'config.json')).toThrow('Two of the files are called config.json.');
    expect(() => names('up/a/config.json', 'up/b/config.json')).toThrow(/Two of the files/);
  });
});
