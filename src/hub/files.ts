import type { Licence } from '../formats/modelCard.ts';
import type { ModelSource } from './source.ts';

/** A model's files, wherever they are. Reads in file order are the fastest; any order works. */
export interface ModelFiles {
  readonly source: ModelSource;
  readonly title: string;
  readonly list: readonly { readonly name: string; readonly bytes: number }[];
  /**
   * Exactly the bytes [begin, end) of a file. Rejects with ModelError when they cannot be had, Cancelled when aborted.
   */
  read(name: string, begin: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Bytes that came over the network and from this machine's own store since the files were opened. */
  readonly got: { readonly network: number; readonly store: number };
  /** What its card says; null where it names none, absent where nobody asked. */
  readonly licence?: Licence | null;
  /** What the reader should know of where the files came from, so far. */
  readonly notices?: readonly string[];
  /**
   * To be called after the last read, before the model is used: rejects when a file turns out not to be what its host
   * says it is.
   */
  verify?(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A model that cannot be had or used: what, which value, what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export const sizeOf = (files: ModelFiles, name: string): number | undefined =>
  files.list.find((f) => f.name === name)?.bytes;

/** A small file as bytes; undefined when the model has none of that name. */
export async function readSmall(
  files: ModelFiles,
  name: string,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const bytes = sizeOf(files, name);
  if (bytes === undefined) return undefined;
  if (bytes > most)
    throw new ModelError(
      `${name} of ${files.title} has ${bytes} bytes; at most ${most} are read.`,
      'The file is not what its name says. Take the model from its original repository.',
    );
  return files.read(name, 0, bytes, signal);
}
