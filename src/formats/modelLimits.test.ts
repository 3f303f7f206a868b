// model.json and JSON itself at their limits: every number at its ends and beyond, what is filled in, how deep and how
// long things may be.
import { describe, expect, test } from 'vitest';
import { duplicateKey, isObject, nesting, parseObject, Reader } from './json.ts';
import { parseModelJson } from '../models/networks/index.ts';

type Loose = Record<string, unknown>;
const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('model.json', () => {
  const base = {
    id: 'm',
    prediction: 'velocity',
    title: 'M',
    classes: ['a', 'b'],
    weights: { file: 'w', bytes: 8, sha256: '0123456789abcdef'.repeat(4) },
    data: { name: 'd' },
    licence: { weights: 'MIT' },
  };
  const dit: Loose = {
    kind: 'dit',
    channels: 1,
    height: 8,
    width: 4,
    patch: 2,
    d: 8,
    depth: 1,
    heads: 2,
    hidden: 1,
    classes: 2,
    timeFeatures: 2,
    timeScale: 1,
    epsilon: 0.5,
  };
  const mlp: Loose = { kind: 'mlp2d', inputs: 4, width: 1, hiddenLayers: 1, targets: { t: { sigmaData: 2 } } };
  const patchnet: Loose = {
    kind: 'patchnet',
    channels: 3,
    height: 8,
    width: 4,
    patch: 4,
    patchWidth: 1,
    hidden: 1,
    features: 1,
    classes: 2,
  };
  const dataset: Loose = { kind: 'dataset', channels: 1, height: 1, width: 1, count: 1, classes: 2 };
  const read = (architecture: Loose, some: Loose = {}) =>
    parseModelJson(
      encode({ ...base, ...(architecture.kind === 'mlp2d' && { prediction: 'edm' }), ...some, architecture }),
    );

  test('what is filled in', () => {
    expect(read(dit)).toEqual({
      id: 'm',
      title: 'M',
      architecture: { ...dit, tokens: 8, parameterisation: { kind: 'flow' } },
      classes: ['a', 'b'],
      weights: base.weights,
      data: { name: 'd', source: '' },
      licence: { weights: 'MIT', data: '', credits: [] },
      frechetFloor: [],
    });
    expect(read(mlp, { classes: undefined }).classes).toEqual([]);
    expect(read(patchnet).architecture).toEqual({ ...patchnet, tokens: 2 });
    expect(read(mlp).architecture).toEqual({ ...mlp, targets: { t: { kind: 'edm', sigmaData: 2 } } });
    expect(read(dataset).architecture).toEqual(dataset);
    const said = {
      data: { name: 'd', source: 's' },
      licence: {
        weights: 'w',
        data: 'l',
        credits: [
          { title: 't', artist: 'a', artistLink: 'x', link: 'y', licence: 'l', style: 's' },
          { title: 'u', link: 'y' },
        ],
      },
      frechetFloor: [{ n: 1, mean: -1e9, sd: 0 }],
    };
    expect(read(dit, said)).toMatchObject({
      data: said.data,
      licence: {
        data: 'l',
        credits: [
          { title: 't', artist: 'a', link: 'x', licence: 'l', style: 's' },
          { title: 'u', artist: '', link: 'y', licence: '', style: '' },
        ],
      },
      frechetFloor: said.frechetFloor,
    });
  });
  test.each<[string, Loose, number, number, Loose?]>([
    ['height', { ...dit, patch: 1 }, 1, 256],
    ['width', { ...dit, patch: 1 }, 1, 256],
    ['patch', { ...dit, height: 64, width: 64 }, 1, 64],
    ['d', { ...dit, heads: 1 }, 4, 4096],
    ['depth', dit, 1, 64],
    ['heads', { ...dit, d: 64 }, 1, 64],
    ['hidden', dit, 1, 65536],
    ['timeFeatures', dit, 2, 4096],
    ['inputs', mlp, 4, 258],
    ['width', mlp, 1, 4096],
    ['hiddenLayers', mlp, 1, 16],
    ['patchWidth', patchnet, 1, 4096],
    ['hidden', patchnet, 1, 65536],
    ['features', patchnet, 1, 4096],
    ['count', dataset, 1, 1_000_000],
  ])('architecture.%s is a whole number', (key, architecture, min, max) => {
    for (const value of [min, max])
      expect(read({ ...architecture, [key]: value }).architecture).toMatchObject({ [key]: value });
    for (const value of [min - 1, max + 1, min + 0.5, String(min)])
      expect(() => read({ ...architecture, [key]: value })).toThrow(
        `architecture.${key} must be a whole number from ${min} to ${max}`,
      );
  });
  test.each<[string, Loose, number, number]>([
    ['timeScale', dit, 1e-6, 1e6],
    ['epsilon', dit, 0, 1],
  ])('architecture.%s is a number', (key, architecture, min, max) => {
    for (const value of [min, max])
      expect(read({ ...architecture, [key]: value }).architecture).toMatchObject({ [key]: value });
    for (const value of [min - 1e-7, max * 1.001])
      expect(() => read({ ...architecture, [key]: value })).toThrow(
        `architecture.${key} must be a number from ${min} to ${max}`,
      );
  });
  test('numbers that must agree', () => {
    expect(() => read({ ...dit, timeFeatures: 3 })).toThrow('timeFeatures must be even');
    expect(() => read({ ...mlp, inputs: 5 })).toThrow('inputs must be even');
    expect(() => read({ ...dit, heads: 3 })).toThrow('heads must be a divisor of d = 8');
    expect(() => read({ ...dit, height: 7 })).toThrow('patch must be a divisor of 7 and 4');
    expect(() => read({ ...dit, width: 5 })).toThrow('patch must be a divisor of 8 and 5');
    expect(() => read({ ...dit, channels: 2 })).toThrow('channels must be 1 or 3');
    for (const channels of [0, 4])
      expect(() => read({ ...dit, channels })).toThrow('channels must be a whole number from 1 to 3');
    expect(read({ ...dit, tokens: 8, nullClass: 2 }).architecture).not.toHaveProperty('nullClass');
    expect(() => read({ ...dit, tokens: 7 })).toThrow('tokens must be 8');
    expect(() => read({ ...dit, nullClass: 1 })).toThrow('nullClass must be 2');
    expect(() => read(dit, { classes: ['a'] })).toThrow('classes must be 2 names');
    expect(() => read({ ...dit, classes: 0 }, { classes: [] })).toThrow(
      'architecture.classes must be a whole number from 1 to 10000',
    );
    const many = (n: number) => read({ ...dataset, classes: n }, { classes: new Array(n).fill('x') });
    expect(many(10_000).classes).toHaveLength(10_000);
    expect(() => many(10_001)).toThrow('architecture.classes');
    for (const sigmaData of [1e-6, 1e6]) expect(() => read({ ...mlp, targets: { t: { sigmaData } } })).not.toThrow();
    for (const sigmaData of [0, 1e6 + 1])
      expect(() => read({ ...mlp, targets: { t: { sigmaData } } })).toThrow('architecture.targets.t.sigmaData');
  });
  test('texts, names, hashes and sizes', () => {
    const weights = (some: Loose) => () => read(dit, { weights: { ...base.weights, ...some } });
    for (const file of ['w', '_', '-', 'a.b-c_d', 'x'.repeat(100)]) expect(weights({ file })().weights.file).toBe(file);
    for (const file of ['', '.a', 'a/b', 'a b', 'a\n', 'é'])
      expect(weights({ file }), file).toThrow('weights.file must be a plain file name');
    expect(weights({ file: 'x'.repeat(101) })).toThrow('weights.file must be text of at most 100 characters');
    for (const sha256 of ['0'.repeat(63), 'A'.repeat(64), `${'0'.repeat(63)}g`])
      expect(weights({ sha256 })).toThrow('64 hexadecimal digits');
    expect(weights({ sha256: '0'.repeat(65) })).toThrow('weights.sha256 must be text of at most 64');
    for (const bytes of [8, 2 ** 32]) expect(weights({ bytes })().weights.bytes).toBe(bytes);
    for (const bytes of [7, 2 ** 32 + 1])
      expect(weights({ bytes })).toThrow('weights.bytes must be a whole number from 8 to 4294967296');
    const top = (some: Loose) => () => read(dit, some);
    expect(top({ id: 'x'.repeat(100), title: 'x'.repeat(200) })).not.toThrow();
    expect(top({ id: 'x'.repeat(101) })).toThrow('id must be text of at most 100');
    expect(top({ title: 'x'.repeat(201) })).toThrow('title must be text of at most 200');
    expect(top({ data: { name: 'x'.repeat(2000) } })).not.toThrow();
    expect(top({ data: { name: 'x'.repeat(2001) } })).toThrow('data.name must be text of at most 2000');
    expect(top({ classes: ['x'.repeat(200), 'b'] })).not.toThrow();
    expect(top({ classes: ['x'.repeat(201), 'b'] })).toThrow('classes must be a list of short texts');
    const floor = (some: Loose) => top({ frechetFloor: [{ n: 1, mean: 0, sd: 0, ...some }] });
    for (const good of [{ n: 1e9 }, { mean: 1e9 }, { sd: 1e9 }]) expect(floor(good)).not.toThrow();
    for (const bad of [{ n: 0 }, { n: 1e9 + 1 }, { mean: 1e9 + 1 }, { mean: -1e9 - 1 }, { sd: -1 }, { sd: 1e9 + 1 }])
      expect(floor(bad)).toThrow('frechetFloor[0].');
    const rows = (n: number) => top({ frechetFloor: new Array(n).fill({ n: 1, mean: 0, sd: 0 }) });
    expect(rows(100)().frechetFloor).toHaveLength(100);
    expect(rows(101)).toThrow('frechetFloor must be a list of at most 100 entries');
    const credits = (n: number) => top({ licence: { weights: 'w', credits: new Array(n).fill({ title: 't' }) } });
    expect(credits(1000)().licence.credits).toHaveLength(1000);
    expect(credits(1001)).toThrow('licence.credits must be a list of at most 1000 entries');
  });
  test('1 MiB, twelve levels', () => {
    const json = JSON.stringify({ ...base, architecture: dit });
    expect(parseModelJson(encode(json.padEnd(2 ** 20))).id).toBe('m');
    expect(() => parseModelJson(encode(json.padEnd(2 ** 20 + 1)))).toThrow(
      'model.json has 1048577 bytes; at most 1048576',
    );
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(read(dit, { extra: nested(11) }).id).toBe('m');
    expect(() => read(dit, { extra: nested(12) })).toThrow('nested 13 levels deep; at most 12');
  });
});

