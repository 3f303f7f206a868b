import { expect, test } from 'vitest';
import { normals } from '../../math/normal.ts';
import {
  compareFingerprint,
  formatFingerprint,
  printedSteps,
  projectState,
  TOLERANCE,
  type StepPrint,
} from './fingerprint.ts';

const run = (shift = 0): StepPrint[] =>
  printedSteps(12, 'point').map((step) => ({
    step,
    sigma: 12 - step,
    value: projectState(normals(step, 0, 512, 2).map((v) => (13 - step) * v + shift)),
  }));

test('a replay within rounding is reproduced, and the largest difference is told', () => {
  const text = formatFingerprint([run(), run()]);
  expect(text).toMatch(/^1(\.[\w-]{48}){2}$/);
  const same = compareFingerprint(text, [run(), run()]);
  expect(same.verdict).toBe('reproduced');
  if (same.verdict === 'reproduced') expect(same.largest).toBeLessThan(1e-3);
});

test('a changed step is named', () => {
  const other = run().map((p) => (p.step >= 5 ? { ...p, value: p.value + 0.5 } : p));
  expect(compareFingerprint(formatFingerprint([run(), run()]), [run(), other])).toMatchObject({
    verdict: 'differs',
    contender: 1,
    step: 5,
  });
  expect(compareFingerprint(formatFingerprint([run()]), [run().map((p) => ({ ...p, value: NaN }))])).toMatchObject({
    verdict: 'differs',
    step: 1,
  });
});

test('independent changes of size d move the projection by about d', () => {
  // 200 projections of N(0, d²) vectors: their standard deviation is d within 5/√400 = 25 % at five standard errors.
  const d = 0.01;
  const moved = Array.from({ length: 200 }, (_, seed) => projectState(normals(seed, 3, 500, 2)) * d);
  const sd = Math.sqrt(moved.reduce((a, v) => a + v * v, 0) / moved.length);
  expect(sd).toBeGreaterThan(0.75 * d);
  expect(sd).toBeLessThan(1.25 * d);
  expect(sd).toBeGreaterThan(TOLERANCE);
});

test('junk and other experiments are unreadable, in words', () => {
  for (const text of ['', '2.AAAA', '1', '1.AAAA', `1.${'!'.repeat(48)}`, `1.${'A'.repeat(48)}.AA`]) {
    const verdict = compareFingerprint(text, [run()]);
    expect(verdict.verdict, text).toBe('unreadable');
  }
});

test('printed steps end with the last, rise, and are few', () => {
  for (const steps of [1, 2, 3, 23, 24, 25, 1000]) {
    for (const kind of ['point', 'image'] as const) {
      const list = printedSteps(steps, kind);
      expect(list.at(-1)).toBe(steps);
      expect(list.length).toBe(Math.min(steps, kind === 'point' ? 24 : 8));
      expect(list.every((s, i) => s >= 1 && (i === 0 || s > list[i - 1]!))).toBe(true);
    }
  }
});
