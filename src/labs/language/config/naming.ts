// What tells the contenders of a comparison apart: the names that cards, tables and charts give them.
import type { ParamValue } from '../../../core/field.ts';
import { algorithmFields, algorithmOf, chainTitle, linkTitle, linkValues, stageFields } from './contenderText.ts';
import type { ChainLink, LanguageContender } from './experiment.ts';

export interface LanguageNames {
  /** One for each contender, made of what differs; no two are alike. */
  readonly titles: readonly string[];
  /** What each title leaves out. */
  readonly rests: readonly string[];
}
interface Part {
  readonly text: string;
  readonly differs: boolean;
}

type Fields = ReturnType<typeof stageFields>;
type Values = Readonly<Record<string, ParamValue>>;
function written(fields: Fields, values: Values, key: string): string {
  const field = fields[key]!;
  const chosen = field.kind === 'choice' ? field.options.find(({ value }) => value === values[key]) : undefined;
  return `${field.label} ${chosen?.label ?? field.format(values[key] as never)}`;
}

/** A stage in full: its first numbers as everywhere, and every other parameter that is not at its default. */
function linkText(link: ChainLink): string {
  const fields = stageFields(link.stage);
  const shown = new Set(linkValues(link).split(' / '));
  const more = Object.entries(fields)
    // Of a text of lines the title has the beginning, which is enough.
    .filter(([, f]) => !(f.kind === 'text' && f.lines))
    .filter(([key, f]) => link.params[key] !== f.default && !shown.has(f.format(link.params[key] as never)))
    .map(([key]) => written(fields, link.params, key));
  return [linkTitle(link), ...more].join(', ');
}

const sameLink = (a: ChainLink, b: ChainLink): boolean =>
  a.stage === b.stage && JSON.stringify(a.params) === JSON.stringify(b.params);

function partsOf(c: LanguageContender, all: readonly LanguageContender[]): Part[] {
  const fields = algorithmFields(c.algorithm);
  const alike = all.filter((o) => o.algorithm === c.algorithm);
  const params = Object.keys(fields).flatMap((key): Part[] => {
    const differs = alike.some((o) => o.params[key] !== c.params[key]);
    return differs || c.params[key] !== fields[key]!.default ? [{ text: written(fields, c.params, key), differs }] : [];
  });
  const links = c.chain.map((link): Part => ({
    text: linkText(link),
    differs: all.some((o) => !o.chain.some((l) => sameLink(l, link))),
  }));
  // The same stages in another order are another chain: then the order is what differs.
  const reordered = all.some(
    (o) =>
      o.chain.length === c.chain.length &&
      o.chain.every((l) => c.chain.some((k) => sameLink(k, l))) &&
      o.chain.some((l, i) => !sameLink(l, c.chain[i]!)),
  );
  return [
    { text: algorithmOf(c.algorithm).title, differs: all.some((o) => o.algorithm !== c.algorithm) },
    ...params,
    ...(reordered ? [{ text: chainTitle(c), differs: true }] : links),
  ];
}

const join = (parts: readonly Part[]) => parts.map((p) => p.text).join(' · ');

/** Names of contenders that are shown together. Two that are equal in everything are numbered. */
export function languageNames(contenders: readonly LanguageContender[]): LanguageNames {
  const parts = contenders.map((c) => partsOf(c, contenders));
  const told = parts.map((list) => {
    const apart = list.filter((p) => p.differs);
    // One that differs in nothing of its own is called by its algorithm, the first of its parts.
    return apart.length > 0 ? apart : list.slice(0, 1);
  });
  const named = told.map(join);
  return {
    titles: named.map((text, i) => {
      const number = named.slice(0, i + 1).filter((t) => t === text).length;
      return named.indexOf(text) === named.lastIndexOf(text) ? text : `${text} (${number})`;
    }),
    rests: parts.map((list, i) => join(list.filter((p) => !told[i]!.includes(p)))),
  };
}
