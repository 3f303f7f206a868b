// A file that this page once wrote, back to the link of its experiment.
import { pngText } from '../../formats/png.ts';

/** Under this a picture carries its experiment and results. */
export const PNG_KEYWORD = 'stepscope';
/** What a file of saved experiments says that it is. */
export const LIBRARY_FORMAT = 'stepscope-library';
/** Whether a file begins as one of saved experiments does. */
export const holdsLibrary = (bytes: Uint8Array): boolean =>
  new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${LIBRARY_FORMAT}"`).test(new TextDecoder().decode(bytes.subarray(0, 200)));
/** No export of ours comes near. */
const LONGEST = 64 * 1024 * 1024;

export class NoExperiment extends Error {}

interface Held {
  readonly format?: unknown;
  readonly link?: unknown;
  readonly hash?: unknown;
}

/** A workflow of ComfyUI that this page wrote keeps its experiment beside its first node. */
function ofWorkflow(held: object): Held | undefined {
  const [first] = Object.values(held) as readonly unknown[];
  const meta = (first as { _meta?: { stepscope?: unknown } } | null | undefined)?._meta;
  return meta?.stepscope ?? undefined;
}

/** The hash of a link that a JSON export holds: with the run's record where there is one. */
function hashOf(text: string): string | undefined {
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { format, link, hash } = (ofWorkflow(held ?? {}) ?? held ?? {}) as Held;
  if (typeof format !== 'string' || !format.startsWith('stepscope-')) return undefined;
  const cut = typeof link === 'string' ? link.indexOf('#') : -1;
  if (cut >= 0) return (link as string).slice(cut + 1);
  return typeof hash === 'string' ? hash.replace(/^#/, '') : undefined;
}

/** Throws a `NoExperiment` for a file that is too long to be looked into. */
export function assertReadable(name: string, length: number): void {
  if (length > LONGEST)
    throw new NoExperiment(`“${name}” has ${Math.round(length / 1e6)} MB, too many for an export of this page.`);
}

/** The hash, without its #, of the experiment that a file holds; throws a `NoExperiment` that says why there is none. */
export function restoredHash(name: string, bytes: Uint8Array): string {
  assertReadable(name, bytes.length);
  if (bytes[0] === 137) {
    // ComfyUI writes the workflow that it ran into its pictures.
    const text = pngText(bytes, PNG_KEYWORD) ?? pngText(bytes, 'prompt');
    const hash = text === undefined ? undefined : hashOf(text);
    if (hash !== undefined) return hash;
    throw new NoExperiment(
      `“${name}” is a picture that carries no experiment. Those that this page exports do, until another program writes them anew.`,
    );
  }
  const hash = hashOf(new TextDecoder().decode(bytes));
  if (hash !== undefined) return hash;
  throw new NoExperiment(`“${name}” is neither a PNG nor a JSON that this page exported.`);
}
