// A start picture as text: `3f2a…:name.png@5`. A link names a picture and cannot carry it: the hash tells whether the one
// that the reader gives is the same.
import { numberDemand } from '../../../core/field.ts';
import type { StartPicture } from './experiment.ts';
import { MAX_NAME, startField } from './fields.ts';
import { cut } from './text.ts';

const FORM = /^([0-9a-f]{8,64}):([^\p{Cc}]+)@([^@]*)$/u;

/** Whether two hashes, one or both of them cut, can be of the same picture. */
export const sameHash = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** The start, or why the text names none. */
export function parseStart(text: string): StartPicture | string {
  const [, sha256, name, level] = FORM.exec(text) ?? [];
  if (sha256 === undefined || name === undefined || level === undefined)
    return 'it must be 8 to 64 hexadecimal digits of the picture’s SHA-256, a colon, its name, an @ and a σ';
  if (name.length > MAX_NAME) return `a picture’s name has at most ${MAX_NAME} characters`;
  const sigma = startField.parse(level);
  return sigma === undefined ? `σ must be ${numberDemand(startField)}` : { name, sha256, sigma };
}

/** A file's name as a link can hold it. */
export const startName = (name: string): string => cut(name.replaceAll(/\p{Cc}/gu, ' '), MAX_NAME) || 'picture';

export const formatStart = ({ name, sha256, sigma }: StartPicture): string => `${sha256}:${startName(name)}@${sigma}`;
