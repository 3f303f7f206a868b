// A JSON schema (draft 2020-12, https://json-schema.org/draft/2020-12/json-schema-core) as a grammar of JSON texts. Every
// keyword is followed exactly or refused by name. Of the texts that a schema allows, those are written whose declared
// properties stand in the schema's order, and whose whole numbers have neither fraction nor exponent.
import { alt, chars, GrammarError, literal, optional, repeat, rule, seq, type Grammar, type Node } from './ast.ts';
import { arrayNode, objectNode } from './jsonContainers.ts';
import { content, decimalIn, integer, integerIn, number, stringOf, type Interval } from './jsonText.ts';
import {
  BY_TYPE,
  countOf,
  isObject,
  isOf,
  jsonFault,
  valuesOf,
  type Json,
  type Parts,
  type SchemaObject,
} from './jsonTypes.ts';
import { formats, patternNode } from './pattern.ts';

/** Say something about the schema, nothing about texts. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
]);
const TYPES = [...Object.keys(BY_TYPE), 'integer'];
const ALONE = ['$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'] as const;

class Converter {
  readonly rules = new Map<string, Node>();
  readonly #root: Json;
  readonly #parts: Parts;

  constructor(root: Json, compact: boolean) {
    this.#root = root;
    // A blank, or a new line with an indent that cannot run away: of all that JSON allows, what is ever written.
    const space = compact
      ? seq()
      : optional(
          alt(
            literal(' '),
            seq(
              literal('\n'),
              repeat(
                chars([
                  [9, 9],
                  [32, 32],
                ]),
                0,
                20,
              ),
            ),
          ),
        );
    this.#parts = {
      below: (schema, pointer) => this.ref(schema, pointer),
      define: (name, node) => this.define(name, node),
      space,
      any: rule('value'),
      fail: (pointer, what) => this.fail(pointer, what),
    };
  }

  fail(pointer: string, what: string): never {
    throw new GrammarError(`At ${pointer}: ${what}`);
  }

  define(name: string, node: () => Node): Node {
    if (!this.rules.has(name)) {
      this.rules.set(name, chars([])); // Met again while it is made: a rule that leads back to itself.
      this.rules.set(name, node());
    }
    return rule(name);
  }

  ref(schema: Json, pointer: string): Node {
    return this.define(pointer, () => this.schema(schema, pointer));
  }

  schema(schema: Json, pointer: string): Node {
    if (schema === true) return this.any();
    if (schema === false) return chars([]);
    if (!isObject(schema))
      return this.fail(pointer, `a schema must be an object, true or false, not ${JSON.stringify(schema)}.`);
    const keys = Object.keys(schema).filter((key) => !ANNOTATIONS.has(key));
    for (const key of keys)
      if (key !== 'type' && !(ALONE as readonly string[]).includes(key) && !Object.values(BY_TYPE).flat().includes(key))
        this.fail(pointer, `the keyword "${key}" is not supported: leave it out.`);
    const sole = ALONE.find((key) => keys.includes(key));
    if (sole) return this.#sole(sole, schema, keys, pointer);
    const given = schema['type'] === undefined ? Object.keys(BY_TYPE) : [schema['type']].flat();
    for (const type of given)
      if (typeof type !== 'string' || !TYPES.includes(type))
        this.fail(pointer, `"type" is ${JSON.stringify(type)}; it must be one of ${TYPES.join(', ')}.`);
    if (keys.length === 0) return this.any();
    return alt(...[...new Set(given as string[])].map((type) => this.#typed(type, schema, pointer)));
  }

  any(): Node {
    const { space } = this.#parts;
    return this.define('value', () => {
      const list = (item: Node, open: string, close: string) =>
        seq(
          literal(open),
          space,
          optional(seq(item, repeat(seq(literal(','), space, item), 0, Infinity), space)),
          literal(close),
        );
      const value = rule('value');
      return alt(
        this.define('object', () => list(seq(this.#string(), literal(':'), space, value), '{', '}')),
        this.define('array', () => list(value, '[', ']')),
        this.#string(),
        this.define('number', () => number),
        literal('true'),
        literal('false'),
        literal('null'),
      );
    });
  }
  #string(): Node {
    return this.define('string', () => stringOf(0, Infinity));
  }

  /** A keyword that stands for the whole schema. */
  #sole(key: (typeof ALONE)[number], schema: SchemaObject, keys: readonly string[], pointer: string): Node {
    const listed = key === 'enum' || key === 'const';
    const beside = keys.find((other) => other !== key && !(listed && other === 'type'));
    if (beside)
      this.fail(
        pointer,
        `"${key}" and "${beside}" beside each other are not supported: move "${beside}" into the schemas of "${key}".`,
      );
    const value = schema[key]!;
    if (key === '$ref') return this.#pointed(value, pointer);
    if (key === 'const') return this.#values([value], schema, pointer);
    if (!Array.isArray(value) || value.length === 0)
      return this.fail(pointer, `"${key}" must be a list with something in it.`);
    const list = value as readonly Json[];
    if (key === 'enum') return this.#values(list, schema, pointer);
    if (key === 'allOf' && list.length > 1)
      this.fail(pointer, '"allOf" with more than one schema is not supported: write them as one.');
    if (key === 'oneOf') this.#apart(list, pointer);
    return alt(...list.map((s, i) => this.ref(s, `${pointer}/${key}/${i}`)));
  }

  #values(list: readonly Json[], schema: SchemaObject, pointer: string): Node {
    const types = schema['type'] === undefined ? null : ([schema['type']].flat() as readonly string[]);
    const kept = list.filter((v) => !types || types.some((t) => isOf(v, t)));
    if (kept.length === 0) this.fail(pointer, `none of its values is of the type ${types!.join(' or ')}.`);
    return alt(...kept.map((v) => literal(JSON.stringify(v))));
  }

  #apart(list: readonly Json[], pointer: string): void {
    const values = list.map((s) => valuesOf(this.#resolved(s)));
    values.forEach((a, i) =>
      values.slice(0, i).forEach((b, j) => {
        const kinds = [...a.kinds].some((k) => b.kinds.has(k));
        const apart = a.listed && b.listed ? ![...a.listed].some((v) => b.listed!.has(v)) : !kinds;
        if (!apart)
          this.fail(
            pointer,
            `alternatives ${j + 1} and ${i + 1} of "oneOf" may both hold for one value: write "anyOf" if that is fine.`,
          );
      }),
    );
  }
  #resolved(schema: Json): Json {
    let now = schema;
    for (let i = 0; i < 16 && isObject(now) && typeof now['$ref'] === 'string'; i++)
      now = this.#find(now['$ref']) ?? true;
    return now;
  }

  #find(reference: string): Json | undefined {
    let now: Json | undefined = this.#root;
    for (const part of reference.slice(1).split('/').slice(1)) {
      const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(now)) now = (now as readonly Json[])[Number(key)];
      else now = isObject(now) && Object.hasOwn(now, key) ? now[key] : undefined;
    }
    return now;
  }
  #pointed(reference: Json, pointer: string): Node {
    if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference))
      return this.fail(
        pointer,
        `"$ref" is ${JSON.stringify(reference)}; only references into this schema, like #/$defs/name, are followed.`,
      );
    const found = this.#find(reference);
    if (found === undefined) return this.fail(pointer, `"$ref" leads to ${reference}, where there is nothing.`);
    return this.ref(found, reference);
  }

  #typed(type: string, schema: SchemaObject, pointer: string): Node {
    switch (type) {
      case 'object':
        return objectNode(
          this.#parts,
          schema,
          pointer,
          () => this.#string(),
          () => this.any(),
        );
      case 'array':
        return arrayNode(this.#parts, schema, pointer, () => this.any());
      case 'string':
        return this.#text(schema, pointer);
      case 'boolean':
        return alt(literal('true'), literal('false'));
      case 'null':
        return literal('null');
      default:
        return this.#number(type, schema, pointer);
    }
  }

  #text(schema: SchemaObject, pointer: string): Node {
    const min = countOf(this.#parts, schema, 'minLength', pointer) ?? 0;
    const max = countOf(this.#parts, schema, 'maxLength', pointer) ?? Infinity;
    const said = ['pattern', 'format'].filter((key) => schema[key] !== undefined);
    if (said.length === 0) return min === 0 && max === Infinity ? this.#string() : stringOf(min, Math.max(min, max));
    if (said.length > 1 || min > 0 || max < Infinity)
      this.fail(
        pointer,
        `"${said[0]}" beside another demand on the same text is not supported: put the length into the pattern.`,
      );
    const value = schema[said[0]!];
    if (typeof value !== 'string') return this.fail(pointer, `"${said[0]}" must be a text.`);
    const pattern = said[0] === 'format' ? formats[value] : value;
    if (pattern === undefined)
      return this.fail(
        pointer,
        `the format "${value}" is not supported; ${Object.keys(formats).join(', ')} are. A "pattern" can say it.`,
      );
    return seq(literal('"'), patternNode(pattern, content, pointer), literal('"'));
  }

  #number(type: string, schema: SchemaObject, pointer: string): Node {
    const bound = (key: string): number | null => {
      const value = schema[key];
      if (value === undefined) return null;
      if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        return this.fail(pointer, `"${key}" is ${JSON.stringify(value)}; it must be a number within ±(2^53 − 1).`);
      if (type === 'number' && !Number.isInteger(value))
        this.fail(pointer, `"${key}" is ${value}: bounds of a number must be whole here, or its type "integer".`);
      return value;
    };
    const [low, above] = [bound('minimum') ?? -Infinity, bound('exclusiveMinimum') ?? -Infinity];
    const [high, below] = [bound('maximum') ?? Infinity, bound('exclusiveMaximum') ?? Infinity];
    const interval: Interval = {
      min: Math.max(low, above),
      max: Math.min(high, below),
      aboveMin: above >= low && above > -Infinity,
      belowMax: below <= high && below < Infinity,
    };
    if (interval.min === -Infinity && interval.max === Infinity)
      return type === 'integer' ? integer : this.define('number', () => number);
    return type === 'integer' ? integerIn(interval) : decimalIn(interval);
  }
}
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Throws a GrammarError that names the place in the schema and the keyword. `compact`: no blanks between values. */
export function schemaGrammar(text: string, compact: boolean): Grammar {
  let schema: Json;
  try {
    schema = JSON.parse(text) as Json;
  } catch (error) {
    throw new GrammarError(jsonFault(text, error));
  }
  const converter = new Converter(schema, compact);
  converter.any();
  converter.ref(schema, '#');
  return { root: '#', rules: converter.rules };
}
