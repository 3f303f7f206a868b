import { expect, test } from 'vitest';
import { formatLanguage, parseLanguage } from './codec.ts';
import { contenderRefusals } from './menus.ts';
import { languagePresets, type LanguagePreset } from './presets.ts';

test.each(Object.entries(languagePresets as Record<string, LanguagePreset>))(
  '%s: its link gives it back, says something, and every contender runs',
  (_, { experiment, claim, paper }) => {
    const { experiment: read, refusals } = parseLanguage(formatLanguage(experiment));
    expect(refusals).toEqual([]);
    expect(read).toEqual(experiment);
    expect(claim.length).toBeGreaterThan(60);
    expect(paper.url).toMatch(/^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{4,5}$/);
    for (const c of experiment.contenders) expect(contenderRefusals(c, experiment)).toEqual([]);
  },
);
