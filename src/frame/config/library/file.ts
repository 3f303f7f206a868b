// Saved experiments as one JSON file, and back. A file is anyone's: every field is checked and made anew, what is not
// known is left out, and nothing in it is more than text and numbers.
import { LIBRARY_FORMAT } from '../restore.ts';
import { LIMITS, type Contestant, type Figure, type Metric, type Row, type Saved } from './types.ts';

const VERSION = 1;

/** A file that brings nothing; its message says why. */
export class LibraryFileError extends Error {
  override readonly name = 'LibraryFileError';
}

export function writeLibrary(saved: readonly Saved[], appVersion: string, at: number): string {
  const head = {
    format: LIBRARY_FORMAT,
    formatVersion: VERSION,
    app: appVersion,
    exportedAt: new Date(at).toISOString(),
  };
  return `${JSON.stringify({ ...head, saved }, null, 1)}\n`;
}

type Fields = Readonly<Record<string, unknown>>;
/** Says what is wrong with an entry. */
class Damaged extends Error {}
const fail = (what: string): never => {
  throw new Damaged(what);
};

const isObject = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v);

function text(from: Fields, key: string, longest: number): string {
  const value = from[key];
  if (typeof value !== 'string') return fail(`its ${key} is no text`);
  return value.length <= longest ? value : fail(`its ${key} has more than ${longest} characters`);
}
function list(from: Fields, key: string, most: number): readonly unknown[] {
  const value = from[key];
  if (!Array.isArray(value)) return fail(`its ${key} is no list`);
  return value.length <= most ? value : fail(`its ${key} has more than ${most} entries`);
}
function finite(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fail(`its ${what} is no number`);
}
function time(from: Fields, key: string): number {
  const value = finite(from[key], key);
  // As far as a Date reaches.
  return Math.abs(value) <= 8.64e15 ? value : fail(`its ${key} is no time`);
}
const oneOf = <T extends string>(value: unknown, options: readonly T[], what: string): T =>
  options.find((o) => o === value) ?? fail(`its ${what} is none of ${options.join(', ')}`);
const entry = (value: unknown, what: string): Fields =>
  isObject(value) ? value : fail(`one of its ${what} is damaged`);

const rowOf = (value: unknown): Row => {
  const from = entry(value, 'settings');
  return { field: text(from, 'field', LIMITS.name), value: text(from, 'value', LIMITS.text) };
};
const DIRECTIONS = ['lower', 'higher'] as const;
const SPREADS = ['leftOut', 'repeats', 'logRepeats'] as const;
function metricOf(value: unknown): Metric {
  const from = entry(value, 'metrics');
  const better = from['better'];
  const spread = from['spread'];
  return {
    id: text(from, 'id', LIMITS.name),
    title: text(from, 'title', LIMITS.name),
    unit: text(from, 'unit', LIMITS.name),
    better: better === null ? null : oneOf(better, DIRECTIONS, 'metric’s direction'),
    spread: spread === null ? null : oneOf(spread, SPREADS, 'metric’s spread'),
  };
}
function figureOf(value: unknown): Figure {
  const from = entry(value, 'figures');
  const half = from['half'];
  const spread = from['spread'];
  return {
    metric: text(from, 'metric', LIMITS.name),
    value: finite(from['value'], 'figure'),
    half: half === null ? null : finite(half, 'interval'),
    spread: spread === null ? null : list(from, 'spread', LIMITS.spread).map((v) => finite(v, 'spread')),
  };
}
function contestantOf(value: unknown): Contestant {
  const from = entry(value, 'contenders');
  return {
    id: text(from, 'id', LIMITS.text),
    kind: text(from, 'kind', LIMITS.name),
    name: text(from, 'name', LIMITS.text),
    ground: text(from, 'ground', LIMITS.text),
    settings: list(from, 'settings', LIMITS.rows).map(rowOf),
    figures: list(from, 'figures', LIMITS.metrics).map(figureOf),
  };
}

