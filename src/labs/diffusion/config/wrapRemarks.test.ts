import '../../../wrappers/index.ts';
import { expect, test } from 'vitest';
import { models } from '../../../models/index.ts';
import { parseExperiment } from './codec.ts';
import { contenderNames, namesWith } from '../../../samplers/contenders/naming.ts';
import type { Contender } from './experiment.ts';
import { idleParts } from './wrapIdle.ts';
import { wrapRemarks } from './wrapRemarks.ts';

test.each([
  ['digits', '~strips(workers=7)', []],
  [
    'digits',
    '~strips(workers=9)',
    [`${models.digits.title} has 7 rows of tokens: they make 7 strips of one row, and no more.`],
  ],
  ['avatars', '~strips(workers=8)', []],
  [
    'grid4',
    '~strips',
    [`${models.grid4.title} has no blocks to leave out: the contender runs untouched. Choose a transformer.`],
  ],
  ['digits_exact', '~bottleneck', []],
  [
    'digits',
    '~bottleneck',
    [`${models.digits.title} answers at one size alone: the contender runs untouched. Choose the exact digits.`],
  ],
  [
    'digits',
    '~tea',
    ['Not fitted yet: until then the contender runs untouched. The button above fits it to this model.'],
  ],
])('of %s %s', (model, text, said) => {
  const { experiment } = parseExperiment(`model=${model}&c=euler:karras:12:${text}`);
  expect(wrapRemarks(experiment.contenders[0]!, 0, experiment)).toEqual(said);
});

test('no result of a plain run is named as a wrapper’s', () => {
  const of = (model: string, ...wraps: string[]) =>
    parseExperiment(`model=${model}${wraps.map((w) => `&c=euler:karras:12${w}`).join('')}`).experiment;
  expect(contenderNames(of('digits', '', ':~core2', ':~tea').contenders).titles).toEqual([
    'Euler (= DDIM)',
    'CoRe², not fitted',
    'TeaCache-like, not fitted',
  ]);
  const { model, contenders } = of('digits', '', ':~bottleneck', ':~strips');
  const { contenderNames: here } = namesWith<Contender>(idleParts(model));
  expect(here(contenders).titles).toEqual([
    'Euler (= DDIM)',
    'half the size from σ 10 to 1 · runs untouched here',
    '2 strips, neighbours a step old',
  ]);
  const exact = of('digits_exact', ':~bottleneck');
  const names = namesWith<Contender>(idleParts(exact.model)).contenderNames(exact.contenders);
  // One alone is called by what alters its run.
  expect(names.titles).toEqual(['Euler (= DDIM) · half the size from σ 10 to 1']);
});
