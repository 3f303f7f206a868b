// Files of results: written whole, or by a line at a time; what the disk says, as a sentence.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Why the disk did not do it; undefined for an error that is not the disk's. */
export function diskSentence(error: unknown): string | undefined {
  const { code, path, message } = error as { code?: unknown; path?: string; message?: string };
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return undefined;
  const where = path === undefined ? 'the results' : `'${path}'`;
  switch (code) {
    case 'ENOSPC':
      return `There is no space left for ${where}.`;
    case 'EDQUOT':
      return `The quota of disk space is used up: ${where} cannot be written.`;
    case 'EACCES':
    case 'EPERM':
      return `${where} may not be written: no permission.`;
    case 'EROFS':
      return `${where} is on a file system that is read only.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${where} is a file, or in one; a directory is needed there.`;
    default:
      return `${where} cannot be written: ${message}.`;
  }
}

export const makeFolder = (path: string): void => void mkdirSync(path, { recursive: true });

/** The text of a file; undefined where there is none. */
export const textOf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** Writes a file beside its place and moves it there: a reader meets the old one or the new one, never half of it. */
export function writeWhole(path: string, data: string | Uint8Array): void {
  makeFolder(dirname(path));
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, data);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/**
 * A file that grows by lines. What stands behind the last end of a line was cut short with its process, and is cut off.
 */
export function openLines(
  folder: string,
  name: string,
  head: string,
): { readonly text: string; add(line: string): void } {
  const path = join(folder, name);
  const there = textOf(path) ?? '';
  const whole = there.slice(0, there.lastIndexOf('\n') + 1);
  if (whole === '') writeFileSync(path, head);
  else if (whole.length < there.length) truncateSync(path, Buffer.byteLength(whole));
  return { text: whole === '' ? head : whole, add: (line) => appendFileSync(path, line) };
}