/** Pictures of these kinds only, as their own bytes: nothing that runs, nothing that is fetched. */
const PICTURE = /^data:image\/(?:webp|png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/;
const ID = /^[\w-]{1,64}$/;

/** Tags as they are kept: trimmed, each once, none empty. */
export const tidyTags = (tags: readonly string[]): readonly string[] =>
  [...new Set(tags.map((t) => t.trim().replace(/^#/, '').replace(/\s+/g, ' ').slice(0, LIMITS.tag)))]
    .filter((t) => t !== '')
    .slice(0, LIMITS.tags);

/** One entry of a file or a store; throws what is wrong with it. `labOf` tells whose link a hash is. */
function readSaved(value: unknown, labs: readonly string[], labOf: (hash: string) => string): Saved {
  const from = isObject(value) ? value : fail('it is no entry');
  const id = text(from, 'id', 64);
  if (!ID.test(id)) fail('its id is not one of ours');
  const name = text(from, 'name', LIMITS.name).trim();
  if (name === '') fail('it has no name');
  const lab = text(from, 'lab', LIMITS.name);
  if (!labs.includes(lab)) fail(`there is no lab '${lab.slice(0, 40)}' here`);
  const hash = text(from, 'hash', LIMITS.hash);
  if (labOf(`#${hash}`) !== lab) fail('its link belongs to another lab');
  const tags = list(from, 'tags', LIMITS.tags).map((t) =>
    typeof t === 'string' ? t : fail('one of its tags is no text'),
  );
  const picture = from['picture'];
  const fits = typeof picture === 'string' && picture.length <= LIMITS.picture && PICTURE.test(picture);
  return {
    id,
    name,
    tags: tidyTags(tags),
    note: text(from, 'note', LIMITS.note),
    lab,
    hash,
    device: text(from, 'device', LIMITS.text),
    version: text(from, 'version', LIMITS.name),
    createdAt: time(from, 'createdAt'),
    changedAt: time(from, 'changedAt'),
    // A picture that is none is no loss of an experiment.
    picture: fits ? picture : '',
    settings: list(from, 'settings', LIMITS.rows).map(rowOf),
    metrics: list(from, 'metrics', LIMITS.metrics).map(metricOf),
    contenders: list(from, 'contenders', LIMITS.contenders).map(contestantOf),
  };
}

/** How an entry that cannot be read is called in a sentence. */
function called(value: unknown, index: number): string {
  const name = isObject(value) ? value['name'] : undefined;
  return typeof name === 'string' && name.trim() !== '' ? `“${name.trim().slice(0, 60)}”` : `Entry ${index + 1}`;
}

export interface ReadEntries {
  readonly saved: readonly Saved[];
  /** A sentence for each that was left out. */
  readonly skipped: readonly string[];
}

/** What can be read of a list of entries. */
export function readEntries(
  list: readonly unknown[],
  labs: readonly string[],
  labOf: (hash: string) => string,
): ReadEntries {
  const saved = new Map<string, Saved>();
  const skipped: string[] = [];
  list.forEach((value, i) => {
    try {
      const one = readSaved(value, labs, labOf);
      if (saved.has(one.id)) fail('an entry with the same id stands before it');
      saved.set(one.id, one);
    } catch (thrown) {
      if (!(thrown instanceof Damaged)) throw thrown;
      skipped.push(`${called(value, i)} was left out: ${thrown.message}.`);
    }
  });
  return { saved: [...saved.values()], skipped };
}

/** The entries of a file; throws a `LibraryFileError` where there are none to be had. */
export function readLibrary(
  name: string,
  content: string,
  labs: readonly string[],
  labOf: (hash: string) => string,
): ReadEntries {
  const refuse = (because: string): never => {
    throw new LibraryFileError(`“${name}” ${because}`);
  };
  if (content.length > LIMITS.file)
    refuse(`has more than ${LIMITS.file / 1024 / 1024} MB, too many for a library of this page.`);
  let held: unknown;
  try {
    held = JSON.parse(content);
  } catch {
    refuse('is cut short or is no JSON. Export the library again.');
  }
  if (!isObject(held) || held['format'] !== LIBRARY_FORMAT) return refuse('is not a library that this page exported.');
  const version = held['formatVersion'];
  if (version !== VERSION)
    refuse(
      `is of format version ${String(version).slice(0, 20)}; this page reads version ${VERSION}. Reload the page for its newest version.`,
    );
  const entries = held['saved'];
  if (!Array.isArray(entries)) return refuse('holds no list of experiments.');
  if (entries.length > 2 * LIMITS.saved)
    refuse(`holds ${entries.length} experiments; at most ${2 * LIMITS.saved} are read at once.`);
  return readEntries(entries, labs, labOf);
}
