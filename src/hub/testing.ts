/** For tests and measurements only: models from this repository's own files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { languageCard } from '../models/language.ts';
import { ModelError, type ModelFiles } from './files.ts';
import type { ModelSource } from './source.ts';

const root = new URL('../../', import.meta.url);

/** A folder of this repository as a model. */
export function folderFiles(path: string, source: ModelSource = { from: 'file', name: path }): ModelFiles {
  const url = new URL(`${path}/`, root);
  if (!existsSync(url)) throw new ModelError(`no folder ${path}`, '');
  const files = new Map(
    readdirSync(url)
      .filter((n) => /\.(json|safetensors|gguf|jinja)$/.test(n))
      .map((name) => [name, readFileSync(new URL(name, url))]),
  );
  return {
    source,
    title: path,
    got: { network: 0, store: 0 },
    list: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length })),
    read: (name, begin, end) => Promise.resolve(new Uint8Array(files.get(name)!.subarray(begin, end))),
    close: () => Promise.resolve(),
  };
}

function pathOf(source: ModelSource): string {
  switch (source.from) {
    case 'bundled':
      return `public/models/${languageCard(source.id)!.folder}`;
    case 'file':
      return source.name;
    case 'hub':
      return source.repo;
    default:
      return source satisfies never;
  }
}
export const bundledFiles = (source: ModelSource): ModelFiles => folderFiles(pathOf(source), source);
