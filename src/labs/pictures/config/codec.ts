// The address bar's language for published models: `lab=pictures&…`. Any text gives a valid experiment and the list of
// what was refused; defaults are omitted and the key order is fixed, so equal experiments give equal links.
import type { Refusal } from '../../../core/refusal.ts';
import type { GridText } from '../../../experiments/grid/types.ts';
import { formatKernelChoices, parseKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { encodeLink, readLink, readScalars, usualInstead, writtenScalars } from '../../../frame/config/link.ts';
import { formatContender, parseContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { MAX_BUDGETS, MAX_CONTENDERS, MAX_PROMPT, MAX_SIDE, MAX_STEPS, picturesFields, SIDE_STEP } from './fields.ts';
import { DEFAULT_SOURCE, formatSource, openingOf, parseSource } from './model.ts';
import { formatStart, parseStart } from './start.ts';
import { cut } from './text.ts';

export interface ParsedPictures {
  readonly experiment: PicturesExperiment;
  readonly refusals: readonly Refusal[];
  readonly fingerprint: string | null;
  /** The grid that the link crosses it with, unread: `grid.ts` reads it where one is wanted. */
  readonly grid?: GridText;
}

/** URL keys of the scalar fields, in link order. */
const KEYS = [
  ['n', 'count'],
  ['seed', 'seed'],
  ['noise', 'noise'],
  ['conv', 'conventions'],
  ['skip', 'clipSkip'],
  ['class', 'label'],
  ['ref', 'reference'],
  ['fmt', 'format'],
] as const;
/** Which cells a grid leaves out; `skip` is CLIP skip here. */
const OMIT = 'omit';
const GRAMMAR = {
  keys: [
    'lab',
    'model',
    'prompt',
    'neg',
    'size',
    'gen',
    'start',
    'steps',
    'kernels',
    'fp',
    OMIT,
    ...KEYS.map(([key]) => key),
  ],
  lists: ['c', 'axis'],
  // Two long prompts in any script and eight σ lists of a thousand levels.
  longest: 250_000,
  otherwise: 'the default experiment',
  plusIsSpace: true,
} as const;

const isPicturesHash = /(^|[#?&])lab=pictures(&|$)/;
/** Whether a location hash belongs to this lab. */
export const isPictures = (hash: string): boolean => isPicturesHash.test(hash);

/** Whose generators: one for each picture, or one for all. */
const generators = { each: true, one: false } as const;

/** `512x768`; undefined when it is none. */
function parseSize(
  text: string,
  { width, height }: Pick<ReturnType<typeof picturesFields>, 'width' | 'height'>,
): Pick<PicturesExperiment, 'width' | 'height'> | undefined {
  const [, across = '', down = ''] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  const size = { width: width.parse(across), height: height.parse(down) };
  return size.width === undefined || size.height === undefined ? undefined : { width: size.width, height: size.height };
}

export function parseBudgets(text: string): number[] | undefined {
  const list = text.split('.').map((t) => (/^\d{1,4}$/.test(t) ? Number(t) : NaN));
  const rising = list.every((v, i) => v >= 1 && v <= MAX_STEPS && (i === 0 || v > list[i - 1]!));
  return rising && list.length <= MAX_BUDGETS ? list : undefined;
}

/** Reads a location hash (with or without its #). Total: never throws. */
export function parsePictures(hash: string): ParsedPictures {
  // Half a character alone could not be written again.
  const link = readLink(hash.toWellFormed(), GRAMMAR);
  const { given, lists, refusals, refuse } = link;
  /** What a key's reader makes of its value; `otherwise` where the key is missing or the value was refused. */
  const read = <T>(key: string, otherwise: T, reader: (text: string) => T | undefined): T => {
    const text = given.get(key);
    return (text === undefined ? undefined : reader(text)) ?? otherwise;
  };

  const model = read('model', DEFAULT_SOURCE, (text) => {
    const source = parseSource(text);
    if (typeof source !== 'string') return source;
    refuse('model', text, source, formatSource(DEFAULT_SOURCE));
    return undefined;
  });
  const usual = defaultPictures(model);
  const { unsaidGuidance } = openingOf(model);
  const fields = picturesFields(openingOf(model));
  const scalars = readScalars(link, KEYS, fields) as Pick<PicturesExperiment, (typeof KEYS)[number][1]>;

  const prompt = (where: string) => (text: string) => {
    if (text.length > MAX_PROMPT)
      refuse(
        where,
        `${text.length} characters`,
        `a ${where} has at most ${MAX_PROMPT} characters`,
        `its first ${MAX_PROMPT}`,
      );
    return cut(text, MAX_PROMPT);
  };
  const size = read('size', { width: usual.width, height: usual.height }, (text) => {
    const parsed = parseSize(text, fields);
    if (!parsed)
      refuse(
        'size',
        text,
        `it must be width x height, each a multiple of ${SIDE_STEP} from ${SIDE_STEP} to ${MAX_SIDE}, or 0 for the model’s own`,
        'the model’s own',
      );
    return parsed;
  });
  const perPicture = read('gen', usual.perPicture, (text) => {
    if (Object.hasOwn(generators, text)) return generators[text as keyof typeof generators];
    refuse('gen', text, 'it must be each or one', usual.perPicture ? 'each' : 'one');
    return undefined;
  });
  const start = read('start', null, (text) => {
    const parsed = parseStart(text);
    if (typeof parsed === 'string') refuse('start picture', text, parsed, 'pure noise');
    return typeof parsed === 'string' ? null : parsed;
  });
  const budgets = read('steps', usual.budgets, (text) => {
    const parsed = parseBudgets(text);
    if (!parsed)
      refuse(
        'steps',
        text,
        `they must be at most ${MAX_BUDGETS} rising whole numbers from 1 to ${MAX_STEPS}, joined by dots`,
        'the usual numbers of steps',
      );
    return parsed;
  });

  const skip = given.get(OMIT) ?? '';
  const contenders: PictureContender[] = [];
  for (const [i, text] of lists.c.entries()) {
    if (i >= MAX_CONTENDERS) {
      refuse(`contender ${i + 1}`, text, `at most ${MAX_CONTENDERS} are compared`, 'left out');
      continue;
    }
    const c = parseContender(text, unsaidGuidance, `contender ${i + 1}`, refusals);
    if (c) contenders.push(c);
  }
  if (lists.c.length > 0 && contenders.length === 0) usualInstead(lists.c, refusals);
  return {
    experiment: {
      model,
      ...scalars,
      prompt: read('prompt', usual.prompt, prompt('prompt')),
      negative: read('neg', usual.negative, prompt('negative prompt')),
      ...size,
      perPicture,
      start,
      budgets,
      contenders: contenders.length > 0 ? contenders : usual.contenders,
      kernels: parseKernelChoices(given.get('kernels') ?? '', refusals),
    },
    refusals,
    fingerprint: given.get('fp') || null,
    ...((lists.axis.length > 0 || skip !== '') && { grid: { axes: lists.axis, skip } }),
  };
}

/** What a hash may hold and a reader can read stays as it is; a space becomes +. */
const encode = (text: string) => encodeLink(text.toWellFormed(), '=,:/@').replaceAll('%20', '+');

/** The hash of an experiment, without its #; with a grid's texts, of that grid. */
export function formatPictures(e: PicturesExperiment, fingerprint?: string | null, grid?: GridText | null): string {
  const out = ['lab=pictures'];
  const put = (key: string, value: string) => void out.push(`${key}=${encode(value)}`);
  const usual = defaultPictures(e.model);
  const { unsaidGuidance } = openingOf(e.model);
  const scalars = new Map(writtenScalars(KEYS, picturesFields(openingOf(e.model)), e));
  const putScalars = (...keys: readonly (typeof KEYS)[number][0][]) => {
    for (const key of keys) if (scalars.has(key)) put(key, scalars.get(key)!);
  };
  const model = formatSource(e.model);
  const prompt = cut(e.prompt, MAX_PROMPT);
  const negative = cut(e.negative, MAX_PROMPT);
  if (model !== formatSource(DEFAULT_SOURCE)) put('model', model);
  if (prompt !== usual.prompt) put('prompt', prompt);
  if (negative !== usual.negative) put('neg', negative);
  if (e.width !== usual.width || e.height !== usual.height) put('size', `${e.width}x${e.height}`);
  putScalars('n', 'seed', 'noise');
  if (e.perPicture !== usual.perPicture) put('gen', e.perPicture ? 'each' : 'one');
  putScalars('conv', 'skip', 'class');
  if (e.start) put('start', formatStart(e.start));
  putScalars('ref');
  if (e.budgets.join() !== usual.budgets.join()) put('steps', e.budgets.join('.'));
  putScalars('fmt');
  const kernels = formatKernelChoices(e.kernels);
  if (kernels !== '') put('kernels', kernels);
  const texts = e.contenders.map((c) => formatContender(c, unsaidGuidance));
  if (texts.join('&') !== usual.contenders.map((c) => formatContender(c, unsaidGuidance)).join('&'))
    for (const text of texts) put('c', text);
  for (const axis of grid?.axes ?? []) put('axis', axis);
  if (grid && grid.skip !== '') put(OMIT, grid.skip);
  if (fingerprint) put('fp', fingerprint);
  return out.join('&');
}
