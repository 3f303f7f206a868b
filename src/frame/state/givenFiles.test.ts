import { describe, expect, test } from 'vitest';
import { ModelError } from '../../hub/files.ts';
import type { GivenFile } from '../../hub/types.ts';
import { droppedEntries, droppedFiles, MOST_DEPTH, MOST_FILES, nameOf, pickedFiles } from './givenFiles.ts';

/** A folder is a table of what lies in it, a file a text. */
interface Folder {
  readonly [name: string]: Folder | string;
}
/** As a browser gives it: some entries at a time, an empty list at the end. */
function entryOf(name: string, what: Folder | string, atOnce = 2): FileSystemEntry {
  if (typeof what === 'string')
    return {
      name,
      isFile: true,
      isDirectory: false,
      file: (done: (file: File) => void) => done(new File([what], name)),
    } as unknown as FileSystemEntry;
  const inside = Object.entries(what).map(([n, w]) => entryOf(n, w, atOnce));
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => ({
      readEntries: (done: (entries: FileSystemEntry[]) => void) => done(inside.splice(0, atOnce)),
    }),
  } as unknown as FileSystemEntry;
}
const drop = (what: Folder) => droppedFiles(Object.entries(what).map(([name, w]) => entryOf(name, w)));
const paths = (files: readonly GivenFile[]) => files.map((f) => f.path).sort();
const picked = (...all: string[]) =>
  pickedFiles(
    all.map((path) =>
      Object.defineProperty(new File(['x'], path.split('/').at(-1)!), 'webkitRelativePath', {
        value: path.includes('/') ? path : '',
      }),
    ),
  );
const nested = (depth: number): Folder | string => (depth === 0 ? 'x' : { f: nested(depth - 1) });
async function failure(work: () => unknown): Promise<ModelError> {
  const error = await (async () => work())().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

const painter = {
  painter: {
    'model_index.json': '{}',
    unet: { 'config.json': 'u', 'diffusion_pytorch_model.safetensors': 'w' },
    vae: { 'config.json': 'v', more: { deep: { 'x.txt': 'x' } } },
    '.git': { HEAD: 'h', objects: { a: 'a' } },
    '.DS_Store': 's',
  },
};
const inPainter = [
  'painter/model_index.json',
  'painter/unet/config.json',
  'painter/unet/diffusion_pytorch_model.safetensors',
  'painter/vae/config.json',
  'painter/vae/more/deep/x.txt',
];

describe('a folder', () => {
  test('that is dropped is opened to its end, and its files keep their paths', async () => {
    const files = await drop(painter);
    expect(paths(files)).toEqual(inPainter);
    expect(await files.find((f) => f.path.endsWith('vae/config.json'))!.file.text()).toBe('v');
    expect(nameOf(files)).toBe('painter');
  });
  test('that is picked gives the same', () => {
    const files = picked(...inPainter, 'painter/.git/HEAD', 'painter/.DS_Store');
    expect(paths(files)).toEqual(inPainter);
    expect(nameOf(files)).toBe('painter');
  });
  test('with more entries than a reader gives at a time', async () => {
    const many = Object.fromEntries(Array.from({ length: 205 }, (_, i) => [`f${i}`, 'x']));
    expect(await drop({ many })).toHaveLength(205);
  });
  test('with nothing in it is said', async () => {
    expect((await failure(() => drop({ empty: {}, hidden: { '.git': { a: 'a' } } }))).message).toBe(
      'There are no files in “empty”, “hidden”.',
    );
    expect(await droppedFiles([])).toEqual([]);
  });
  test('with more files than a model has is refused, by drop and by picker', async () => {
    const full = Object.fromEntries(Array.from({ length: MOST_FILES }, (_, i) => [`f${i}`, 'x']));
    expect(await drop({ full })).toHaveLength(MOST_FILES);
    const said = `There are more than ${MOST_FILES} files in what you chose.`;
    expect((await failure(() => drop({ full: { ...full, more: 'x' } }))).message).toBe(said);
    const names = Object.keys(full).map((name) => `full/${name}`);
    expect(picked(...names)).toHaveLength(MOST_FILES);
    expect((await failure(() => picked(...names, 'full/more'))).message).toBe(said);
  });
  test('that is deeper than a model is refused, by drop and by picker', async () => {
    expect(await drop({ f: nested(MOST_DEPTH) })).toHaveLength(1);
    const said = `There are folders more than ${MOST_DEPTH} deep in what you chose: f/`;
    expect((await failure(() => drop({ f: nested(MOST_DEPTH + 1) }))).message).toContain(said);
    expect((await failure(() => picked(`${'f/'.repeat(MOST_DEPTH + 1)}f`))).message).toContain(said);
    expect(picked(`${'f/'.repeat(MOST_DEPTH)}f`)).toHaveLength(1);
  });
  test('that cannot be read', async () => {
    const gone = { ...entryOf('a', 'x'), file: (_: unknown, no: (e: Error) => void) => no(new Error('gone')) };
    const error = await failure(() => droppedFiles([gone as FileSystemEntry]));
    expect([error.message, error.hint]).toEqual([
      'What you dropped could not be read (gone).',
      'It may have been moved: choose it again.',
    ]);
  });
});

test('what is no file is left out of a drop', () => {
  const entry = entryOf('a', 'x');
  const items = [null, entry].map((e) => ({ webkitGetAsEntry: () => e }) as unknown as DataTransferItem);
  expect(droppedEntries(items)).toEqual([entry]);
});

test('a model is called by its folder, or by the file that has its weights', async () => {
  expect(nameOf(picked('config.json', 'm.safetensors'))).toBe('m.safetensors');
  expect(nameOf(picked('mine/m.gguf'))).toBe('m.gguf');
  expect(nameOf(picked('mine/config.json', 'mine/m.gguf'))).toBe('mine');
  expect(nameOf(picked('tokenizer.json', 'config.json'))).toBe('tokenizer.json');
  expect(nameOf(await drop({ a: { 'x.txt': 'x' }, 'b.GGUF': 'x' }))).toBe('b.GGUF');
  expect(nameOf(picked(`${'x'.repeat(300)}/a`, `${'x'.repeat(300)}/b`))).toHaveLength(200);
});