describe('JSON', () => {
  test('depth counts brackets outside texts', () => {
    for (const [text, depth] of [
      ['', 0],
      ['1', 0],
      ['{}', 1],
      ['[[]]', 2],
      ['{"a":[{}]}', 3],
      ['[[],[[]],[]]', 3],
      ['"[[["', 0],
      ['["\\"[[", [1]]', 2],
      ['["\\\\", [1]]', 2],
      ['["\\\\\\"[", [[1]]]', 3],
    ] as const)
      expect(nesting(text), text).toBe(depth);
  });
  test('a key twice in one object, not in two', () => {
    for (const [text, key] of [
      ['{"a":1,"a":2}', 'a'],
      ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', null],
      ['{"b":{"a":2,"a":3}}', 'a'],
      ['{"a":["a","a"]}', null],
      ['{"a":"a","b":"a"}', null],
      ['{"\\u0061":1,"a":2}', 'a'],
      ['{"a\\"b":1,"a":2,"a\\"b":3}', 'a"b'],
      ['[{"a":1},{"a":2,"b":"x,y","b":1}]', 'b'],
      ['{"a":{},"a":1}', 'a'],
      ['{"a":[],"a":1}', 'a'],
      ['{}', null],
    ] as const)
      expect(duplicateKey(text), text).toBe(key);
  });
  test('an object of UTF-8, so deep and no deeper', () => {
    const limits = { what: 'it', depth: 2, hint: 'h' };
    expect(parseObject(encode('{"a":{"b":1}}'), limits)).toEqual({ a: { b: 1 } });
    expect(() => parseObject(encode('{"a":{"b":[]}}'), limits)).toThrow(
      'it is nested 3 levels deep; at most 2 are expected',
    );
    expect(() => parseObject(Uint8Array.of(123, 255, 125), limits)).toThrow('it is not UTF-8 text');
    for (const text of ['[]', '1', 'null', '"a"'])
      expect(() => parseObject(encode(text), limits)).toThrow('it must be a JSON object');
    expect(() => parseObject(encode('{'), limits)).toThrow('it is not valid JSON');
    expect([{}, [], null, 'a'].map(isObject)).toEqual([true, false, false, false]);
  });
  test('a reader names the path and the value', () => {
    const read = new Reader({ a: { b: [{ c: 2 }, { c: 'x' }] }, t: 'xyz', n: null, l: [1, 2], s: ['p', 'q'] }, '', 'h');
    expect(() => read.object('a').objects('b', 2)[1]!.integer('c', 0, 9)).toThrow(
      'a.b[1].c must be a whole number from 0 to 9, got "x"',
    );
    expect(read.object('a').objects('b', 2)[0]!.integer('c', 2, 2)).toBe(2);
    expect(() => read.object('a').objects('b', 1)).toThrow('a.b must be a list of at most 1 entries');
    expect(() => read.objects('l', 9)).toThrow('l must be a list of objects');
    expect([read.has('n'), read.has('t'), read.has('toString'), read.keys()]).toEqual([
      false,
      true,
      false,
      ['a', 't', 'n', 'l', 's'],
    ]);
    expect([read.text('t', 3), read.list('l', 2), read.texts('s', 2)]).toEqual(['xyz', [1, 2], ['p', 'q']]);
    expect(() => read.text('t', 2)).toThrow('t must be text of at most 2 characters');
    expect(() => read.list('l', 1)).toThrow('l must be a list of at most 1 entries');
    expect(() => read.texts('l', 9)).toThrow('l must be a list of short texts');
    expect(() => read.number('toString', 0, 1)).toThrow('toString must be a number from 0 to 1');
    expect(read.oneOf('t', ['abc', 'xyz'])).toBe('xyz');
    expect(() => read.oneOf('t', ['abc', 'd'])).toThrow('t must be one of abc, d, got "xyz"');
  });
});
