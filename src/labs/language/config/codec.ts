// The address bar's language for the language lab: `lab=language&…`. Any text gives a valid experiment and the list of
// what was refused; defaults are omitted and the key order is fixed, so equal experiments give equal links.
import { encodeLink, readLink, readScalars, usualInstead, writtenScalars } from '../../../frame/config/link.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { formatKernelChoices, parseKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { formatContender, parseContender } from './contenderText.ts';
import { defaultContenders, defaultPrompt, DEFAULT_SOURCE } from './defaults.ts';
import type { Branch, LanguageContender, LanguageExperiment } from './experiment.ts';
import { languageFields, MAX_BRANCHES, MAX_CONTENDERS, MAX_PROMPT, MAX_STOPS } from './fields.ts';
import { NEW_WRITER, type Writer } from './talk.ts';
import { formatTurns, formatVariables, parseTurns, parseVariables } from './talkText.ts';
import { languageModelIds } from '../../../models/language.ts';
import { formatSource, parseSource } from '../../../hub/source.ts';

export interface ParsedLanguage {
  readonly experiment: LanguageExperiment;
  readonly refusals: readonly Refusal[];
  readonly fingerprint: string | null;
  /** Whether it shows the conversation. */
  readonly chat: boolean;
}

/** URL keys of the scalar fields, in link order. */
const KEYS = [
  ['format', 'format'],
  ['ctk', 'cacheKeys'],
  ['ctv', 'cacheValues'],
  ['chat', 'chat'],
  ['seed', 'seed'],
  ['n', 'samples'],
  ['len', 'maxTokens'],
  ['past', 'overflow'],
  ['keep', 'keep'],
  ['names', 'names'],
] as const;
const GRAMMAR = {
  keys: ['lab', 'model', 'draft', 'prompt', 'system', 'base', 'kernels', 'fp', 'view', ...KEYS.map(([key]) => key)],
  lists: ['c', 'stop', 'branch', 'var', 'turn'],
  longest: 200_000,
  otherwise: 'the default experiment',
  plusIsSpace: true,
} as const;

