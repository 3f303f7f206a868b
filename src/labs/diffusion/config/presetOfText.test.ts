import { expect, test } from 'vitest';
import type { Preset } from './firstPreset.ts';
import { presetOfText, type TextView } from './presetOfText.ts';
import { presets } from './presets.ts';

const carried = Object.entries(presets as Record<string, Preset>).flatMap(([id, p]): [string, TextView, string][] => {
  if (p.edit !== undefined) return [[id, 'edit', p.edit]];
  if (p.seek !== undefined) return [[id, 'seek', p.seek]];
  return p.rowed ? [[id, p.rowed.view, p.rowed.text]] : [];
});

test('entries are there for every view that a link carries text to', () =>
  expect(new Set(carried.map(([, view]) => view))).toEqual(
    new Set(['edit', 'seek', 'distil', 'sequences', 'discrete']),
  ));
test.each(carried)('%s: its claim stands in its view, and in no other', (id, view, text) => {
  const preset = presets[id as keyof typeof presets];
  expect(presetOfText(view, text)).toBe(preset);
  expect(presetOfText(view, `${text};fp:abc.123`)).toBe(preset);
  expect(presetOfText(view === 'edit' ? 'seek' : 'edit', text)).toBeNull();
  expect(presetOfText(view, `${text};seed:7`)).toBeNull();
});
test('nothing is nobody’s', () => expect(presetOfText('distil', '')).toBeNull());
