import { describe, expect, test } from 'vitest';
import { holdsLibrary } from '../restore.ts';
import { LibraryFileError, readLibrary, tidyTags, writeLibrary } from './file.ts';
import { labOf, labs, saved } from './testing.ts';
import { LIMITS, type Saved } from './types.ts';

const picture = 'data:image/webp;base64,UklGRg==';
const two = [
  saved('a', { tags: ['ring', 'paper'], note: 'Why\nit matters', picture }),
  saved('b', { lab: 'language', hash: 'lab=language&n=4' }),
];
const text = (entries: readonly unknown[]): string => writeLibrary(entries as readonly Saved[], '0.6.0', 0);
const read = (content: string) => readLibrary('mine.json', content, labs, labOf);
const damaged = (patch: object) => read(text([{ ...saved('x'), ...patch }, saved('y')]));

describe('a file of saved experiments', () => {
  test('comes back as it was written, and says at its beginning what it is', () => {
    expect(read(text(two))).toEqual({ saved: two, skipped: [] });
    expect(holdsLibrary(new TextEncoder().encode(text(two)))).toBe(true);
    expect(holdsLibrary(new TextEncoder().encode('{"format": "stepscope-results", "x": "stepscope-library"}'))).toBe(
      false,
    );
  });

  test('what is not known is left out, and what it would do by its name is not done', () => {
    const odd = JSON.parse(
      `{"__proto__": {"name": "evil"}, "onclick": "alert(1)", "settings": [{"field": "Seed", "value": "3", "html": "<b>"}]}`,
    ) as object;
    const [one] = read(text([{ ...saved('a'), ...odd }])).saved;
    expect(Object.keys(one!).sort()).toEqual(Object.keys(saved('a')).sort());
    expect(one!.settings).toEqual([{ field: 'Seed', value: '3' }]);
    expect(Object.getPrototypeOf(one)).toBe(Object.prototype);
  });

  test.each([
    ['', 'cut short'],
    [text(two).slice(0, -40), 'cut short'],
    ['[]', 'not a library'],
    ['null', 'not a library'],
    ['{"format":"stepscope-results"}', 'not a library'],
    [text(two).replace('"formatVersion": 1', '"formatVersion": 2'), 'format version 2; this page reads version 1'],
    ['{"format":"stepscope-library","formatVersion":1,"saved":{}}', 'no list'],
    [text(Array.from({ length: 2 * LIMITS.saved + 1 }, () => 0)), `${2 * LIMITS.saved + 1} experiments`],
    ['x'.repeat(LIMITS.file + 1), 'more than 32 MB'],
  ])('that is none is refused by its name: %#', (content, because) => {
    expect(() => read(content)).toThrow(LibraryFileError);
    expect(() => read(content)).toThrow(`“mine.json”`);
    expect(() => read(content)).toThrow(because);
  });

  test.each([
    [{ id: '../../x' }, 'id is not one of ours'],
    [{ id: 7 }, 'its id is no text'],
    [{ name: '   ' }, 'no name'],
    [{ name: 'n'.repeat(LIMITS.name + 1) }, 'name has more than'],
    [{ lab: 'cooking' }, "no lab 'cooking'"],
    [{ hash: 'lab=language&n=2' }, 'belongs to another lab'],
    [{ hash: 'x'.repeat(LIMITS.hash + 1) }, 'hash has more than'],
    [{ tags: 'ring' }, 'tags is no list'],
    [{ tags: [1] }, 'tags is no text'],
    [{ changedAt: '2026' }, 'changedAt is no number'],
    [{ createdAt: 1e300 }, 'createdAt is no time'],
    [{ settings: [{ field: 'Seed' }] }, 'value is no text'],
    [{ settings: [null] }, 'settings is damaged'],
    [{ settings: Array.from({ length: LIMITS.rows + 1 }, () => ({ field: '', value: '' })) }, 'more than 120 entries'],
    [{ metrics: [{ id: 'x', title: 'x', unit: '', better: 'best', spread: null }] }, 'direction is none of'],
    [{ metrics: [{ id: 'x', title: 'x', unit: '', better: null, spread: 'wide' }] }, 'spread is none of'],
    [
      {
        contenders: [
          { ...saved('x').contenders[0], figures: [{ metric: 'e', value: null, half: null, spread: null }] },
        ],
      },
      'figure is no number',
    ],
    [
      {
        contenders: [{ ...saved('x').contenders[0], figures: [{ metric: 'e', value: 1, half: null, spread: ['1'] }] }],
      },
      'spread is no number',
    ],
    [{ contenders: {} }, 'contenders is no list'],
  ])('a damaged entry is left out and named, the others stay: %j', (patch, because) => {
    const out = damaged(patch);
    expect(out.saved.map((s) => s.id)).toEqual(['y']);
    expect(out.skipped).toHaveLength(1);
    expect(out.skipped[0]).toMatch(/^(“.*”|Entry 1) was left out: /);
    expect(out.skipped[0]).toContain(because);
  });

  test('an id that stands twice is taken once', () => {
    const out = read(text([saved('a'), saved('a', { name: 'Again' }), 5]));
    expect(out.saved.map((s) => s.name)).toEqual(['Name of a']);
    expect(out.skipped).toEqual([
      '“Again” was left out: an entry with the same id stands before it.',
      'Entry 3 was left out: it is no entry.',
    ]);
  });

  test.each([
    'data:image/svg+xml;base64,PHN2Zz4=',
    'javascript:alert(1)',
    'https://example.org/x.png',
    'data:image/png;base64,"><script>',
    `data:image/png;base64,${'A'.repeat(LIMITS.picture)}`,
    5,
  ])('a picture that is none is no loss of an experiment: %#', (bad) => {
    expect(damaged({ picture: bad }).saved[0]).toMatchObject({ id: 'x', picture: '' });
  });
});

test('tags are trimmed, each once, none empty', () => {
  expect(tidyTags([' ring ', '#ring', '', 'two  words', ' '])).toEqual(['ring', 'two words']);
  expect(tidyTags(Array.from({ length: 40 }, (_, i) => `t${i}`))).toHaveLength(LIMITS.tags);
  expect(tidyTags(['x'.repeat(99)])[0]).toHaveLength(LIMITS.tag);
});
