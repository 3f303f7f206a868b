import { expect, test } from 'vitest';
import { contenderNames } from '../../../samplers/contenders/naming.ts';
import { parseExperiment } from './codec.ts';
import { guidanceRemarks } from './guidance.ts';

const remarks = (link: string) => {
  const { experiment } = parseExperiment(link);
  return guidanceRemarks(experiment.contenders[0]!, experiment);
};

test.each([
  ['model=grid4&class=1&c=euler:karras:10:cfg(w=3)', []],
  ['model=grid4&class=1&c=euler:karras:10:autoguidance', []],
  ['model=digits&c=euler:karras:10:cfg(w=3)', []],
  ['model=digits&c=euler:karras:10', []],
  ['model=moons&c=euler:karras:10:cfg', ['Two moons has no classes: there is nothing to guide towards.']],
  ['model=grid4&c=euler:karras:10:apg', ['Choose a class above: without one there is nothing to guide towards.']],
  [
    'model=grid4&learned=1&c=euler:karras:10:apg',
    ['The trained network of this target knows no classes: there is nothing to guide towards.'],
  ],
  ['model=moons&c=euler:karras:10:autoguidance', ['Two moons has no weaker model: this contender is left out.']],
  [
    'model=grid4&class=0&c=euler:karras:10:perp_neg(avoid=2)',
    ['There is no class 2 to avoid: the classes are 0 to 1. This contender is left out.'],
  ],
  [
    'model=grid4&class=0&c=euler:karras:10:dynamic_thresholding',
    ['CFG, dynamic thresholding looks at the numbers of an image; a point has two.'],
  ],
  [
    'model=grid4&c=euler_cfg_pp:karras:10',
    ['Euler CFG++ is for guided models. Choose a class above: without one there is nothing to guide towards.'],
  ],
])('%s', (link, want) => expect(remarks(link)).toEqual(want));

test('a weaker network is named for what it is', () => {
  expect(remarks('model=digits&c=euler:karras:10:autoguidance')).toEqual([
    'Its weaker network is smaller and was trained for a fraction of the time.',
  ]);
});

test('names say the method, its weight, and what of it is unusual', () => {
  const { experiment } = parseExperiment(
    'model=digits&c=euler:karras:10:cfg(w=3)&c=euler:karras:10:cfg(w=5)&c=euler:karras:10:apg(w=3,eta=0.5)&c=euler:karras:10',
  );
  const { titles, common } = contenderNames(experiment.contenders);
  expect(titles).toEqual(['CFG · w 3', 'CFG · w 5', 'APG · w 3', 'Euler (= DDIM)']);
  expect(common).toBe('Euler (= DDIM) · Karras · 10 steps');
});
