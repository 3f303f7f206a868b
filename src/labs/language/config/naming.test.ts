import { expect, test } from 'vitest';
import { newContender, newLink } from './contenderText.ts';
import { languageNames } from './naming.ts';
import { languagePresets } from './presets.ts';

const heat = (temperature: number) => newLink('temperature', { temperature });
const k = newLink('top_k', { k: 40 });

test('algorithms, their parameters and stages, each only where it differs', () => {
  expect(languageNames([newContender('sampling', [heat(0.8)]), newContender('sampling', [heat(1.2)])])).toEqual({
    titles: ['Temperature 0.8', 'Temperature 1.2'],
    rests: ['Sampling', 'Sampling'],
  });
  expect(
    languageNames([newContender('greedy'), newContender('sampling', [heat(0.8), k]), newContender('sampling', [k])])
      .titles,
  ).toEqual(['Greedy', 'Sampling · Temperature 0.8 · Top-k 40', 'Sampling · Top-k 40']);
  expect(
    languageNames([newContender('beam', [], { beams: 2 }), newContender('beam', [], { beams: 5 })]).titles,
  ).toEqual(['Beams 2', 'Beams 5']);
  // A choice is called as its control calls it.
  expect(
    languageNames([newContender('multi_draft', [], { rule: 'k_seq' }), newContender('multi_draft')]).titles,
  ).toEqual(['Acceptance K-SEQ (SpecTr)', 'Acceptance Ordered or recursive, by place']);
});
test('a third parameter of a stage tells too, and so does the order of a chain', () => {
  const dry = (allowed: number) => newLink('dry', { allowed_length: allowed });
  const [a, b] = languageNames([newContender('sampling', [dry(2)]), newContender('sampling', [dry(5)])]).titles;
  expect(a).not.toBe(b);
  expect(b).toContain('5');
  expect(
    languageNames([newContender('sampling', [heat(0.8), k]), newContender('sampling', [k, heat(0.8)])]).titles,
  ).toEqual(['Temperature 0.8 → Top-k 40', 'Top-k 40 → Temperature 0.8']);
});
test('without anything of its own it is called by its algorithm; equals are numbered', () => {
  expect(languageNames([newContender('sampling'), newContender('sampling', [k])]).titles).toEqual([
    'Sampling',
    'Top-k 40',
  ]);
  expect(languageNames([newContender('greedy'), newContender('greedy')]).titles).toEqual(['Greedy (1)', 'Greedy (2)']);
});
test('no two contenders of the gallery look alike', () => {
  for (const { title, experiment } of Object.values(languagePresets)) {
    const { titles } = languageNames(experiment.contenders);
    expect(new Set(titles).size, title).toBe(titles.length);
  }
});
