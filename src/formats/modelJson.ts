import { FormatError, shown } from './error.ts';
import { parseObject, Reader } from './json.ts';

/** What every architecture of a model.json has: the name under which the registry of networks knows it. */
export interface Architecture {
  readonly kind: string;
}

export interface Credit {
  readonly title: string;
  readonly artist: string;
  readonly link: string;
  readonly licence: string;
  readonly style: string;
}

/** A checked model.json: what is needed to load and run the model, and what must be shown beside it. */
export interface ModelFile<A extends Architecture = Architecture> {
  readonly id: string;
  readonly title: string;
  readonly architecture: A;
  readonly classes: readonly string[];
  readonly weights: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly data: { readonly name: string; readonly source: string };
  readonly licence: { readonly weights: string; readonly data: string; readonly credits: readonly Credit[] };
  /** FD of n real images against the others: what a perfect model would score. Empty for other kinds. */
  readonly frechetFloor: readonly { readonly n: number; readonly mean: number; readonly sd: number }[];
}

const hint = 'Use a model folder made for this app (see training/README.md), with its model.json unchanged.';

/** The image that a network works on. */
export function readImage(a: Reader) {
  const channels = a.integer('channels', 1, 3);
  if (channels === 2) a.fail('channels', '1 or 3');
  return { channels: channels as 1 | 3, height: a.integer('height', 1, 256), width: a.integer('width', 1, 256) };
}

/** The same in square patches, one token each. */
export function readPatches(a: Reader) {
  const size = readImage(a);
  const patch = a.integer('patch', 1, 64);
  if (size.height % patch !== 0 || size.width % patch !== 0)
    a.fail('patch', `a divisor of ${size.height} and ${size.width}`);
  const tokens = (size.height / patch) * (size.width / patch);
  if (a.has('tokens') && a.integer('tokens', 1, 65536) !== tokens) a.fail('tokens', String(tokens));
  return { ...size, patch, tokens };
}

/** Reads the architecture of a model.json; `model` is the whole file. */
export type ReadArchitecture<A extends Architecture = Architecture> = (architecture: Reader, model: Reader) => A;

function credit(c: Reader): Credit {
  const optional = (...keys: string[]) => keys.filter((key) => c.has(key)).map((key) => c.text(key))[0] ?? '';
  return {
    title: c.text('title'),
    artist: optional('artist'),
    link: optional('artistLink', 'link'),
    licence: optional('licence'),
    style: optional('style'),
  };
}

/**
 * Checks an untrusted model.json, whose architecture is one of those given by kind. Unknown fields are ignored; a wrong
 * one is named with its value.
 */
export function readModelJson<A extends Architecture>(
  bytes: Uint8Array,
  architectures: Readonly<Record<string, ReadArchitecture<A>>>,
): ModelFile<A> {
  if (bytes.length > 2 ** 20)
    throw new FormatError(`model.json has ${bytes.length} bytes; at most ${2 ** 20} are expected`, hint);
  const top = new Reader(parseObject(bytes, { what: 'model.json', depth: 12, hint }), '', hint);
  const described = top.object('architecture');
  const made = architectures[described.oneOf('kind', Object.keys(architectures))]!(described, top);
  const classes = top.has('classes') ? top.texts('classes', 10_000) : [];
  if ('classes' in made && made.classes !== classes.length)
    top.fail('classes', `${made.classes} names, as architecture.classes says`);
  const weights = top.object('weights');
  const file = weights.text('file', 100);
  if (!/^[\w-][\w.-]*$/.test(file)) weights.fail('file', 'a plain file name');
  const sha256 = weights.text('sha256', 64);
  if (!/^[0-9a-f]{64}$/.test(sha256)) weights.fail('sha256', '64 hexadecimal digits');
  const licence = top.object('licence');
  const data = top.object('data');
  return {
    id: top.text('id', 100),
    title: top.text('title', 200),
    architecture: made,
    classes,
    weights: { file, bytes: weights.integer('bytes', 8, 2 ** 32), sha256 },
    data: { name: data.text('name'), source: data.has('source') ? data.text('source') : '' },
    licence: {
      weights: licence.text('weights'),
      data: licence.has('data') ? licence.text('data') : '',
      credits: licence.has('credits') ? licence.objects('credits', 1000).map(credit) : [],
    },
    frechetFloor: top.has('frechetFloor')
      ? top
          .objects('frechetFloor', 100)
          .map((f) => ({ n: f.integer('n', 1, 1e9), mean: f.number('mean', -1e9, 1e9), sd: f.number('sd', 0, 1e9) }))
      : [],
  };
}

/** A model of another kind than is needed, as an error that names both. */
export const otherKind = (file: ModelFile, needed: string): FormatError =>
  new FormatError(`model ${shown(file.id)} is a ${file.architecture.kind}; a ${needed} is needed here`, hint);
