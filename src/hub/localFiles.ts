// Models on the reader's disk: dropped or picked files, read in slices.
import type { ModelSource } from './source.ts';
import { Cancelled } from '../core/cancel.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { commonFolder, isHidden, type GivenFile } from './types.ts';

export type LocalSource = ModelSource & { readonly from: 'file' };

/** Paths below the one folder that was picked or dropped; as they are where there are several, or none. */
export function pathsOf(files: readonly GivenFile[]): readonly (readonly [string, File])[] {
  const folder = commonFolder(files);
  const begin = folder === null ? 0 : folder.length + 1;
  return files.map(({ path, file }) => [path.slice(begin), file] as const).filter(([path]) => !isHidden(path));
}

/**
 * The files of one folder: the top one, where the model is there. A clone of a repository may hold the model once more,
 * for other programs, in folders of its own.
 */
function oneFolder(files: readonly GivenFile[]): ReadonlyMap<string, File> {
  const all = pathsOf(files);
  const top = all.filter(([path]) => !path.includes('/'));
  const isModel = ([path]: readonly [string, File]) => path === 'config.json' || path.toLowerCase().endsWith('.gguf');
  const chosen = new Map<string, File>();
  for (const [path, file] of top.some(isModel) ? top : all) {
    const name = path.split('/').at(-1)!;
    if (chosen.has(name))
      throw new ModelError(
        `Two of the files are called ${name}.`,
        'Choose the files of one model, or the folder that they lie in.',
      );
    chosen.set(name, file);
  }
  return chosen;
}

export const none = (name: string, which: string) =>
  new ModelError(
    `The files of '${name}' are on your disk, and a link cannot carry them.`,
    `Choose or drop them again: ${which}.`,
  );

/** A language model: the files of one folder by their bare names. */
export function openLocal(source: LocalSource, files: readonly GivenFile[]): ModelFiles {
  if (files.length === 0)
    throw none(source.name, 'config.json, tokenizer.json and *.safetensors together, or one GGUF file');
  return openFiles(source, oneFolder(files));
}

/** Files of the reader by the names that the model knows them by. */
export function openFiles(source: LocalSource, byName: ReadonlyMap<string, File>): ModelFiles {
  const got = { network: 0, store: 0 };
  return {
    source,
    title: source.name,
    got,
    list: [...byName].map(([name, { size }]) => ({ name, bytes: size })),
    async read(name, begin, end, signal) {
      const file = byName.get(name);
      if (!file || end > file.size)
        throw new ModelError(
          `${name} ends after ${file?.size ?? 0} bytes; ${end} are needed.`,
          'The file is cut short: copy or download it again.',
        );
      if (signal.aborted) throw new Cancelled();
      const bytes = new Uint8Array(
        await file
          .slice(begin, end)
          .arrayBuffer()
          .catch((cause: unknown) => {
            throw new ModelError(
              `${name} could not be read (${cause instanceof Error ? cause.message : String(cause)}).`,
              'It may have been moved or changed since it was chosen: choose it again.',
            );
          }),
      );
      got.store += bytes.length;
      return bytes;
    },
    close: () => Promise.resolve(),
  };
}
