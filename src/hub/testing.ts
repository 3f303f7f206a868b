/** For tests and measurements only: models from this repository's own files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { languageCard } from '../models/language.ts';
import { pictureCard } from '../models/pictures.ts';
import type { BundledCard } from './bundled.ts';
import { ModelError, type ModelFiles } from './files.ts';
import type { ModelSource } from './source.ts';

const root = new URL('../../', import.meta.url);

/** A folder of this repository as a model; `nested`: with the folders in it. */
export function folderFiles(
  path: string,
  source: ModelSource = { from: 'file', name: path },
  nested = false,
): ModelFiles {
  const url = new URL(`${path}/`, root);
  if (!existsSync(url)) throw new ModelError(`no folder ${path}`, '');
  const files = new Map(
    readdirSync(url, { recursive: nested, encoding: 'utf8' })
      .map((n) => n.replaceAll('\\', '/'))
      .filter((n) => /\.(json|safetensors|gguf|jinja)$/.test(n) || (nested && n.endsWith('.txt')))
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

const cardOf = (id: string): BundledCard => languageCard(id) ?? pictureCard(id)!;
function pathOf(source: ModelSource): string {
  switch (source.from) {
    case 'bundled':
      return `public/models/${cardOf(source.id).folder}`;
    case 'file':
      return source.name;
    case 'hub':
      return source.repo;
    default:
      return source satisfies never;
  }
}
export const bundledFiles = (source: ModelSource): ModelFiles =>
  folderFiles(pathOf(source), source, source.from === 'bundled' && cardOf(source.id).nested === true);
