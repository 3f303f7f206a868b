// A noise search as a link writes it: `seek=unbalanced;c:euler:karras:20;v:log_p;b:20.80.320;m:random;m:rbf(rollover=0)`. Any text
// gives a setup and the list of what was refused; defaults are left out and the order is fixed.
import { numberDemand, type AnyField } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { modelCard, wholeWithoutClass } from '../../../models/index.ts';
import { call, formatContender, formatParams, parseContender, parseParams } from '../../../samplers/contenders/text.ts';
import {
  baseFaultOf,
  chosenSearches,
  defaultSeek,
  MAX_BUDGET,
  MAX_BUDGETS,
  MAX_ROWS,
  newSeekRow,
  newVerifier,
  searchFields,
  seekFields,
  seekModels,
  verifierFields,
  verifiersOf,
  type Params,
  type SearchId,
  type SeekRow,
  type SeekSetup,
  type VerifierId,
} from './seekSetup.ts';

export interface ReadSeek {
  readonly setup: SeekSetup;
  readonly refusals: readonly Refusal[];
}

/** Keys of the shared numbers, in the order of the text. */
const NUMBERS = [
  ['learned', 'learned'],
  ['n', 'samples'],
  ['seed', 'seed'],
  ['seeds', 'seeds'],
  ['at', 'atOnce'],
  ['class', 'label'],
  ['w', 'guidance'],
] as const;

type Fields = Readonly<Record<string, AnyField>>;
/** A search as the text has it. */
export const formatSeekRow = ({ search, params }: SeekRow): string =>
  search + formatParams(params, searchFields(search));
export const formatVerifier = (s: Pick<SeekSetup, 'verifier' | 'verifierParams'>): string =>
  s.verifier + formatParams(s.verifierParams, verifierFields(s.verifier));

export function formatSeek(s: SeekSetup): string {
  const base = defaultSeek(s.model);
  const fields: Fields = seekFields(s.model);
  const out: string[] = [s.model];
  const put = (key: string, value: string, usual: string) => value !== usual && out.push(`${key}:${value}`);
  for (const [key, name] of NUMBERS)
    put(key, fields[name]!.format(s[name] as never), fields[name]!.format(base[name] as never));
  put('c', formatContender(s.base), formatContender(base.base));
  put('v', formatVerifier(s), formatVerifier(base));
  put('b', s.budgets.join('.'), base.budgets.join('.'));
  const rows = s.rows.map((row) => `m:${formatSeekRow(row)}`);
  if (rows.join(';') !== base.rows.map((row) => `m:${formatSeekRow(row)}`).join(';')) out.push(...rows);
  return out.join(';');
}

/** `id(key=value,key=value)` of something with fields; null where there is no such thing. */
function readCall<T extends string>(
  text: string,
  known: readonly T[],
  fields: (id: T) => Fields,
  where: string,
  used: string,
  refusals: Refusal[],
): { readonly id: T; readonly params: Params } | null {
  const named = call(text);
  const id = known.find((k) => k === named?.name);
  if (id) return { id, params: parseParams(named!.args, fields(id), where, refusals) };
  refusals.push({ where, value: text.slice(0, 80), because: `it is one of ${known.join(', ')} here`, used });
  return null;
}

export function readBudgets(text: string): readonly number[] | null {
  const list = text.split('.').map((t) => (/^\d{1,5}$/.test(t) ? Number(t) : NaN));
  const rising = list.every((v, i) => v >= 1 && v <= MAX_BUDGET && (i === 0 || v > list[i - 1]!));
  return rising && list.length <= MAX_BUDGETS ? list : null;
}
export const budgetsDemand = `at most ${MAX_BUDGETS} rising whole numbers from 1 to ${MAX_BUDGET}, joined by dots`;

/** Reads the text of a search. Total: never throws. */
export function parseSeek(text: string): ReadSeek {
  const refusals: Refusal[] = [];
  const refuse = (where: string, value: string, because: string, used: string) =>
    void refusals.push({ where, value: value.slice(0, 80), because, used });
  const [modelText = '', ...parts] = text.split(';');
  const model = seekModels.find((id) => id === modelText) ?? 'unbalanced';
  const card = modelCard(model);
  if (model !== modelText) refuse('model', modelText, 'there is no such model for a noise search', card.title);
  const base = defaultSeek(model);
  const fields: Fields = seekFields(model);
  const found: Record<string, unknown> = {};
  const rows: SeekRow[] = [];
  let asked = 0;
  for (const part of parts.filter((p) => p !== '')) {
    const cut = part.indexOf(':');
    const [key, value] = cut < 0 ? [part, ''] : [part.slice(0, cut), part.slice(cut + 1)];
    const number = NUMBERS.find(([k]) => k === key)?.[1];
    if (number) {
      const field = fields[number]!;
      const parsed = field.parse(value);
      const demand = field.kind === 'number' ? numberDemand(field) : '1 or 0';
      if (parsed === undefined) refuse(field.label, value, `it must be ${demand}`, field.format(base[number] as never));
      else if (number === 'learned' && parsed === true && !card.learned)
        refuse(field.label, value, `${card.title} has no trained twin`, 'the exact denoiser');
      else found[number] = parsed;
    } else if (key === 'c') {
      const contender = parseContender(value, 'plain sampler', refusals);
      const fault = contender && baseFaultOf({ ...base, base: contender });
      if (fault) refuse('plain sampler', value, fault, formatContender(base.base));
      else if (contender) found['base'] = contender;
    } else if (key === 'v') {
      const named = readCall<VerifierId>(
        value,
        verifiersOf(model),
        verifierFields,
        'verifier',
        base.verifier,
        refusals,
      );
      if (named) Object.assign(found, newVerifier(named.id, named.params));
    } else if (key === 'b') {
      const budgets = readBudgets(value);
      if (budgets) found['budgets'] = budgets;
      else refuse('budgets', value, `they must be ${budgetsDemand}`, base.budgets.join('.'));
    } else if (key === 'm') {
      asked++;
      if (rows.length >= MAX_ROWS) refuse('searches', value, `at most ${MAX_ROWS} are compared`, 'left out');
      else {
        const where = `search ${asked}`;
        const named = readCall<SearchId>(value, chosenSearches, searchFields, where, 'left out', refusals);
        if (named) rows.push(newSeekRow(named.id, named.params));
      }
    } else refuse('search', part, `'${key.slice(0, 40)}' means nothing here`, 'left out');
  }
  const setup = { ...base, ...found, rows: rows.length > 0 ? rows : base.rows } as SeekSetup;
  // A trained twin of a mixture knows the whole of it and no classes.
  const unclassed = setup.learned && wholeWithoutClass(card) && setup.label >= 0;
  if (unclassed)
    refuse('Class', String(setup.label), `the trained network of ${card.title} knows no classes`, 'the whole target');
  return { setup: unclassed ? { ...setup, label: -1 } : setup, refusals };
}
