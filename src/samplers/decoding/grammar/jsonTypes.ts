// What the parts of the conversion of a JSON schema share.
import type { Node } from './ast.ts';
import { MOST_REPEATS } from './gbnf.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type SchemaObject = { readonly [key: string]: Json };
export const isObject = (value: Json | undefined): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts of a conversion that objects and arrays need. */
export interface Parts {
  /** The node of the schema below a pointer. */
  below(schema: Json, pointer: string): Node;
  /** A rule of its own. */
  define(name: string, node: () => Node): Node;
  readonly space: Node;
  /** Any JSON value. */
  readonly any: Node;
  fail(pointer: string, what: string): never;
}

/** A count of a schema, or null where it is not said. */
export function countOf(
  { fail }: Pick<Parts, 'fail'>,
  schema: SchemaObject,
  key: string,
  pointer: string,
): number | null {
  const value = schema[key];
  if (value === undefined) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    return fail(pointer, `"${key}" is ${JSON.stringify(value)}; it must be a whole number from 0 on.`);
  if (value > MOST_REPEATS) return fail(pointer, `"${key}" is ${value}; at most ${MOST_REPEATS} are counted.`);
  return value;
}

/** Keywords by the type of value that they speak of. */
export const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  boolean: [],
  null: [],
};

/** Whether two schemas can be told apart by the kind of value, or by a list of values. */
export function valuesOf(schema: Json): {
  readonly kinds: ReadonlySet<string>;
  readonly listed: ReadonlySet<string> | null;
} {
  if (!isObject(schema)) return { kinds: new Set(Object.keys(BY_TYPE)), listed: null };
  let list: readonly Json[] | null = null;
  if ('const' in schema) list = [schema['const']!];
  else if (Array.isArray(schema['enum'])) list = schema['enum'] as readonly Json[];
  if (list) return { kinds: new Set(list.map(kindOf)), listed: new Set(list.map((v) => JSON.stringify(v))) };
  const type = schema['type'];
  if (type === undefined) return { kinds: new Set(Object.keys(BY_TYPE)), listed: null };
  return { kinds: new Set([type].flat().map((t) => (t === 'integer' ? 'number' : String(t)))), listed: null };
}
function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
export const isOf = (value: Json, type: string): boolean =>
  type === 'integer' ? Number.isInteger(value) : kindOf(value) === type;

/** Where a text stops being JSON, by line and column, in whatever words the browser has for it. */
export function jsonFault(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const place = /position (\d+)/.exec(message);
  const line = /line (\d+) column (\d+)/.exec(message);
  let [row, column] = line ? [Number(line[1]), Number(line[2])] : [0, 0];
  if (!line) {
    const before = text.slice(0, place ? Number(place[1]) : text.length).split('\n');
    [row, column] = [before.length, before.at(-1)!.length + 1];
  }
  return `Line ${row}, column ${column}: this is no JSON (${message.replace(/ in JSON at position.*$/, '')}). A schema is an object like {"type": "object"}.`;
}
