import { expect, test } from 'vitest';
import { modelIds, models } from '../../../models/index.ts';
import { parseExperiment } from './codec.ts';
import { contenderSigmas } from './contender.ts';
import { presets, type Preset } from './presets.ts';
import { levelRemarks } from '../../../samplers/contenders/remarks.ts';

const range = { min: 0.02, max: 20 };
const beginnings = (sigmas: readonly number[]) => levelRemarks(sigmas, range).map((r) => r.split(',')[0]);

test('a start far from the top and an end above 0 are said, with their numbers', () => {
  expect(beginnings([20, 1, 0])).toEqual([]);
  expect(beginnings([10, 1, 0])).toEqual([]);
  expect(beginnings([9.99, 1, 0])).toEqual(['Starts at σ 9.99']);
  expect(beginnings([40, 1, 0])).toEqual([]);
  expect(beginnings([157.40728, 1, 0])).toEqual(['Starts at σ 157.4']);
  expect(beginnings([20, 0.5])).toEqual(['Ends at σ 0.5']);
  expect(levelRemarks([5, 0.03], range)).toEqual([
    'Starts at σ 5, far below this model’s top of 20: there pure noise is not yet what noised data look like, and the samples are off from the start.',
    'Ends at σ 0.03, not at 0: that much noise stays in the samples.',
  ]);
  expect(levelRemarks([157.4, 0], range)[0]).toMatch(/far above this model’s top of 20: /);
});

test('no contender of a first view or of the gallery needs a remark', () => {
  const all = [
    ...modelIds.map((id) => parseExperiment(`model=${id}`).experiment),
    ...Object.values<Preset>(presets).map((p) => p.experiment),
  ];
  for (const e of all)
    for (const c of e.contenders)
      expect(levelRemarks(contenderSigmas(c, e.model), models[e.model].range), c.schedule).toEqual([]);
});

test.each([
  ['model=digits&c=euler:uniform:10', 'Starts at σ 14.61'],
  ['model=digits&c=euler:ays:10', 'Starts at σ 14.61'],
  ['c=euler:uniform(table=ddpm):10', 'Starts at σ 157.4'],
  ['c=euler:uniform(spacing=leading):2', 'Starts at σ 1.624'],
])('%s', (hash, want) => {
  const { contenders, model } = parseExperiment(hash).experiment;
  expect(levelRemarks(contenderSigmas(contenders[0]!, model), models[model].range).map((r) => r.split(',')[0])).toEqual(
    [want],
  );
});