const isLanguageHash = /(^|[#?&])lab=language(&|$)/;
/** Whether a location hash belongs to this lab. */
export const isLanguage = (hash: string): boolean => isLanguageHash.test(hash);

/** `contender.sample.parent.at.token`, parent −1 written as `m`. */
const formatBranch = (b: Branch) => [b.contender, b.sample, b.parent < 0 ? 'm' : b.parent, b.at, b.token].join('.');
function parseBranch(text: string): Branch | undefined {
  const match = /^(\d{1,2})\.(\d{1,2})\.(m|\d{1,2})\.(\d{1,5})\.(\d{1,7})$/.exec(text);
  return match
    ? {
        contender: Number(match[1]),
        sample: Number(match[2]),
        parent: match[3] === 'm' ? -1 : Number(match[3]),
        at: Number(match[4]),
        token: Number(match[5]),
      }
    : undefined;
}
/** Why a branch cannot hang where it says. */
function misplaced(b: Branch, before: readonly Branch[], contenders: number, samples: number): string | null {
  if (b.contender >= contenders) return `there is no contender ${b.contender + 1}`;
  if (b.sample >= samples) return `there is no sample ${b.sample + 1}`;
  const parent = before[b.parent];
  if (b.parent >= 0 && !parent) return 'it leaves a branch that does not come before it';
  return parent && (parent.contender !== b.contender || parent.sample !== b.sample)
    ? 'it leaves a branch of another text'
    : null;
}

/** Why a branch is left out. */
function branchFault(
  b: Branch | undefined,
  before: readonly Branch[],
  contenders: number,
  samples: number,
): string | null {
  if (!b) return 'it cannot be read';
  return before.length >= MAX_BRANCHES ? `at most ${MAX_BRANCHES} are kept` : misplaced(b, before, contenders, samples);
}
/** Why a stop string is left out. */
function stopFault(text: string, index: number): string | null {
  if (text === '') return 'it is empty';
  if (index >= MAX_STOPS) return `at most ${MAX_STOPS} are watched`;
  return text.length > 200 ? 'it has at most 200 characters' : null;
}
/** The baseline's number; NaN when it is none. */
function parseBase(text: string | undefined): number {
  if (text === undefined) return 0;
  return /^\d{1,2}$/.test(text) ? Number(text) : NaN;
}

/** Reads a location hash (with or without its #). Total: never throws. */
export function parseLanguage(hash: string): ParsedLanguage {
  const link = readLink(hash, GRAMMAR);
  const { given, lists, refusals, refuse } = link;

  const source = (key: 'model' | 'draft') => {
    const text = given.get(key);
    if (text === undefined) return null;
    const parsed = parseSource(text, languageModelIds);
    if (typeof parsed === 'string')
      refuse(key, text, parsed, key === 'model' ? formatSource(DEFAULT_SOURCE) : 'the model’s own draft');
    return typeof parsed === 'string' ? null : parsed;
  };
  const model = source('model') ?? DEFAULT_SOURCE;
  const draft = source('draft');

  const fields = languageFields(model);
  const scalars = readScalars(link, KEYS, fields) as Pick<LanguageExperiment, (typeof KEYS)[number][1]>;

  const text = (key: 'prompt' | 'system', fallback: string) => {
    const value = given.get(key);
    if (value === undefined) return fallback;
    if (value.length > MAX_PROMPT)
      refuse(
        key,
        `${value.length} characters`,
        `a ${key} has at most ${MAX_PROMPT} characters`,
        `its first ${MAX_PROMPT}`,
      );
    return value.slice(0, MAX_PROMPT);
  };
  const stop = lists.stop.filter((s, i) => {
    const fault = stopFault(s, i);
    if (fault) refuse('stop string', s, fault, 'left out');
    return fault === null;
  });

  const contenders: LanguageContender[] = [];
  for (const [i, c] of lists.c.entries()) {
    const parsed = i >= MAX_CONTENDERS ? undefined : parseContender(c, `contender ${i + 1}`, refusals);
    if (i >= MAX_CONTENDERS) refuse(`contender ${i + 1}`, c, `at most ${MAX_CONTENDERS} are compared`, 'left out');
    if (parsed) contenders.push(parsed);
  }
  if (lists.c.length > 0 && contenders.length === 0) usualInstead(lists.c, refusals);
  const rows = contenders.length > 0 ? contenders : defaultContenders(model);

  const baseText = given.get('base');
  const base = parseBase(baseText);
  if (!(base < rows.length))
    refuse('baseline', baseText!, `it must be the number of a contender, 0 to ${rows.length - 1}`, 'the first');

  const branches: Branch[] = [];
  for (const b of lists.branch) {
    const parsed = parseBranch(b);
    const fault = branchFault(parsed, branches, rows.length, scalars.samples);
    if (fault) refuse('branch', b, fault, 'left out');
    else branches.push(parsed!);
  }
  const view = given.get('view');
  if (view !== undefined && view !== 'chat') refuse('view', view, 'there is no such view', 'the comparison');
  const writer = (contender: number, tries: number): Writer | null =>
    rows[contender]
      ? {
          ...NEW_WRITER,
          contender: formatContender(rows[contender]),
          model: formatSource(model),
          tries,
          seed: scalars.seed,
        }
      : null;
  return {
    experiment: {
      model,
      draft,
      ...scalars,
      prompt: text('prompt', defaultPrompt(model)),
      system: text('system', ''),
      stop,
      baseline: base < rows.length ? base : 0,
      contenders: rows,
      branches,
      variables: parseVariables(lists.var, refusals),
      talk: parseTurns(lists.turn, writer, refuse),
      kernels: parseKernelChoices(given.get('kernels') ?? '', refusals),
    },
    refusals,
    fingerprint: given.get('fp') || null,
    chat: view === 'chat' || lists.turn.length > 0,
  };
}

/** What a hash may hold and a reader can read stays as it is; a space becomes +. */
const encode = (text: string) => encodeLink(text, '=,:[]/@').replaceAll('%20', '+');

/** The hash of an experiment, without its #; with its conversation where that is what is shown. */
export function formatLanguage(e: LanguageExperiment, fingerprint?: string | null, chat = false): string {
  const out = ['lab=language'];
  const put = (key: string, value: string) => void out.push(`${key}=${encode(value)}`);
  const fields = languageFields(e.model);
  const model = formatSource(e.model);
  if (model !== formatSource(DEFAULT_SOURCE)) put('model', model);
  if (e.draft) put('draft', formatSource(e.draft));
  for (const [key, value] of writtenScalars(KEYS, fields, e)) put(key, value);
  if (e.prompt !== defaultPrompt(e.model)) put('prompt', e.prompt);
  if (e.system !== '') put('system', e.system);
  for (const s of e.stop) put('stop', s);
  if (e.baseline !== 0) put('base', String(e.baseline));
  const kernels = formatKernelChoices(e.kernels);
  if (kernels !== '') put('kernels', kernels);
  const texts = e.contenders.map(formatContender);
  if (texts.join('&') !== defaultContenders(e.model).map(formatContender).join('&')) for (const t of texts) put('c', t);
  for (const v of formatVariables(e.variables)) put('var', v);
  if (chat) {
    put('view', 'chat');
    for (const t of formatTurns(e.talk, (c) => texts.indexOf(c))) put('turn', t);
  } else for (const b of e.branches) put('branch', formatBranch(b));
  if (fingerprint) put('fp', fingerprint);
  return out.join('&');
}
