// Which files of a repository are the model.
import { FormatError, shown } from '../formats/error.ts';
import { shardOf, shardsOf } from '../formats/ggufSplit.ts';
import { ModelError } from './files.ts';
import type { HubFile } from './hubClient.ts';

const BESIDE = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
];
const INDEX = 'model.safetensors.index.json';
const named = (files: readonly HubFile[], most = 6) =>
  `${files
    .slice(0, most)
    .map((f) => f.name)
    .join(', ')}${files.length > most ? ', …' : ''}`;
const ends =
  (ending: string) =>
  ({ name }: HubFile) =>
    name.toLowerCase().endsWith(ending);

/** Which of a repository's files a model is; `read` gives a small one of them whole. */
export type Pick = (
  files: readonly HubFile[],
  repo: string,
  wanted: string | null,
  read: (file: HubFile) => Promise<Uint8Array>,
) => readonly HubFile[] | Promise<readonly HubFile[]>;

/**
 * `wanted` is the file a reader named, or null for the model of the repository. Weights come last, in the order of
 * their shards.
 */
export function pickFiles(all: readonly HubFile[], repo: string, wanted: string | null): readonly HubFile[] {
  const files = [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  const root = files.filter((f) => !f.name.includes('/'));
  const gguf = files.filter(ends('.gguf'));
  const tensors = root.filter(ends('.safetensors'));
  if (wanted !== null) {
    const file = files.find((f) => f.name === wanted);
    if (!file)
      throw new ModelError(
        `${repo} has no file ${shown(wanted)}.`,
        gguf.length > 0
          ? `It has ${named(gguf)}.`
          : 'It has no GGUF files: leave the file out to load its safetensors.',
      );
    if (ends('.gguf')(file)) return wholeGguf(file, gguf);
    if (tensors.includes(file)) return withConfig(root, repo, [file]);
    throw new ModelError(
      `${shown(wanted)} is not a GGUF file, nor a .safetensors file at the top of ${repo}.`,
      gguf.length > 0 ? `Name one of ${named(gguf)}.` : 'Leave the file out to load the repository’s model.',
    );
  }
  const single = tensors.find((f) => f.name === 'model.safetensors');
  const index = root.find((f) => f.name === INDEX);
  if (single) return withConfig(root, repo, [single]);
  // Beside the shards of the index, some repositories hold the same weights once more under names of another program.
  if (index)
    return withConfig(root, repo, [
      index,
      ...tensors.filter((f) => /-of-\d+\.safetensors$/.test(f.name) && !f.name.startsWith('consolidated')),
    ]);
  if (root.some((f) => f.name === 'adapter_config.json'))
    throw new ModelError(
      `${repo} is an adapter (LoRA), not a model of its own.`,
      'Load the model it was trained on, or a repository where both are merged.',
    );
  if (tensors.length === 1) return withConfig(root, repo, tensors);
  if (tensors.length > 1)
    throw new ModelError(
      `${repo} has ${tensors.length} .safetensors files and no ${INDEX}: ${named(tensors)}.`,
      'Name the one to load.',
    );
  if (gguf.length > 0 && gguf.length === setOf(gguf[0]!, gguf).length) return wholeGguf(gguf[0]!, gguf);
  if (gguf.length > 1)
    throw new ModelError(
      `${repo} holds ${gguf.length} GGUF files: ${named(gguf)}.`,
      `Name one, as in hub:${repo}@main:${gguf[0]!.name}`,
    );
  const other = files.filter((f) => /\.(bin|pt|pth|ckpt|h5|msgpack|onnx|ot)$/i.test(f.name));
  if (other.length > 0)
    throw new ModelError(
      `${repo} has neither safetensors nor GGUF files, only ${named(other, 3)}.`,
      'Such files may hold code, or need another engine, and are not read. Look for a repository of the same model with safetensors or GGUF.',
    );
  throw new ModelError(
    `${repo} holds no model: ${files.length === 0 ? 'it is empty' : `its files are ${named(files)}`}.`,
    'A model is config.json, tokenizer.json and *.safetensors together, or a GGUF file.',
  );
}

function withConfig(root: readonly HubFile[], repo: string, weights: readonly HubFile[]): readonly HubFile[] {
  const beside = BESIDE.flatMap((name) => root.find((f) => f.name === name) ?? []);
  for (const name of ['config.json', 'tokenizer.json']) {
    if (!beside.some((f) => f.name === name))
      throw new ModelError(
        `${repo} has no ${name}.`,
        name === 'tokenizer.json'
          ? 'Its tokenizer is in another format. Look for a newer conversion of the model, or a GGUF file, which has its own.'
          : 'It is no transformer that can be read. Choose a repository with config.json, tokenizer.json and safetensors.',
      );
  }
  return [...beside, ...weights];
}

/** The files of the same model as `file`, in order, as far as they are there. */
const setOf = (file: HubFile, gguf: readonly HubFile[]): readonly HubFile[] => {
  const own = shardOf(file.name);
  return own ? gguf.filter(({ name }) => shardOf(name)?.stem === own.stem && shardOf(name)?.of === own.of) : [file];
};
/** A model in one file, or every file of one that is cut in several. */
function wholeGguf(file: HubFile, gguf: readonly HubFile[]): readonly HubFile[] {
  try {
    const names = shardsOf(
      file.name,
      gguf.map((f) => f.name),
    );
    return names.map((name) => gguf.find((f) => f.name === name)!);
  } catch (cause) {
    throw cause instanceof FormatError
      ? new ModelError(`${cause.message}.`, 'Choose another file of the repository.')
      : cause;
  }
}
