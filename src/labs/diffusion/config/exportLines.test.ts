import { expect, test } from 'vitest';
import { parseExperiment } from './codec.ts';
import { lookLine, modelLine, referenceLine, settingsLine, shownLine, shownSteps } from './exportLines.ts';

const read = (hash: string) => parseExperiment(hash).experiment;

test('what all contenders share, as far as the model has it', () => {
  expect(settingsLine(read('model=grid4&n=64&seed=3'))).toBe('64 samples · seed 3');
  expect(settingsLine(read('model=digits&n=16&w=1.5&class=7'))).toBe('16 samples · seed 0 · guidance 1.5 · class: 7');
  expect(settingsLine(read('model=grid4&n=64&class=1'))).toBe('64 samples · seed 0 · class: right');
  expect(settingsLine(read('model=digits&n=16'))).toMatch(/guidance 1 · class: every one in turn$/);
  expect(settingsLine(read('model=drawn&points=ABAA8AAEAAg&n=8'))).toBe('8 samples · seed 0 · 2 drawn points');
  expect(modelLine(read('model=moons&learned=1'))).toMatch(/, learned denoiser$/);
});

test('the reference by its method and steps', () => {
  expect(referenceLine(read('model=grid4'))).toBe(
    'Reference: Runge-Kutta 4 in log σ, 128 steps evenly in log σ, from the same noise.',
  );
  expect(referenceLine(read('model=digits'))).toContain('UniPC of order 3, 64 steps');
  expect(referenceLine(read('model=moons&learned=1'))).toContain('with the exact denoiser');
});

test('a scrubbed state says its step', () => {
  expect(shownLine(null, [12, 6])).toBe('');
  expect(shownLine(8 / 12, [12, 12])).toBe(
    'The pictures show step 8 of 12, not the end; the numbers are of the finished run.',
  );
  expect(shownLine(0.5, [12, 6, 12])).toMatch(/step 6 of 12 and 3 of 6, not the end/);
  expect(shownLine(0.5, [12, 6, 8])).toMatch(/step 6 of 12, 3 of 6 and 4 of 8, not/);
  expect(shownLine(0, [12])).toMatch(/step 0 of 12,/);
  expect(shownSteps(0.5, [12, 5])).toEqual([
    { step: 6, of: 12 },
    { step: 2, of: 5 },
  ]);
  expect(shownSteps(null, [12])).toEqual([{ step: 12, of: 12 }]);
});

test('differences, zoom and hidden contenders are said', () => {
  expect(lookLine({ difference: false, gain: 20, zoom: 1, hidden: [] })).toBe('');
  expect(lookLine({ difference: true, gain: 1, zoom: 1, hidden: [] })).toBe('Differences to the reference are shown.');
  expect(lookLine({ difference: true, gain: 20, zoom: 2.5, hidden: ['Heun', 'Euler'] })).toBe(
    'Differences to the reference are shown, enlarged 20 times. The pictures are zoomed in 2.5 times. Not drawn: Heun; Euler.',
  );
});
