import '../../../wrappers/index.ts';
import { expect, test } from 'vitest';
import { models } from '../../../models/index.ts';
import { parseExperiment } from './codec.ts';
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
  ['digits', '~tea', ['Not fitted yet: until then the contender runs untouched.']],
])('of %s %s', (model, text, said) => {
  const { experiment } = parseExperiment(`model=${model}&c=euler:karras:12:${text}`);
  expect(wrapRemarks(experiment.contenders[0]!, 0, experiment)).toEqual(said);
});
