import { describe, expect, test } from 'vitest';
import { newContender } from './contender.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { defaultExperiment } from './defaults.ts';
import {
  defaultSeek,
  newSeekRow,
  newVerifier,
  seekFrom,
  seekModels,
  seekOn,
  totalEvaluations,
  verifiersOf,
  type SeekSetup,
} from './seekSetup.ts';
import { formatSeek, parseSeek } from './seekText.ts';

const back = (s: SeekSetup) => parseSeek(formatSeek(s));

describe('a noise search as text', () => {
  test.each(seekModels)('%s at its defaults is its name alone', (model) => {
    expect(formatSeek(defaultSeek(model))).toBe(model);
    expect(parseSeek(model)).toEqual({ setup: defaultSeek(model), refusals: [] });
  });
  test('everything that can be set comes back', () => {
    const s: SeekSetup = {
      ...defaultSeek('unbalanced'),
      learned: true,
      samples: 40,
      seed: 7,
      seeds: 2,
      base: newContender('ddpm', 12, 'karras', { variance: 'fixed_large' }, { rho: 5 }),
      ...newVerifier('distance', { px: 2 }),
      budgets: [12, 300],
      rows: [newSeekRow('rbf', { rollover: false, starts: 3 }), newSeekRow('zero_order', { angle: 1 })],
    };
    expect(back(s)).toEqual({ setup: s, refusals: [] });
    expect(formatSeek(s)).toBe(
      'unbalanced;learned:1;n:40;seed:7;seeds:2;c:ddpm(variance=fixed_large):karras(rho=5):12;v:distance(px=2);b:12.300;m:rbf(starts=3,rollover=0);m:zero_order(angle=1)',
    );
    const digits = { ...defaultSeek('digits'), label: 3, guidance: 2, ...newVerifier('ink') };
    expect(back(digits)).toEqual({ setup: digits, refusals: [] });
  });
  test('a link has it beside its experiment', () => {
    const text = 'unbalanced;v:distance(px=2);m:random';
    const hash = formatExperiment(defaultExperiment('unbalanced'), null, undefined, null, null, text);
    expect(hash).toBe(`model=unbalanced&seek=${text}`);
    expect(parseExperiment(`#${hash}`)).toMatchObject({ seek: text, refusals: [] });
  });
});

describe('what cannot be read is refused in words, and the rest stays', () => {
  test.each([
    ['nowhere', 'there is no such model'],
    ['unbalanced;n:0', 'a whole number from 1 to 4096'],
    ['unbalanced;learned:yes', 'must be 1 or 0'],
    ['digits;learned:1', 'has no trained twin'],
    ['unbalanced;learned:1;class:0', 'knows no classes'],
    ['unbalanced;c:dpm_adaptive:karras:5', 'chooses its own steps'],
    ['unbalanced;c:euler:explicit(9_1)', 'do not end at 0'],
    ['unbalanced;c:paradigms:karras:9', 'decides as it goes'],
    ['unbalanced;at:65', 'a whole number from 1 to 64'],
    ['unbalanced;c:nobody:karras:9', 'nobody'],
    ['unbalanced;v:class', 'log_p, distance, ink'],
    ['unbalanced;v:distance(px=99)', 'a number from -10 to 10'],
    ['unbalanced;v:distance(pz=1)', "no parameter 'pz'"],
    ['unbalanced;b:80.20', 'rising whole numbers'],
    ['unbalanced;b:1.2.3.4.5.6.7.8.9', 'at most 8'],
    ['unbalanced;m:steps', 'random, zero_order'],
    ['unbalanced;m:__proto__', 'random, zero_order'],
    ['unbalanced;m:rbf(rollover=2)', 'not one of the choices'],
    ['unbalanced;hello', "'hello' means nothing here"],
    [`unbalanced${';m:random'.repeat(7)}`, 'at most 6'],
  ])('%s', (text, because) => {
    const { setup, refusals } = parseSeek(text);
    expect(refusals).toHaveLength(1);
    expect(`${refusals[0]!.because} ${refusals[0]!.value}`).toContain(because);
    expect(back(setup)).toEqual({ setup, refusals: [] });
  });
  test('any text gives a setup', () => {
    let state = 1;
    const next = (n: number) => ((state = (state * 48271) % 2147483647), state % n);
    const pieces = [
      'unbalanced',
      'digits',
      ';',
      ':',
      'm',
      'rbf',
      '(',
      ')',
      '=',
      ',',
      'c',
      'euler',
      '9',
      '.',
      'v',
      'b',
      '%',
      '\u0000',
      'learned',
    ];
    for (let k = 0; k < 3000; k++) {
      const text = Array.from({ length: next(25) }, () => pieces[next(pieces.length)]!).join('');
      const { setup } = parseSeek(text);
      expect(back(setup), text).toEqual({ setup, refusals: [] });
    }
  });
});

test('another model keeps what means something there', () => {
  const s = { ...defaultSeek('unbalanced'), seed: 9, samples: 50, ...newVerifier('distance') };
  expect(seekOn(s, 'grid4')).toMatchObject({ seed: 9, samples: 50, verifier: 'distance' });
  expect(seekOn(s, 'digits')).toEqual({ ...defaultSeek('digits'), seed: 9 });
  expect(verifiersOf('digits')).not.toContain('distance');
});

test('a search begins with the contender that one came from, at multiples of its evaluations; else with the usual one', () => {
  const heun = newContender('heun', 8);
  expect(seekFrom('grid4', heun)).toMatchObject({ model: 'grid4', base: heun, budgets: [15, 30, 60, 120, 240] });
  expect(parseSeek(formatSeek(seekFrom('grid4', heun)))).toEqual({ setup: seekFrom('grid4', heun), refusals: [] });
  expect(seekFrom('grid4', newContender('euler', 900)).budgets).toEqual([900, 1800]);
  const { base } = defaultSeek('grid4');
  expect(seekFrom('grid4', newContender('dpm_adaptive', 8)).base).toEqual(base);
  expect(seekFrom('grid4', newContender('heun', 1000 + 1)).base).toEqual(base); // more than any budget
});

test('what it will cost is said beforehand', () => {
  const s = { ...defaultSeek('unbalanced'), samples: 10, seeds: 2, budgets: [10, 30], rows: [newSeekRow('random')] };
  expect(totalEvaluations(s)).toBe(10 * 2 * 2 * 40);
});
