// Models on the reader's disk: dropped or picked files, read in slices.
import type { ModelSource } from '../../config/language/experiment.ts';
import { ModelError, type ModelFiles } from './files.ts';

export function openLocal(source: ModelSource & { readonly from: 'file' }, files: readonly File[]): ModelFiles {
  if (files.length === 0) throw new ModelError(`The files of '${source.name}' are on your disk, and a link cannot carry them.`, 'Choose or drop them again: config.json, tokenizer.json and *.safetensors together, or one GGUF file.');
  const byName = new Map<string, File>();
  for (const file of files) {
    if (byName.has(file.name)) throw new ModelError(`Two of the files are called ${file.name}.`, 'Choose the files of one model.');
    byName.set(file.name, file);
  }
  const got = { network: 0, store: 0 };
  return {
    source, title: source.name, got,
    list: [...byName.values()].map(({ name, size }) => ({ name, bytes: size })),
    async read(name, begin, end, signal) {
      const file = byName.get(name);
      if (!file || end > file.size) throw new ModelError(`${name} ends after ${file?.size ?? 0} bytes; ${end} are needed.`, 'The file is cut short: copy or download it again.');
      signal.throwIfAborted();
      const bytes = new Uint8Array(await file.slice(begin, end).arrayBuffer().catch((cause: unknown) => {
        throw new ModelError(`${name} could not be read (${cause instanceof Error ? cause.message : String(cause)}).`, 'It may have been moved or changed since it was chosen: choose it again.');
      }));
      got.store += bytes.length;
      return bytes;
    },
    close: () => Promise.resolve(),
  };
}
