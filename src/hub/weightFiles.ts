// Which of a folder's files are its weights, and why others are not.
import { ModelError } from './files.ts';
import type { HubFile } from './hubClient.ts';

/** Weights of one part: one file, or shards in their order with the index that belongs to them. */
export interface WeightFiles {
  readonly weights: readonly HubFile[];
  readonly index: HubFile | null;
  /** As the publisher's half precision. */
  readonly half: boolean;
}

/** Names that diffusers and transformers give to weights. */
const STEM = /^(?:diffusion_pytorch_model|model)(?<half>\.fp16)?(?:-(?<part>\d{5})-of-(?<total>\d{5}))?\.safetensors$/;
const PICKLE = /\.(bin|pt|pth|ckpt|pkl)$/i;
const FOREIGN = /\.(onnx|onnx_data|msgpack|h5|ot|tflite|mlmodel|xml)$/i;

export const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
/** Files that lie in this folder itself; '' is the top. */
export const inFolder = (files: readonly HubFile[], folder: string): readonly HubFile[] =>
  files.filter(({ name }) => name === `${folder}${baseOf(name)}`);
export const listed = (files: readonly { readonly name: string }[], most = 4): string =>
  `${files
    .slice(0, most)
    .map((f) => f.name)
    .join(', ')}${files.length > most ? ', …' : ''}`;

interface Stem {
  readonly file: HubFile;
  readonly half: boolean;
  readonly part: number;
  readonly total: number;
}
function stemOf(file: HubFile): Stem | null {
  const groups = STEM.exec(baseOf(file.name))?.groups;
  if (!groups) return null;
  return {
    file,
    half: groups['half'] !== undefined,
    part: Number(groups['part'] ?? 0),
    total: Number(groups['total'] ?? 0),
  };
}

/** All shards of one split, in order; null where there are none. Missing or mixed ones are refused by name. */
function shards(stems: readonly Stem[], repo: string): readonly HubFile[] | null {
  const parts = stems.filter((s) => s.total > 0).sort((a, b) => a.part - b.part);
  if (parts.length === 0) return null;
  const totals = [...new Set(parts.map((s) => s.total))];
  const names = parts.map((s) => s.file);
  if (totals.length > 1)
    throw new ModelError(
      `${repo} mixes shards of ${totals.join(' and of ')}: ${listed(names)}.`,
      'Remove those of the other split, or choose a repository that holds one.',
    );
  const total = totals[0]!;
  const missing = Array.from({ length: total }, (_, i) => i + 1).filter((n) => !parts.some((s) => s.part === n));
  if (missing.length > 0 || parts.length !== total)
    throw new ModelError(
      `${repo} lacks shard ${missing.slice(0, 4).join(', ')} of ${total} beside ${listed(names, 2)}.`,
      'Its upload or your copy is incomplete: fetch the missing files, or choose another revision.',
    );
  return names;
}

/** Half precision before full, one file before shards. ModelError says what lies there instead. */
export function weightFilesOf(all: readonly HubFile[], folder: string, repo: string): WeightFiles {
  const files = inFolder(all, folder);
  const stems = files.flatMap((file) => stemOf(file) ?? []);
  for (const half of [true, false]) {
    const mine = stems.filter((s) => s.half === half);
    const single = mine.find((s) => s.total === 0);
    if (single) return { weights: [single.file], index: null, half };
    const parts = shards(mine, repo);
    if (!parts) continue;
    const index = files.find((f) => new RegExp(`\\.safetensors\\.index${half ? '\\.fp16' : ''}\\.json$`).test(f.name));
    return { weights: parts, index: index ?? null, half };
  }
  throw noWeights(files, folder, repo);
}

function noWeights(files: readonly HubFile[], folder: string, repo: string): ModelError {
  const where = folder === '' ? repo : `${folder.slice(0, -1)} of ${repo}`;
  const pickles = files.filter((f) => PICKLE.test(f.name));
  if (pickles.length > 0)
    return new ModelError(
      `${where} has no safetensors, only ${listed(pickles, 2)}: such files may hold code and are never read.`,
      `Conversions often wait in a pull request: try hub:${repo}@refs/pr/1 (and 2, 3, …), or look for the same model as safetensors.`,
    );
  const others = files.filter((f) => /\.safetensors$/.test(f.name));
  if (others.length > 0)
    return new ModelError(
      `${where} has safetensors under names that are not diffusers': ${listed(others)}.`,
      'Choose a repository in the layout of diffusers, with diffusion_pytorch_model.safetensors in a folder for each part.',
    );
  const foreign = files.filter((f) => FOREIGN.test(f.name));
  return new ModelError(
    foreign.length > 0
      ? `${where} has weights for other engines only: ${listed(foreign, 2)}.`
      : `${where} has no weights${files.length > 0 ? `: its files are ${listed(files)}` : ''}.`,
    'Choose a repository, or take all of its files, with *.safetensors in the layout of diffusers.',
  );
}
