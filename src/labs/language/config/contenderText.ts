// One contender as text: `sampling[temperature(t=0.8),top_p(p=0.95)]`, `speculative(k=4)[temperature(t=0.8)]`,
// `greedy`.
import { defaults, type AnyField, type ParamValue } from '../../../core/field.ts';
import { algorithms, type AlgorithmId } from '../../../samplers/decoding/algorithms.ts';
import { stages, type StageId } from '../../../samplers/decoding/stages.ts';
import type { Algorithm, Stage } from '../../../samplers/decoding/types.ts';
import type { Refusal } from '../../../core/refusal.ts';
import type { ChainLink, LanguageContender, Params } from './experiment.ts';
import { MAX_STAGES } from './fields.ts';

export type FieldTable = Readonly<Record<string, AnyField>>;
const has = <T extends object>(registry: T, id: string): id is string & keyof T => Object.hasOwn(registry, id);
export const algorithmOf = (id: AlgorithmId): Algorithm => algorithms[id];
export const stageOf = (id: StageId): Stage => stages[id];
export const algorithmFields = (id: AlgorithmId) => algorithmOf(id).params as FieldTable;
export const stageFields = (id: StageId) => stageOf(id).params as FieldTable;

/** A stage or an algorithm with every parameter at its default, unless given. */
export const newLink = (stage: StageId, params: Params = {}): ChainLink => ({
  stage,
  params: { ...defaults(stageFields(stage) as never), ...params },
});
export const newContender = (
  algorithm: AlgorithmId,
  chain: readonly ChainLink[] = [],
  params: Params = {},
): LanguageContender => ({ algorithm, chain, params: { ...defaults(algorithmFields(algorithm) as never), ...params } });

