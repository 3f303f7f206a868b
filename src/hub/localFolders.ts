// Diffusion models on the reader's disk: parts in folders, whose names are kept.
import { cardFields, licenceOf } from '../formats/modelCard.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { none, openFiles, pathsOf, type LocalSource } from './localFiles.ts';
import { findDiffusion } from './pickDiffusion.ts';
import type { GivenFile } from './types.ts';

/** The head of a card: its fields come first. */
const CARD_BYTES = 2 ** 16;

/** A diffusion model: its parts lie in folders, and keep their paths below the one that holds model_index.json. */
export async function openLocalFolders(
  source: LocalSource,
  files: readonly GivenFile[],
  signal: AbortSignal,
): Promise<ModelFiles> {
  if (files.length === 0) throw none(source.name, 'the folder that holds model_index.json');
  const byPath = belowIndex(files);
  const all = openFiles(source, byPath);
  const chosen = await findDiffusion(
    all.list.map((f) => ({ ...f, sha256: null })),
    source.name,
    ({ name, bytes }) => all.read(name, 0, bytes, signal),
  );
  const kept = openFiles(source, new Map(chosen.files.map(({ name }) => [name, byPath.get(name)!])));
  const card = byPath.get('README.md');
  if (!card) return kept;
  const head = await all.read('README.md', 0, Math.min(card.size, CARD_BYTES), signal);
  return { ...kept, licence: licenceOf(cardFields(new TextDecoder().decode(head))) };
}

/** Paths below the folder of the only model_index.json, or as they are where there is none. */
function belowIndex(files: readonly GivenFile[]): ReadonlyMap<string, File> {
  const all = pathsOf(files);
  const indices = all.map(([path]) => path).filter((path) => /(^|\/)model_index\.json$/.test(path));
  if (indices.length > 1)
    throw new ModelError(
      `There are ${indices.length} models in this folder: ${indices.slice(0, 3).join(', ')}.`,
      'Choose the folder of one model.',
    );
  const top = (indices[0] ?? '').slice(0, -'model_index.json'.length);
  const chosen = new Map<string, File>();
  for (const [path, file] of all) {
    if (!path.startsWith(top)) continue;
    const name = path.slice(top.length);
    if (chosen.has(name))
      throw new ModelError(
        `Two of the files are called ${name}.`,
        'Choose the folder that holds model_index.json instead of single files: parts have files of equal names.',
      );
    chosen.set(name, file);
  }
  return chosen;
}
