import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { imageArchitectures, parseModelJson, requireKind } from '../models/networks/index.ts';

const folder = new URL('../../public/models/', import.meta.url);
const read = (id: string) => readFileSync(new URL(`${id}/model.json`, folder));
const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('bundled model.json files', () => {
  it.each([
    ['digits', 'dit'],
    ['avatars', 'dit'],
    ['digits-features', 'patchnet'],
    ['avatars-features', 'patchnet'],
    ['mlp2d', 'mlp2d'],
    ['digits-set', 'dataset'],
  ] as const)('%s is a %s', (id, kind) => {
    const file = requireKind(parseModelJson(read(id)), kind);
    expect(file.id).toBe(id);
    expect(file.weights.bytes).toBe(readFileSync(new URL(`${id}/${file.weights.file}`, folder)).length);
    if (kind === 'patchnet') expect(file.frechetFloor.length).toBeGreaterThan(0);
    if (id.startsWith('avatars')) expect(file.licence.credits.map((c) => c.style)).toEqual(file.classes);
  });
});

describe('damaged model.json', () => {
  type Loose = Record<string, unknown> & { architecture: Record<string, unknown>; weights: Record<string, unknown> };
  const digits = JSON.parse(read('digits').toString()) as Loose;
  const change = (edit: (file: Loose) => void) => {
    const copy = structuredClone(digits);
    edit(copy);
    return encode(copy);
  };
  const refused: [string, Uint8Array, RegExp][] = [
    ['empty', encode(''), /not valid JSON/],
    ['a list', encode([]), /must be a JSON object/],
    ['deep', encode(`{"a":${'['.repeat(50)}${']'.repeat(50)}}`), /nested 51 levels/],
    ['huge', new Uint8Array(2 ** 20 + 1).fill(32), /at most 1048576/],
    [
      'unknown kind',
      change((f) => (f.architecture['kind'] = 'unet')),
      new RegExp(`architecture\\.kind must be one of ${Object.keys(imageArchitectures).join(', ')}, got "unet"`),
    ],
    [
      'heads do not divide d',
      change((f) => (f.architecture['heads'] = 5)),
      /architecture\.heads must be a divisor of d = 96, got 5/,
    ],
    ['patch does not divide the image', change((f) => (f.architecture['patch'] = 5)), /architecture\.patch/],
    ['tokens disagree', change((f) => (f.architecture['tokens'] = 50)), /architecture\.tokens must be 49, got 50/],
    ['two channels', change((f) => (f.architecture['channels'] = 2)), /channels must be 1 or 3/],
    [
      'not a number',
      change((f) => (f.architecture['depth'] = '4')),
      /architecture\.depth must be a whole number from 1 to 64, got "4"/,
    ],
    ['absurd size', change((f) => (f.architecture['d'] = 1e9)), /architecture\.d must be/],
    ['another null class', change((f) => (f.architecture['nullClass'] = 0)), /nullClass must be 10/],
    ['classes missing', change((f) => (f['classes'] = ['0'])), /classes must be 10 names/],
    ['path as file', change((f) => (f.weights['file'] = '../../secret')), /weights\.file must be a plain file name/],
    ['bad hash', change((f) => (f.weights['sha256'] = 'zz')), /weights\.sha256 must be 64/],
    [
      'no weights',
      change((f) => delete (f as Record<string, unknown>)['weights']),
      /weights must be an object, got undefined/,
    ],
  ];
  it.each(refused)('refuses: %s', (_, bytes, message) => {
    expect(() => parseModelJson(bytes)).toThrow(message);
    expect(() => parseModelJson(bytes)).toThrow(FormatError);
  });
  it('refuses another kind than asked for', () =>
    expect(() => requireKind(parseModelJson(read('digits')), 'mlp2d')).toThrow('"digits" is a dit; a mlp2d is needed'));
});