// Text parameters may hold the signs that this language is made of.
const escape = (text: string) => text.replace(/[%(),[\]=]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const unescape = (text: string) =>
  text.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

function range(f: AnyField): string {
  if (f.kind === 'number') return `it must be a${f.integer ? ' whole' : ''} number from ${f.min} to ${f.max}`;
  return f.kind === 'boolean' ? 'it must be 1 or 0' : 'it is not one that can be read';
}

function parseParams(args: string, fields: FieldTable, where: string, refusals: Refusal[]): Record<string, ParamValue> {
  const out: Record<string, ParamValue> = defaults(fields as never);
  for (const pair of args === '' ? [] : args.split(',')) {
    const cut = pair.indexOf('=');
    const key = pair.slice(0, Math.max(cut, 0));
    const text = unescape(pair.slice(cut + 1));
    const field = Object.hasOwn(fields, key) ? fields[key]! : undefined;
    const value = field?.parse(text);
    if (!field)
      refusals.push({
        where,
        value: pair.slice(0, 80),
        because: `there is no parameter '${(key || pair).slice(0, 40)}'`,
        used: 'nothing',
      });
    else if (value === undefined)
      refusals.push({
        where: `${where} ${field.label}`,
        value: text.slice(0, 80),
        because: range(field),
        used: field.format(field.default as never),
      });
    else out[key] = value;
  }
  return out;
}

function formatParams(values: Params, fields: FieldTable): string {
  const pairs = Object.entries(fields)
    .filter(([key, f]) => values[key] !== undefined && values[key] !== f.default)
    .map(([key, f]) => `${key}=${escape(f.format(values[key] as never))}`);
  return pairs.length > 0 ? `(${pairs.join(',')})` : '';
}

const CALL = /^([a-z0-9_]+)(?:\(([^()]*)\))?/;

/** Never throws; undefined when no algorithm can be made out, with the reason in `refusals`. */
export function parseContender(text: string, where: string, refusals: Refusal[]): LanguageContender | undefined {
  const head = CALL.exec(text);
  if (!head || !has(algorithms, head[1]!)) {
    refusals.push({
      where,
      value: text.slice(0, 80),
      because: `'${(head?.[1] ?? text).slice(0, 40)}' is not a decoding algorithm`,
      used: 'left out',
    });
    return undefined;
  }
  const algorithm: AlgorithmId = head[1]!;
  const params = parseParams(head[2] ?? '', algorithmFields(algorithm), where, refusals);
  const rest = text.slice(head[0].length);
  const chain: ChainLink[] = [];
  if (rest === '') return { algorithm, params, chain };
  if (!rest.startsWith('[') || !rest.endsWith(']')) {
    refusals.push({
      where,
      value: rest.slice(0, 80),
      because: 'a chain stands in square brackets after the algorithm',
      used: 'no chain',
    });
    return { algorithm, params, chain };
  }
  for (let left = rest.slice(1, -1); left !== '';) {
    const call = CALL.exec(left);
    if (!call || !has(stages, call[1]!)) {
      refusals.push({
        where: `${where} chain`,
        value: left.slice(0, 80),
        because: `'${(call?.[1] ?? left).slice(0, 40)}' is not a stage`,
        used: 'the stages before it',
      });
      break;
    }
    if (chain.length >= MAX_STAGES) {
      refusals.push({
        where: `${where} chain`,
        value: left.slice(0, 80),
        because: `a chain has at most ${MAX_STAGES} stages`,
        used: 'the stages before it',
      });
      break;
    }
    const stage: StageId = call[1]!;
    chain.push({
      stage,
      params: parseParams(call[2] ?? '', stageFields(stage), `${where} ${stageOf(stage).title}`, refusals),
    });
    left = left.slice(call[0].length);
    if (left !== '' && !left.startsWith(',')) {
      refusals.push({
        where: `${where} chain`,
        value: left.slice(0, 80),
        because: 'stages are separated by commas',
        used: 'the stages before it',
      });
      break;
    }
    left = left.slice(1);
  }
  return { algorithm, params, chain };
}

export function formatContender(c: LanguageContender): string {
  const chain = c.chain.map((l) => `${l.stage}${formatParams(l.params, stageFields(l.stage))}`).join(',');
  return `${c.algorithm}${formatParams(c.params, algorithmFields(c.algorithm))}${chain === '' ? '' : `[${chain}]`}`;
}

/**
 * Texts that a contender writes when `samples` are asked for: what draws nothing writes the same one every time, so it
 * writes it once.
 */
export function samplesOf(c: LanguageContender, samples: number, maxTokens: number): number {
  const refused = (n: number) =>
    algorithmOf(c.algorithm).refuse?.({ samples: n, maxTokens, chain: c.chain }, c.params) ?? null;
  return samples > 1 && !algorithmOf(c.algorithm).usesChain && refused(samples) !== null && refused(1) === null
    ? 1
    : samples;
}

/** A text of several lines, or a long one, by its beginning. */
const brief = (text: string): string => {
  const line = text.trim().split('\n')[0]!;
  return line === text && text.length <= LONGEST_VALUE ? text : `${line.slice(0, LONGEST_VALUE).trim()}…`;
};
const LONGEST_VALUE = 24;
/** A stage's first numbers: "0.9", "0.5 / 0.1". */
export const linkValues = ({ stage, params }: ChainLink): string =>
  Object.entries(stageFields(stage))
    .filter(([key, f]) => f.kind === 'number' || params[key] !== f.default)
    .map(([key, f]) => brief(f.format(params[key] as never)))
    .slice(0, 2)
    .join(' / ');
/** "Top-k 40" */
export const linkTitle = (link: ChainLink): string => `${stageOf(link.stage).title} ${linkValues(link)}`.trim();
/** "Temperature 0.8 → Top-k 40"; '' for no chain. */
export const chainTitle = (c: Pick<LanguageContender, 'chain'>): string => c.chain.map(linkTitle).join(' → ');
/** "Sampling · Temperature 0.8 → Top-k 40" */
export function contenderTitle(c: LanguageContender): string {
  const chain = chainTitle(c);
  return chain === '' ? algorithmOf(c.algorithm).title : `${algorithmOf(c.algorithm).title} · ${chain}`;
}
