import { expect, test } from 'vitest';
import { randomModel, runSync, tinyRequest } from '../testing.ts';
import { beam } from './beam.ts';
import { diverseBeam } from './diverseBeam.ts';
import { table } from './watching.ts';

const rest = { length_penalty: 1, early: 'never' } as const;

test('one group is beam search', () => {
  for (let seed = 0; seed < 12; seed++) {
    const request = tinyRequest({ vocab: 6, maxTokens: 6, samples: 3, endTokens: [5], prompt: [seed % 6] });
    const target = randomModel({ vocab: 6, seed });
    const plain = runSync(beam, request, { target }, { beams: 4, ...rest });
    expect(
      runSync(diverseBeam, request, { target }, { beams: 4, num_beam_groups: 1, diversity_penalty: 3, ...rest }),
    ).toEqual(plain);
  }
});

test('without a penalty every group finds what one of its size finds', () => {
  const request = tinyRequest({ vocab: 6, maxTokens: 5, samples: 4 });
  const target = randomModel({ vocab: 6, seed: 3 });
  const { samples } = runSync(
    diverseBeam,
    request,
    { target },
    { beams: 4, num_beam_groups: 2, diversity_penalty: 0, ...rest },
  );
  const two = runSync(beam, { ...request, samples: 2 }, { target }, { beams: 2, ...rest }).samples.map((s) => s.tokens);
  expect(samples.map((s) => s.tokens)).toEqual([two[0], two[0], two[1], two[1]]);
});

test('by hand: the second group leaves what the first took when that costs more than it is worth', () => {
  const target = table({ '*': [0.5, 0.3, 0.2] });
  const request = tinyRequest({ vocab: 3, maxTokens: 2, samples: 2 });
  const run = (diversity_penalty: number) =>
    runSync(diverseBeam, request, { target }, { beams: 2, num_beam_groups: 2, diversity_penalty, ...rest }).samples;
  const text = (penalty: number) => run(penalty).map((s) => s.tokens.join(''));
  // ln 0.5 − ln 0.3 = 0.511.
  expect(text(0.5)).toEqual(['00', '00']);
  expect(text(0.52)).toEqual(['00', '11']);
  const [first, second] = run(0.5);
  expect(first!.score).toBeCloseTo(Math.log(0.5), 6);
  expect(second!.score).toBeCloseTo(Math.log(0.5) - 0.5, 6);
});

test('three groups pay for each beam before them', () => {
  const target = table({ '*': [0.5, 0.3, 0.2] });
  const request = tinyRequest({ vocab: 3, maxTokens: 1, samples: 3 });
  const firsts = (diversity_penalty: number) =>
    runSync(diverseBeam, request, { target }, { beams: 3, num_beam_groups: 3, diversity_penalty, ...rest })
      .samples.map((x) => x.tokens[0])
      .sort();
  // Third: ln 0.5 − 0.6, ln 0.3 − 0.6, ln 0.2: −1.29, −1.80, −1.61.
  expect(firsts(0.6)).toEqual([0, 0, 1]);
  // Two took 0 before the third: ln 0.5 − 2 · 0.3 and ln 0.3: −1.29, −1.20.
  expect(firsts(0.3)).toEqual([0, 0, 1]);
  expect(firsts(0.2)).toEqual([0, 0, 0]);
});
