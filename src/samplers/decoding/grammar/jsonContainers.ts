// Objects and arrays of a JSON schema.
import { alt, chars, literal, optional, repeat, seq, type Node } from './ast.ts';
import { countOf, isObject, type Json, type Parts, type SchemaObject } from './jsonTypes.ts';
import { stringExcept } from './jsonText.ts';

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const NOTHING: Node = chars([]);

/** Declared properties in their order, then others where they are allowed. */
export function objectNode(
  parts: Parts,
  schema: SchemaObject,
  pointer: string,
  anyKey: () => Node,
  any: () => Node,
): Node {
  const { space, fail } = parts;
  const properties = schema['properties'] ?? {};
  if (!isObject(properties)) return fail(pointer, '"properties" must be an object.');
  const required = schema['required'] ?? [];
  if (!Array.isArray(required) || required.some((key) => typeof key !== 'string'))
    return fail(pointer, '"required" must be a list of names.');
  const needed = new Set(required as readonly string[]);
  const more = schema['additionalProperties'] ?? true;
  const moreNode = (): Node => (more === true ? any() : parts.below(more, `${pointer}/additionalProperties`));
  const declared = Object.entries(properties).map(([key, value]) => ({
    key,
    node: value === false ? null : parts.below(value, `${pointer}/properties/${escaped(key)}`),
  }));
  // A required name without a schema of its own has that of additional properties.
  for (const key of needed)
    if (!Object.hasOwn(properties, key)) declared.push({ key, node: more === false ? null : moreNode() });
  if (declared.some(({ key, node }) => node === null && needed.has(key))) return NOTHING;
  const members = declared.flatMap(({ key, node }) =>
    node ? [{ key, needed: needed.has(key), node: seq(literal(`${JSON.stringify(key)}:`), space, node) }] : [],
  );
  const comma = seq(literal(','), space);
  const keys = declared.map((d) => d.key);
  const another =
    more === false
      ? null
      : seq(
          keys.length > 0 ? parts.define(`${pointer} another name`, () => stringExcept(keys)) : anyKey(),
          literal(':'),
          space,
          moreNode(),
        );
  /** What may follow once a member before the i-th is written. */
  const after = (i: number): Node => {
    if (i === members.length) return another ? repeat(seq(comma, another), 0, Infinity) : seq();
    const { key, needed: must, node } = members[i]!;
    return parts.define(`${pointer} up to ${JSON.stringify(key)}`, () => {
      const member = seq(comma, node);
      return seq(must ? member : optional(member), after(i + 1));
    });
  };
  const firsts: Node[] = [];
  let skippable = true;
  for (let i = 0; i < members.length && skippable; i++) {
    firsts.push(seq(members[i]!.node, after(i + 1), space));
    skippable = !members[i]!.needed;
  }
  if (skippable) {
    if (another) firsts.push(seq(another, after(members.length), space));
    firsts.push(seq());
  }
  return seq(literal('{'), space, alt(...firsts), literal('}'));
}

export function arrayNode(parts: Parts, schema: SchemaObject, pointer: string, any: () => Node): Node {
  const { space, fail } = parts;
  if (schema['uniqueItems'] !== undefined && schema['uniqueItems'] !== false)
    return fail(pointer, '"uniqueItems" is not supported: no grammar remembers every item before.');
  const prefix = schema['prefixItems'] ?? [];
  if (!Array.isArray(prefix)) return fail(pointer, '"prefixItems" must be a list of schemas.');
  const items: Json = schema['items'] ?? true;
  if (Array.isArray(items)) return fail(pointer, '"items" as a list is from older drafts: write "prefixItems".');
  const min = countOf(parts, schema, 'minItems', pointer) ?? 0;
  const said = countOf(parts, schema, 'maxItems', pointer) ?? Infinity;
  const never = (prefix as readonly Json[]).indexOf(false);
  const most = items === false ? prefix.length : Infinity;
  const max = Math.min(said, never < 0 ? most : never);
  if (max < min) return NOTHING;
  const item = items === true ? any() : parts.below(items, `${pointer}/items`);
  const at = (i: number): Node =>
    i < prefix.length ? parts.below((prefix as readonly Json[])[i]!, `${pointer}/prefixItems/${i}`) : item;
  /** What may follow i items. */
  const after = (i: number): Node => {
    if (i >= max) return seq();
    if (i >= prefix.length) return repeat(seq(literal(','), space, item), Math.max(0, min - i), max - i);
    const next = seq(literal(','), space, at(i), after(i + 1));
    return i < min ? next : optional(next);
  };
  const filled = max > 0 ? seq(at(0), after(1), space) : seq();
  return seq(literal('['), space, min === 0 ? optional(filled) : filled, literal(']'));
}
