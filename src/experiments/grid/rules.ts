// Which cells are left out: `steps > 20 and sampler = rk4`, a rule a line.
import type { Condition, Rule } from './types.ts';

const CONDITION = /^([A-Za-z][\w.]*)\s*(<=|>=|!=|=|<|>)\s*(.+)$/;
export const MAX_RULES = 100;

export type Rules = { readonly rules: readonly Rule[] } | { readonly refused: string };

/** Reads rules, a line or `;` each, conditions joined by `and`. `fields` are the names that a condition may use. */
export function readRules(text: string, fields: readonly string[]): Rules {
  const rules: Rule[] = [];
  for (const line of text.split(/[\n;]/).map((l) => l.trim())) {
    if (line === '') continue;
    const conditions: Condition[] = [];
    for (const part of line.split(/\s+and\s+/i)) {
      const match = CONDITION.exec(part.trim());
      if (!match)
        return { refused: `'${part.slice(0, 60)}' is no condition; write it as steps > 20, joined by "and".` };
      const [, field, is, value] = match;
      if (!fields.includes(field!))
        return { refused: `'${field}' is not an axis of this grid; there are ${fields.join(', ')}.` };
      conditions.push({ field: field!, is: is as Condition['is'], value: value!.trim() });
    }
    rules.push(conditions);
  }
  return rules.length > MAX_RULES
    ? { refused: `${rules.length} rules are given; at most ${MAX_RULES} are read.` }
    : { rules };
}

export const writeRules = (rules: readonly Rule[]): string =>
  rules.map((rule) => rule.map((c) => `${c.field} ${c.is} ${c.value}`).join(' and ')).join('; ');

function holds({ field, is, value }: Condition, valueOf: (field: string) => string | undefined): boolean {
  const has = valueOf(field);
  if (has === undefined) return false;
  const [a, b] = [Number(has), Number(value)];
  const numbers = has.trim() !== '' && Number.isFinite(a) && Number.isFinite(b);
  switch (is) {
    case '=':
      return numbers ? a === b : has === value;
    case '!=':
      return numbers ? a !== b : has !== value;
    case '<':
      return numbers && a < b;
    case '<=':
      return numbers && a <= b;
    case '>':
      return numbers && a > b;
    case '>=':
      return numbers && a >= b;
    default:
      return is satisfies never;
  }
}

/** Whether any rule leaves out a cell with these values. Order is asked of numbers only: a text is on no side of one. */
export const leavesOut = (rules: readonly Rule[], valueOf: (field: string) => string | undefined): boolean =>
  rules.some((rule) => rule.every((c) => holds(c, valueOf)));
