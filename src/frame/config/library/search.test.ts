import { describe, expect, test } from 'vitest';
import { found, matches, tagCounts, type Query } from './search.ts';
import { contestant, saved } from './testing.ts';

const ring = saved('r', {
  name: 'Ring at ten',
  tags: ['ring', 'To do'],
  note: 'Étude',
  createdAt: 1,
  changedAt: 9,
  contenders: [contestant('dpmpp_2m:karras:10', { name: 'DPM++ 2M · Karras' })],
});
const text = saved('t', { name: 'Ring at 9', lab: 'language', createdAt: 2, changedAt: 3, tags: ['ring'] });

describe('a search', () => {
  test.each([
    ['', true],
    ['TEN ring', true],
    ['ring eleven', false],
    ['#ring', true],
    ['#to', true],
    ['#do', false],
    ['#', true],
    ['moons', true],
    ['seed', true],
    ['dpmpp_2m', true],
    ['DPM++ 2m', true],
    ['dpmpp', true],
    ['etude', true],
    ['swiftshader', true],
    ['Diffusion', true],
    ['language', false],
  ])('%j', (query, fits) => expect(matches(ring, query, 'Diffusion')).toBe(fits));

  const names = (query: Partial<Query>) =>
    found([text, ring], { text: '', tag: '', order: 'changed', ...query }).map((s) => s.id);
  test('orders what it finds, numbers as numbers', () => {
    expect(names({})).toEqual(['r', 't']);
    expect(names({ order: 'created' })).toEqual(['t', 'r']);
    expect(names({ order: 'oldest' })).toEqual(['r', 't']);
    expect(names({ order: 'lab' })).toEqual(['r', 't']);
    expect(names({ order: 'name' })).toEqual(['t', 'r']);
  });
  test('a tag is taken whole', () => {
    expect(names({ tag: 'To do' })).toEqual(['r']);
    expect(names({ tag: 'To' })).toEqual([]);
    expect(names({ tag: 'ring', text: 'nine' })).toEqual([]);
  });
  test('tags are counted, the most used first', () =>
    expect(tagCounts([text, ring])).toEqual([
      ['ring', 2],
      ['To do', 1],
    ]));
});
