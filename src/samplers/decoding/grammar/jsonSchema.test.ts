// What a schema lets through, text by text: what JSON.parse and the schema's own words say of each, by hand.
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../../math/uniform.ts';
import { schemaGrammar } from './jsonSchema.ts';
import { isAllowed, Masks } from './masks.ts';
import { networkOf } from './network.ts';
import { binary, vocabularyOf } from './testing.ts';

const BYTES = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
const machine = (schema: unknown, compact = true) =>
  new Masks(networkOf(schemaGrammar(JSON.stringify(schema), compact)), vocabularyOf(BYTES));
function accepts(masks: Masks, text: string): boolean {
  const place = masks.after(Array.from(binary(text), (c) => c.charCodeAt(0)));
  return 'state' in place && isAllowed(masks.mask(place.state), 256);
}
const person = {
  type: 'object',
  properties: { n: { type: 'integer' }, s: { type: 'string' } },
  required: ['n'],
  additionalProperties: false,
};

describe('keywords', () => {
  test.each<[name: string, schema: unknown, yes: string[], no: string[]]>([
    [
      'true',
      true,
      ['1', '"a"', '{"a":[null,true]}', '[]', '-0.5e+3'],
      ['', '01', '{a:1}', '[1,]', 'nul', '"\n"', '1.'],
    ],
    ['types', { type: ['integer', 'null'] }, ['0', '-12', 'null'], ['1.5', '"1"', 'true', '1e2', '00']],
    ['number', { type: 'number' }, ['1.5', '-0', '2E-7'], ['.5', '1.', '+1', 'NaN']],
    [
      'enum',
      { enum: ['a', 1, null, [1, { b: 'c' }]] },
      ['"a"', '1', 'null', '[1,{"b":"c"}]'],
      ['"b"', '"a', '2', '[1]'],
    ],
    ['enum of a type', { type: 'string', enum: ['a', 1] }, ['"a"'], ['1']],
    ['const', { const: 'é"\n' }, ['"é\\"\\n"'], ['"é"', '"e"']],
    [
      'required and optional',
      person,
      ['{"n":1}', '{"n":1,"s":"x"}'],
      ['{}', '{"s":"x"}', '{"n":1,}', '{"n":1,"x":2}', '{"s":"x","n":1}'],
    ],
    [
      'optional before required',
      { ...person, required: ['s'] },
      ['{"s":""}', '{"n":1,"s":""}'],
      ['{"n":1}', '{,"s":""}'],
    ],
    [
      'additional of a schema',
      { properties: { ab: { type: 'null' } }, type: 'object', additionalProperties: { type: 'integer' } },
      ['{}', '{"ab":null}', '{"ab":null,"x":1}', '{"a":1,"abc":2}', '{"":1}'],
      ['{"ab":1}', '{"x":"y"}', '{"\\u0061b":1}', '{"x":1,"ab":null}'],
    ],
    [
      'required without a schema',
      { type: 'object', required: ['k'], additionalProperties: { type: 'boolean' } },
      ['{"k":true}', '{"k":true,"l":false}'],
      ['{}', '{"k":1}'],
    ],
    [
      'a property that must not be',
      { type: 'object', properties: { a: false, b: true }, additionalProperties: false },
      ['{}', '{"b":1}'],
      ['{"a":1}'],
    ],
    [
      'items',
      { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 3 },
      ['[true]', '[true,false,true]'],
      ['[]', '[true,true,true,true]', '[1]', '[true,]'],
    ],
    [
      'prefix items',
      { type: 'array', prefixItems: [{ const: 1 }, { const: 2 }], items: false },
      ['[]', '[1]', '[1,2]'],
      ['[2]', '[1,2,3]', '[1,1]'],
    ],
    [
      'prefix and more',
      { type: 'array', prefixItems: [{ const: 1 }], items: { const: 0 }, minItems: 2 },
      ['[1,0]', '[1,0,0,0]'],
      ['[1]', '[1,1]'],
    ],
    [
      'anyOf',
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'null' } }] },
      ['"x"', '[]', '[null]'],
      ['1', '[1]'],
    ],
    ['oneOf apart', { oneOf: [{ type: 'string' }, { const: 3 }] }, ['"x"', '3'], ['4']],
    [
      '$ref and recursion',
      {
        $ref: '#/$defs/tree',
        $defs: {
          tree: {
            type: 'object',
            properties: { c: { type: 'array', items: { $ref: '#/$defs/tree' } } },
            additionalProperties: false,
          },
        },
      },
      ['{}', '{"c":[]}', '{"c":[{},{"c":[{}]}]}'],
      ['{"c":{}}', '{"c":[1]}'],
    ],
    [
      'lengths',
      { type: 'string', minLength: 2, maxLength: 3 },
      ['"ab"', '"é😀"', '"\\u00e9\\n"', '"\\ud83d\\ude00ab"'],
      ['"a"', '"abcd"', '"\\ud83d\\ude00"', '"\\ud83da"'],
    ],
    [
      'a pattern',
      { type: 'string', pattern: '^[a-c]+\\d{2}(x|y)?$' },
      ['"a12"', '"abc99y"'],
      ['"12"', '"a1"', '"a123"', '"xa12"'],
    ],
    ['a pattern found anywhere', { type: 'string', pattern: 'b"' }, ['"b\\""', '"aab\\"c"'], ['"b"', '"b"a"']],
    ['anchors by alternative', { type: 'string', pattern: '^a|b$' }, ['"a"', '"ax"', '"xb"'], ['"xa"', '"bx"']],
    [
      'dates',
      { type: 'string', format: 'date' },
      ['"2024-02-29"', '"2000-02-29"', '"2023-12-31"'],
      ['"2023-02-29"', '"1900-02-29"', '"2024-04-31"', '"2024-13-01"'],
    ],
    [
      'number bounds',
      { type: 'number', minimum: 0, maximum: 1 },
      ['0', '0.5', '1', '1.0', '0.0'],
      ['1.01', '-0.1', '2', '1e0'],
    ],
    [
      'bounds left out',
      { type: 'number', exclusiveMinimum: -2, exclusiveMaximum: 3 },
      ['-1.99', '0', '2.999', '-1'],
      ['-2', '-2.0', '3', '3.0'],
    ],
    ['no type: bounds only bind numbers', { minimum: 5 }, ['"x"', '5', '7.5'], ['4']],
    [
      'anyOf that never ends is left out',
      {
        $ref: '#/$defs/a',
        $defs: { a: { anyOf: [{ type: 'array', minItems: 1, items: { $ref: '#/$defs/a' } }, { const: 1 }] } },
      },
      ['1', '[[1],1]'],
      ['[]'],
    ],
  ])('%s', (_, schema, yes, no) => {
    const masks = machine(schema);
    expect(yes.filter((text) => !accepts(masks, text))).toEqual([]);
    expect(no.filter((text) => accepts(masks, text))).toEqual([]);
    for (const text of yes) expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  test('whole numbers between any two bounds, one by one', () => {
    for (let i = 0; i < 40; i++) {
      const [a, b] = Array.from(uniforms(i, 3, 2), (v) => Math.round((v - 0.5) * 10 ** (1 + (i % 4))));
      const [minimum, maximum] = [Math.min(a!, b!), Math.max(a!, b!)];
      const masks = machine({ type: 'integer', minimum, maximum });
      const near = [minimum - 1, minimum, minimum + 1, 0, -1, 1, 9, 10, 99, 100, maximum - 1, maximum, maximum + 1];
      for (const v of near)
        expect([minimum, maximum, v, accepts(masks, String(v + 0))]).toEqual([
          minimum,
          maximum,
          v,
          v >= minimum && v <= maximum,
        ]);
      expect(accepts(masks, '01')).toBe(false);
    }
    expect(accepts(machine({ type: 'integer', minimum: 37 }), '1234567890123')).toBe(true);
    expect(accepts(machine({ type: 'integer', exclusiveMaximum: -37 }), '-37')).toBe(false);
  });

  test('blanks: none when compact; else one, or a new line with an indent', () => {
    const text = '{\n  "n": 1, "s": "x"\n}';
    expect(accepts(machine(person), text)).toBe(false);
    expect(accepts(machine(person, false), text)).toBe(true);
    expect(accepts(machine(person, false), '{"n":1}')).toBe(true);
    expect(accepts(machine(person, false), `{${' '.repeat(2)}"n":1}`)).toBe(false);
  });
});

