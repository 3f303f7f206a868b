import { expect, test } from 'vitest';
import { contenderNfe } from '../../../samplers/contenders/contender.ts';
import { formatPictures, parsePictures } from './codec.ts';
import { contenderNames } from './naming.ts';
import { picturesPresets, type PicturesPreset } from './presets.ts';

/** Of the noise table that the bundled model was trained on. */
const RANGE = { min: 0.0292, max: 14.6146 };

test.each(Object.entries(picturesPresets as Record<string, PicturesPreset>))(
  '%s: its link gives it back, says something, tells its contenders apart and is done soon',
  (_, { experiment, claim, paper }) => {
    const { experiment: read, refusals } = parsePictures(formatPictures(experiment));
    expect(refusals).toEqual([]);
    expect(read).toEqual(experiment);
    expect(claim.length).toBeGreaterThan(60);
    expect(paper.url).toMatch(/^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{4,5}$/);
    const { titles } = contenderNames(experiment.contenders);
    expect(titles.filter((t) => /\(\d+\)$/.test(t))).toEqual([]);
    // Passes of one picture, the reference aside: a software adapter makes some ten of them a second.
    const passes = experiment.contenders.map(
      (c) => contenderNfe(c, RANGE, c.steps) * (c.guidance === 1 ? 1 : 2) * experiment.count,
    );
    expect(passes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(800);
    for (const c of experiment.contenders) expect(c.guideAbove).toBeLessThan(RANGE.max);
  },
);

test('every preset has a title of its own', () => {
  const titles = Object.values(picturesPresets).map((p) => p.title);
  expect(new Set(titles).size).toBe(titles.length);
});
