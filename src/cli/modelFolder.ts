// A model in a folder on disk, or in one GGUF file: read in slices, as the page reads it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { Cancelled } from '../core/cancel.ts';
import { ModelError, type ModelFiles } from '../hub/files.ts';
import { formatSource, type ModelSource } from '../hub/source.ts';
import { isHidden } from '../hub/types.ts';
import { Refused } from './refused.ts';

function filesIn(folder: string): ModelFiles['list'] {
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(sep).join('/'))
      .filter((name) => !isHidden(name))
      // A link counts as the file that it leads to, as in the cache of the hub's own client.
      .map((name) => ({ name, stat: statSync(join(folder, name), { throwIfNoEntry: false }) }))
      .flatMap(({ name, stat }) => (stat?.isFile() ? [{ name, bytes: stat.size }] : []))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  );
}

/** The files of a folder, or one GGUF file; `holds`: what a folder must hold. ModelError where one cannot be read as it should. */
export function openFolder(source: ModelSource, path: string, holds = 'its model_index.json'): ModelFiles {
  const stat = statSync(path, { throwIfNoEntry: false });
  const single = stat?.isFile() === true && path.endsWith('.gguf');
  if (!stat || !(stat.isDirectory() || single))
    throw new Refused(
      `'${path}' is no directory that is there: ${formatSource(source)} is taken from the folder that holds ${holds}.`,
    );
  const folder = single ? dirname(path) : path;
  const list = single ? [{ name: basename(path), bytes: stat.size }] : filesIn(folder);
  const got = { network: 0, store: 0 };
  return {
    source,
    title: formatSource(source).replace(/^(hub|file):/, ''),
    list,
    got,
    async read(name, begin, end, signal) {
      if (signal.aborted) throw new Cancelled();
      const file = await open(join(folder, name));
      try {
        const bytes = new Uint8Array(end - begin);
        let at = 0;
        while (at < bytes.length) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, begin + at);
          if (bytesRead === 0)
            throw new ModelError(
              `${name} in '${folder}' ends after ${begin + at} bytes; ${end} are needed.`,
              'The file is cut short: copy or download it again.',
            );
          at += bytesRead;
        }
        got.store += bytes.length;
        return bytes;
      } finally {
        await file.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

/** A model that comes with the program: its files must be those of its card. */
export function openBundledFolder(source: ModelSource, folder: string): ModelFiles {
  const files = openFolder(source, folder);
  const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8')) as {
    readonly files: Readonly<Record<string, { readonly sha256: string }>>;
  };
  for (const [name, { sha256 }] of Object.entries(card.files)) {
    const bytes = files.list.some((f) => f.name === name) ? readFileSync(join(folder, name)) : null;
    if (!bytes) throw new Refused(`${name} of ${files.title} is missing in '${folder}'.`);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Refused(`${name} of ${files.title} is damaged: its sha256 is not the one on its card, in '${folder}'.`);
  }
  return files;
}
