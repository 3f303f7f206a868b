import { FormatError, shown } from './error.ts';
import { parseObject, Reader } from './json.ts';

/** Diffusion transformer (adaLN-single), velocity prediction of a rectified flow. */
export interface DitArchitecture {
  readonly kind: 'dit';
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
  readonly tokens: number;
  readonly d: number;
  readonly depth: number;
  readonly heads: number;
  readonly hidden: number;
  /** Number of classes; the class after the last is "no class". */
  readonly classes: number;
  readonly timeFeatures: number;
  readonly timeScale: number;
  readonly epsilon: number;
}
/** One small network per plane target, with EDM preconditioning. */
export interface Mlp2dArchitecture {
  readonly kind: 'mlp2d';
  readonly targets: Readonly<Record<string, { readonly sigmaData: number }>>;
  readonly inputs: number;
  readonly width: number;
  readonly hiddenLayers: number;
}
/** Small classifier whose features measure images. */
export interface PatchnetArchitecture {
  readonly kind: 'patchnet';
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
  readonly tokens: number;
  readonly patchWidth: number;
  readonly hidden: number;
  readonly features: number;
  readonly classes: number;
}
/** Images as bytes: the data of an exact denoiser. */
export interface DatasetArchitecture {
  readonly kind: 'dataset';
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly classes: number;
}
export type Architecture = DitArchitecture | Mlp2dArchitecture | PatchnetArchitecture | DatasetArchitecture;

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

function image(a: Reader) {
  const channels = a.integer('channels', 1, 3);
  if (channels === 2) a.fail('channels', '1 or 3');
  return { channels: channels as 1 | 3, height: a.integer('height', 1, 256), width: a.integer('width', 1, 256) };
}

function patches(a: Reader) {
  const size = image(a);
  const patch = a.integer('patch', 1, 64);
  if (size.height % patch !== 0 || size.width % patch !== 0)
    a.fail('patch', `a divisor of ${size.height} and ${size.width}`);
  const tokens = (size.height / patch) * (size.width / patch);
  if (a.has('tokens') && a.integer('tokens', 1, 65536) !== tokens) a.fail('tokens', String(tokens));
  return { ...size, patch, tokens };
}

function architecture(a: Reader): Architecture {
  const kind = a.oneOf('kind', ['dit', 'mlp2d', 'patchnet', 'dataset']);
  switch (kind) {
    case 'dit': {
      const d = a.integer('d', 4, 4096);
      const heads = a.integer('heads', 1, 64);
      if (d % heads !== 0) a.fail('heads', `a divisor of d = ${d}`);
      const classes = a.integer('classes', 1, 10_000);
      if (a.has('nullClass') && a.integer('nullClass', 0, 10_000) !== classes) a.fail('nullClass', String(classes));
      const timeFeatures = a.integer('timeFeatures', 2, 4096);
      if (timeFeatures % 2 !== 0) a.fail('timeFeatures', 'even');
      return {
        kind,
        ...patches(a),
        d,
        heads,
        classes,
        timeFeatures,
        depth: a.integer('depth', 1, 64),
        hidden: a.integer('hidden', 1, 65536),
        timeScale: a.number('timeScale', 1e-6, 1e6),
        epsilon: a.number('epsilon', 0, 1),
      };
    }
    case 'mlp2d': {
      const targets = a.object('targets');
      const inputs = a.integer('inputs', 4, 258);
      if (inputs % 2 !== 0) a.fail('inputs', 'even');
      return {
        kind,
        inputs,
        width: a.integer('width', 1, 4096),
        hiddenLayers: a.integer('hiddenLayers', 1, 16),
        targets: Object.fromEntries(
          targets.keys().map((name) => [name, { sigmaData: targets.object(name).number('sigmaData', 1e-6, 1e6) }]),
        ),
      };
    }
    case 'patchnet':
      return {
        kind,
        ...patches(a),
        patchWidth: a.integer('patchWidth', 1, 4096),
        hidden: a.integer('hidden', 1, 65536),
        features: a.integer('features', 1, 4096),
        classes: a.integer('classes', 1, 10_000),
      };
    case 'dataset':
      return { kind, ...image(a), count: a.integer('count', 1, 1_000_000), classes: a.integer('classes', 1, 10_000) };
    default:
      return kind satisfies never;
  }
}

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

/** Checks an untrusted model.json. Unknown fields are ignored; a wrong one is named with its value. */
export function parseModelJson(bytes: Uint8Array): ModelFile {
  if (bytes.length > 2 ** 20)
    throw new FormatError(`model.json has ${bytes.length} bytes; at most ${2 ** 20} are expected`, hint);
  const top = new Reader(parseObject(bytes, { what: 'model.json', depth: 12, hint }), '', hint);
  const made = architecture(top.object('architecture'));
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

/** The file as a given kind, or an error that names both kinds. */
export function requireKind<K extends Architecture['kind']>(
  file: ModelFile,
  kind: K,
): ModelFile<Extract<Architecture, { kind: K }>> {
  if (file.architecture.kind !== kind)
    throw new FormatError(`model ${shown(file.id)} is a ${file.architecture.kind}; a ${kind} is needed here`, hint);
  return file as ModelFile<Extract<Architecture, { kind: K }>>;
}
