import type { ConfigFields as Config } from './configFields.ts';
import { FormatError, shown } from './error.ts';
import type { Reader } from './json.ts';
import { inverseFrequencies, type RopeScaling } from './rope.ts';
import type { TransformerConfig } from './transformerConfig.ts';

const unsupported = (message: string) =>
  new FormatError(message, 'Choose a model with another rope type, or one with its config.json unchanged.');

/** Entries that may stand beside a rope type; more or others would change the frequencies unseen. */
const shared = [
  'rope_theta',
  'rope_type',
  'type',
  'factor',
  'original_max_position_embeddings',
  'partial_rotary_factor',
];
const own: Readonly<Record<string, readonly string[]>> = {
  default: [],
  linear: [],
  dynamic: [],
  llama3: ['low_freq_factor', 'high_freq_factor'],
  yarn: ['attention_factor', 'beta_fast', 'beta_slow', 'mscale', 'mscale_all_dim', 'truncate'],
  longrope: ['attention_factor', 'short_factor', 'long_factor'],
};
/** What some files call it. */
const renamed: Readonly<Record<string, string>> = { su: 'longrope' };

interface Given {
  readonly headDim: number;
  readonly context: number;
  readonly base: number;
  /** Share of a head that is rotated where the file does not say; undefined: all, and no key is read for it. */
  readonly rotary: number | undefined;
  /** `rope_parameters` may have an object for each kind of layer; these are for layers that see everything. */
  readonly byKind?: boolean;
}
type Rope = Pick<TransformerConfig, 'position' | 'rotaryDim'>;

/** Frequencies of whole heads: those of the first `rotary` numbers, and 0 for the pairs that stand still. */
const padded = (frequencies: readonly number[], headDim: number): number[] =>
  Array.from({ length: headDim / 2 }, (_, j) => frequencies[j] ?? 0);

function list(read: Reader, key: string, count: number): number[] {
  const values = read.list(key, 1024);
  const fits = (v: unknown): v is number => typeof v === 'number' && v >= 1e-3 && v <= 1e6;
  if (values.length !== count || !values.every(fits)) read.fail(key, `${count} positive numbers, one for each pair`);
  return values as number[];
}

/** YaRN's factor on q and k (its section 3.4); `by`: how much of it. */
export const yarnGrowth = (factor: number, by = 1): number => (factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1);

/** The same, or what the file says. */
function yarnAmplitude(given: Reader, factor: number): number {
  if (given.has('attention_factor')) return given.number('attention_factor', 1e-3, 1e3);
  const scale = (key: string) => (given.has(key) ? given.number(key, 0, 100) : 0);
  const [over, under] = [scale('mscale'), scale('mscale_all_dim')];
  return over !== 0 && under !== 0 ? yarnGrowth(factor, over) / yarnGrowth(factor, under) : yarnGrowth(factor);
}

/** One set of rotary parameters (an object of config.json, or none) as positions. `at` names it in messages. */
export function ropeOf(
  given: Reader | null,
  at: string,
  {
    headDim,
    context,
    base,
    rotaryDim,
    original,
  }: Omit<Given, 'rotary' | 'byKind'> & { rotaryDim: number; original: number | null },
): TransformerConfig['position'] {
  const frequencies = (scaling: RopeScaling) => padded(inverseFrequencies(rotaryDim, base, scaling), headDim);
  const made = (scaling: RopeScaling, amplitude = 1): TransformerConfig['position'] => ({
    kind: 'rope',
    inverseFrequencies: frequencies(scaling),
    scaling: scaling.kind,
    ...(amplitude !== 1 && { amplitude }),
  });
  if (!given) return made({ kind: 'none' });
  const types = ['rope_type', 'type'].filter((name) => given.has(name)).map((name) => given.text(name, 60));
  const type = renamed[types[0] ?? ''] ?? types[0] ?? '';
  const known = Object.hasOwn(own, type) ? [...shared, ...own[type]!] : null;
  const extra = given
    .keys()
    .find((name) => given.has(name) && !(known ?? [...shared, ...Object.values(own).flat()]).includes(name));
  if (extra !== undefined)
    throw unsupported(
      `${at} has the entry ${shown(extra)}, which this app does not know${known ? ` beside the rope type ${shown(type)}` : ''}; it knows ${(known ?? shared).join(', ')}`,
    );
  if (new Set(types).size !== 1) throw unsupported(`${at} must name one rope type, got ${shown(types)}`);
  const factor = () => given.number('factor', 1e-3, 1e6);
  const originalContext = (): number =>
    given.has('original_max_position_embeddings') || original === null
      ? given.integer('original_max_position_embeddings', 1, 2 ** 27)
      : original;
  switch (type) {
    case 'default':
      return made({ kind: 'none' });
    case 'linear':
      return made({ kind: 'linear', factor: factor() });
    case 'dynamic':
      factor();
      return made({ kind: 'dynamic' });
    case 'llama3': {
      const low = given.number('low_freq_factor', 1e-6, 1e6);
      const high = given.number('high_freq_factor', 1e-6, 1e6);
      if (high <= low) given.fail('high_freq_factor', `above low_freq_factor = ${low}`);
      return made({
        kind: 'llama3',
        factor: factor(),
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContext: originalContext(),
      });
    }
    case 'yarn': {
      const before = originalContext();
      const by = given.has('factor') ? factor() : context / before;
      const [fast, slow] = (['beta_fast', 'beta_slow'] as const).map((key, i) =>
        given.has(key) ? given.number(key, 1e-3, 1e4) : [32, 1][i]!,
      );
      if (fast! <= slow!) given.fail('beta_fast', `above beta_slow = ${slow}`);
      const whole = given.value('truncate') ?? true;
      if (typeof whole !== 'boolean') given.fail('truncate', 'true or false');
      const scaling = {
        factor: by,
        originalContext: before,
        betaFast: fast!,
        betaSlow: slow!,
        whole: whole as boolean,
      };
      return made({ kind: 'yarn', ...scaling }, yarnAmplitude(given, by));
    }
    case 'longrope': {
      const before = originalContext();
      const by = given.has('factor') ? factor() : context / before;
      const grown = by <= 1 ? 1 : Math.sqrt(1 + Math.log(by) / Math.log(before));
      const amplitude = given.has('attention_factor') ? given.number('attention_factor', 1e-3, 1e3) : grown;
      const factors = (key: string) => frequencies({ kind: 'longrope', factors: list(given, key, rotaryDim / 2) });
      return {
        kind: 'rope',
        scaling: 'longrope',
        inverseFrequencies: factors('short_factor'),
        ...(amplitude !== 1 && { amplitude }),
        ...(context > before && { long: { above: before, inverseFrequencies: factors('long_factor') } }),
      };
    }
    default:
      throw unsupported(
        `the rope type ${shown(type)} in ${at} is not supported; supported are ${Object.keys(own)
          .join(', ')
          .replace(/, ([^,]*)$/, ' and $1')}`,
      );
  }
}

