// The address bar's language. Any text gives a valid experiment and the list of what was refused; defaults are omitted
// and the key order is fixed, so equal experiments give equal links.
import type { AnyField } from '../../../core/field.ts';
import { models, modelIds, type ModelId } from '../../../models/index.ts';
import { formatContender, parseContender } from './contenderText.ts';
import { defaultContenders } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { defaultBudgets, experimentFields, MAX_BUDGETS, MAX_CONTENDERS, MAX_STEPS } from './fields.ts';
import { formatKernelChoices, parseKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { formatPoints, parsePoints } from './points.ts';

export interface Parsed {
  readonly experiment: Experiment;
  readonly refusals: readonly Refusal[];
  readonly fingerprint: string | null;
}

/** URL keys of the scalar fields, in link order. */
const KEYS = [
  ['learned', 'learned'],
  ['seed', 'seed'],
  ['n', 'samples'],
  ['w', 'guidance'],
  ['class', 'label'],
  ['seeds', 'seeds'],
] as const;
const MAX_LINK = 100_000;
const DEFAULT_MODEL: ModelId = 'ring8';

/** key=value pairs; a value that is not valid percent-encoding is kept as it stands. */
function pairs(hash: string): [string, string][] {
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return hash
    .replace(/^[#?]/, '')
    .split('&')
    .filter((p) => p !== '')
    .map((pair) => {
      const cut = pair.indexOf('=');
      return cut < 0 ? [decode(pair), ''] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
    });
}

function parseBudgets(text: string): number[] | undefined {
  const list = text.split('.').map((t) => (/^\d{1,4}$/.test(t) ? Number(t) : NaN));
  const rising = list.every((v, i) => v >= 1 && v <= MAX_STEPS && (i === 0 || v > list[i - 1]!));
  return rising && list.length <= MAX_BUDGETS ? list : undefined;
}

/** Reads a location hash (with or without its #). Total: never throws. */
export function parseExperiment(hash: string): Parsed {
  const refusals: Refusal[] = [];
  if (hash.length > MAX_LINK) {
    refusals.push({
      where: 'link',
      value: `${hash.length} characters`,
      because: `a link has at most ${MAX_LINK} characters`,
      used: 'the default experiment',
    });
    hash = '';
  }
  const given = new Map<string, string>();
  const contenderTexts: string[] = [];
  const known = new Set<string>(['model', 'points', 'budgets', 'kernels', 'c', 'fp', ...KEYS.map(([key]) => key)]);
  for (const [key, value] of pairs(hash)) {
    if (key === 'c') contenderTexts.push(value);
    else if (!known.has(key))
      refusals.push({
        where: 'link',
        value: `${key}=${value}`.slice(0, 80),
        because: `'${key.slice(0, 40)}' means nothing here`,
        used: 'left out',
      });
    else if (given.has(key))
      refusals.push({
        where: key,
        value: value.slice(0, 80),
        because: 'it is given twice',
        used: given.get(key)!.slice(0, 80),
      });
    else given.set(key, value);
  }

  const modelText = given.get('model') ?? DEFAULT_MODEL;
  const model = modelIds.find((id) => id === modelText) ?? DEFAULT_MODEL;
  if (model !== modelText)
    refusals.push({
      where: 'model',
      value: modelText.slice(0, 80),
      because: 'there is no such model',
      used: models[model].title,
    });

  const fields = experimentFields(model);
  const scalars = Object.fromEntries(
    KEYS.map(([key, name]) => {
      const field = fields[name] as AnyField;
      const text = given.get(key);
      const value = text === undefined ? field.default : field.parse(text);
      if (value === undefined)
        refusals.push({
          where: field.label,
          value: text!.slice(0, 80),
          because:
            field.kind === 'number'
              ? `it must be a${field.integer ? ' whole' : ''} number from ${field.min} to ${field.max}`
              : 'it must be 1 or 0',
          used: field.format(field.default as never),
        });
      return [name, value ?? field.default];
    }),
  ) as unknown as Pick<Experiment, (typeof KEYS)[number][1]>;
  if (scalars.learned && !models[model].learned)
    refusals.push({
      where: fields.learned.label,
      value: '1',
      because: `${models[model].title} has no trained twin`,
      used: 'the exact denoiser',
    });

  const pointText = given.get('points');
  const points = pointText === undefined ? [] : parsePoints(pointText);
  if (typeof points === 'string')
    refusals.push({ where: 'drawn points', value: pointText!.slice(0, 40), because: points, used: 'no points' });

  const budgetText = given.get('budgets');
  const budgets = budgetText === undefined ? undefined : parseBudgets(budgetText);
  if (budgetText !== undefined && !budgets)
    refusals.push({
      where: 'budgets',
      value: budgetText.slice(0, 80),
      because: `they must be at most ${MAX_BUDGETS} rising whole numbers from 1 to ${MAX_STEPS}, joined by dots`,
      used: 'the default budgets',
    });

  const contenders: Contender[] = [];
  for (const [i, text] of contenderTexts.entries()) {
    if (i >= MAX_CONTENDERS) {
      refusals.push({
        where: `contender ${i + 1}`,
        value: text.slice(0, 80),
        because: `at most ${MAX_CONTENDERS} are compared`,
        used: 'left out',
      });
      continue;
    }
    const c = parseContender(text, `contender ${i + 1}`, refusals);
    if (c) contenders.push(c);
  }
  if (contenderTexts.length > 0 && contenders.length === 0)
    refusals.push({
      where: 'contenders',
      value: `${contenderTexts.length} given`,
      because: 'none of them could be read',
      used: 'the usual contenders of the model',
    });
  return {
    experiment: {
      model,
      ...scalars,
      learned: scalars.learned && models[model].learned,
      points: typeof points === 'string' ? [] : points,
      contenders: contenders.length > 0 ? contenders : defaultContenders(model),
      budgets: budgets ?? defaultBudgets(model),
      kernels: parseKernelChoices(given.get('kernels') ?? '', refusals),
    },
    refusals,
    fingerprint: given.get('fp') || null,
  };
}

/** encodeURIComponent, but leaving what a hash may hold and a reader can read. */
const encode = (text: string) => encodeURIComponent(text).replace(/%(3D|2C|3A)/g, (m) => decodeURIComponent(m));

/** The hash of an experiment, without its #. */
export function formatExperiment(e: Experiment, fingerprint?: string | null): string {
  const out: string[] = [];
  const put = (key: string, value: string) => out.push(`${key}=${encode(value)}`);
  const fields = experimentFields(e.model);
  if (e.model !== DEFAULT_MODEL) put('model', e.model);
  for (const [key, name] of KEYS) {
    const field = fields[name] as AnyField;
    if (e[name] !== field.default) put(key, field.format(e[name] as never));
  }
  if (e.points.length > 0) put('points', formatPoints(e.points));
  if (e.budgets.join() !== defaultBudgets(e.model).join()) put('budgets', e.budgets.join('.'));
  const kernels = formatKernelChoices(e.kernels);
  if (kernels !== '') put('kernels', kernels);
  const texts = e.contenders.map(formatContender);
  if (texts.join('&') !== defaultContenders(e.model).map(formatContender).join('&'))
    for (const text of texts) put('c', text);
  if (fingerprint) put('fp', fingerprint);
  return out.join('&');
}
