/**
 * A file from the reader's disk. `path` has the folders that came with it, the dropped or picked one first: a file itself
 * forgets them on the way to a worker.
 */
export interface GivenFile {
  readonly path: string;
  readonly file: File;
}
/** Of programs, not of models: `.git`, `.DS_Store`. */
export const isHidden = (path: string): boolean => /(^|\/)\./.test(path);
/** The folder that all of the files lie in; null where there is none. */
export function commonFolder(files: readonly GivenFile[]): string | null {
  const tops = new Set(files.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [top] = tops;
  return tops.size === 1 && top !== '' ? top! : null;
}

/** What a reader gave along with a source: dropped files, a hub token. Never part of a link. */
export interface Given {
  readonly files: readonly GivenFile[];
  readonly token: string | null;
}
export const nothingGiven: Given = { files: [], token: null };
export interface StoredModel {
  readonly key: string;
  readonly title: string;
  readonly bytes: number;
  readonly complete: boolean;
  readonly usedAt: number;
}