test.each([
  [{ not: {} }, 'At #: the keyword "not" is not supported'],
  [{ type: 'object', properties: { a: { multipleOf: 3 } } }, 'At #/properties/a: the keyword "multipleOf"'],
  [{ type: 'array', uniqueItems: true }, '"uniqueItems" is not supported'],
  [{ type: 'text' }, '"type" is "text"; it must be one of'],
  [{ type: 'object', anyOf: [{}] }, '"anyOf" and "type" beside each other'],
  [{ oneOf: [{ type: 'integer' }, { minimum: 3 }] }, 'may both hold for one value'],
  [{ allOf: [{}, {}] }, '"allOf" with more than one schema'],
  [{ $ref: 'other.json' }, 'only references into this schema'],
  [{ $ref: '#/$defs/x' }, 'where there is nothing'],
  [{ type: 'string', pattern: 'a(?=b)' }, 'character 4: looking ahead'],
  [{ type: 'string', pattern: '(a' }, 'a bracket is not closed'],
  [{ type: 'string', format: 'email' }, 'the format "email" is not supported; date, time'],
  [{ type: 'number', minimum: 0.5 }, 'bounds of a number must be whole'],
  [{ type: 'string', minLength: -1 }, '"minLength" is -1; it must be a whole number'],
  [{ type: 'array', maxItems: 1e9 }, 'at most 2000 are counted'],
  [3, 'a schema must be an object, true or false'],
])('%j is refused by name', (schema, words) => {
  expect(() => machine(schema)).toThrow(words);
});
test('text that is no JSON is refused with its line and column', () => {
  expect(() => schemaGrammar('{\n "type": x}', true)).toThrow(/^Line 2, column \d+: this is no JSON/);
});