/** The object under a key, or in it that of one kind of layer if it is split so. */
function objectOf(c: Config, key: string, kind: string | null): Reader | null {
  const whole = c.read.has(key) ? c.read.object(key) : null;
  return kind !== null && whole?.has(kind) ? whole.object(kind) : whole;
}

/** Rotary positions of one kind of layer, `base` unless `rope_parameters` has an object for the kind. */
export function ropeOfKind(
  c: Config,
  kind: string,
  { headDim, context, base }: Omit<Given, 'rotary' | 'byKind'>,
): TransformerConfig['position'] {
  const whole = objectOf(c, 'rope_parameters', null);
  const given = whole?.has(kind) ? whole.object(kind) : null;
  return ropeOf(given, `rope_parameters.${kind}`, {
    headDim,
    context,
    base: given?.has('rope_theta') ? given.number('rope_theta', 1.001, 1e12) : base,
    rotaryDim: headDim,
    original: null,
  });
}

/** Rotary positions in the older layout (rope_theta, rope_scaling) or the one of transformers 5 (rope_parameters). */
export function rope(c: Config, { headDim, context, base: usual, rotary, byKind = false }: Given): Rope {
  const key = c.read.has('rope_parameters') ? 'rope_parameters' : 'rope_scaling';
  if (key === 'rope_parameters') c.only('rope_scaling', 'beside rope_parameters', []);
  const given = objectOf(c, key, byKind ? 'full_attention' : null);
  const from = (names: readonly string[], least: number, largest: number, otherwise: number): number => {
    const found = [given, c.read].flatMap((read) =>
      names.filter((n) => read?.has(n)).map((n) => read!.number(n, least, largest)),
    );
    return found[0] ?? otherwise;
  };
  const base = from(['rope_theta', 'rotary_emb_base'], 1.001, 1e12, usual);
  c.only('rope_interleaved', 'rotates neighbours instead of halves', [false]);
  c.only('use_mrope', 'positions in several dimensions', [false]);
  if (rotary === undefined) {
    c.only('partial_rotary_factor', 'rotates a part of each head', [1]);
    if (given?.has('partial_rotary_factor') && given.number('partial_rotary_factor', 0, 1) !== 1)
      given.fail('partial_rotary_factor', '1');
  }
  const share = rotary === undefined ? 1 : from(['partial_rotary_factor', 'rotary_pct'], 0, 1, rotary);
  const rotaryDim = Math.floor(headDim * share);
  if (rotaryDim < 2 || rotaryDim % 2 !== 0)
    throw unsupported(
      `${rotaryDim} of the ${headDim} numbers of a head are rotated; an even number from 2 on is needed`,
    );
  const originalKey = 'original_max_position_embeddings';
  const original = c.read.has(originalKey) ? c.read.integer(originalKey, 1, 2 ** 27) : null;
  return {
    position: ropeOf(given, key, { headDim, context, base, rotaryDim, original }),
    ...(rotaryDim < headDim && { rotaryDim }),
  };
}
