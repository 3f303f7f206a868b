/**
 * A GGUF model cut into several files by llama.cpp's gguf-split: `model-00001-of-00003.gguf` and so on. The first has
 * the metadata, each has tensors of its own, counted from the beginning of that file.
 * https://github.com/ggml-org/llama.cpp/tree/master/tools/gguf-split
 */
import { FormatError, shown } from './error.ts';
import type { GgufHeader } from './gguf.ts';

interface Shard {
  readonly stem: string;
  /** From 1. */
  readonly at: number;
  readonly of: number;
}
/** What a file's name says of its place among several; null for a model in one file. */
export function shardOf(name: string): Shard | null {
  const found = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i.exec(name);
  return found && { stem: found[1]!, at: Number(found[2]), of: Number(found[3]) };
}

/** The names among `names` that make one model with `name`, in order. FormatError where some are missing. */
export function shardsOf(name: string, names: readonly string[]): string[] {
  const own = shardOf(name);
  if (!own) return [name];
  const parts = new Map<number, string>();
  for (const other of names) {
    const shard = shardOf(other);
    if (shard?.stem === own.stem && shard.of === own.of) parts.set(shard.at, other);
  }
  const wanted = Array.from({ length: own.of }, (_, i) => i + 1);
  const missing = wanted.filter((at) => !parts.has(at));
  if (missing.length > 0 || own.at < 1 || own.at > own.of)
    throw new FormatError(
      `${name} is one of ${own.of} files of a model; ${missing.length === 1 ? `file ${missing[0]} is` : `${missing.length} of them are`} missing`,
      `Choose all of them together: ${own.stem}-00001-of-${String(own.of).padStart(5, '0')}.gguf and those that follow.`,
    );
  return wanted.map((at) => parts.get(at)!);
}

/** One header of the files of a model, in order: the first file's metadata and all tensors. */
export function joinHeaders(headers: readonly GgufHeader[], names: readonly string[]): GgufHeader {
  const hint = 'Take all files of the model from one place and conversion.';
  const [first] = headers;
  headers.forEach(({ split }, i) => {
    const [no, count] = split ?? [0, 1];
    if (no !== i || count !== headers.length)
      throw new FormatError(
        `${names[i]} says that it is file ${no + 1} of ${count}; as file ${i + 1} of ${headers.length} it was to be read`,
        count > headers.length ? `Choose all ${count} files of the model together.` : hint,
      );
  });
  const tensors = headers.flatMap((h) => h.tensors);
  const seen = new Set<string>();
  const twice = tensors.find(({ name }) => seen.size === seen.add(name).size);
  if (twice) throw new FormatError(`tensor ${shown(twice.name)} is in two of the files`, hint);
  const total = first!.metadata.get('split.tensors.count');
  if (total !== undefined && Number(total) !== tensors.length)
    throw new FormatError(`the files hold ${tensors.length} tensors, not ${shown(Number(total))} as they say`, hint);
  return { ...first!, tensors };
}
