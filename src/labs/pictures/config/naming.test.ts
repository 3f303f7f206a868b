import { describe, expect, test } from 'vitest';
import { newPictureContender } from './contender.ts';
import { defaultContenders } from './defaults.ts';
import { DEFAULT_SOURCE } from './model.ts';
import { contenderNames, contenderTitle, contenderTitles } from './naming.ts';

const euler = (guidance: number, more: object = {}) => ({ ...newPictureContender('euler', 8, guidance), ...more });

describe('names of contenders that are shown together', () => {
  test('the usual four are told by sampler and schedule; steps and guidance are said once', () => {
    expect(contenderNames(defaultContenders(DEFAULT_SOURCE))).toEqual({
      titles: ['DPM-Solver++(2M) · Karras', 'UniPC · Karras', 'Euler (= DDIM) · Karras', 'DDIM · Uniform in time'],
      lines: ['DPM-Solver++(2M) · Karras', 'UniPC · Karras', 'Euler (= DDIM) · Karras', 'DDIM · Uniform in time'],
      rests: ['guidance 3', 'guidance 3', 'guidance 3', 'guidance 3'],
      common: 'guidance 3 · 12 steps',
    });
  });
  test('several weights, and a rescale that one alone has', () => {
    expect(contenderNames([euler(1), euler(7.5)]).titles).toEqual(['guidance 1', 'guidance 7.5']);
    expect(contenderNames([euler(1), euler(7.5)]).common).toBe('Euler (= DDIM) · Karras · 8 steps');
    expect(contenderNames([euler(7.5), euler(7.5, { rescale: 0.7 })]).titles).toEqual(['rescale φ 0', 'rescale φ 0.7']);
    expect(contenderNames([euler(3, { rescale: 0.7 }), euler(5, { rescale: 0.7 })])).toMatchObject({
      titles: ['guidance 3', 'guidance 5'],
      common: 'Euler (= DDIM) · Karras · rescale φ 0.7 · 8 steps',
    });
  });
  test('the interval in which guidance acts', () => {
    const some = [
      euler(5),
      euler(5, { guideAbove: 0.3 }),
      euler(5, { guideUpTo: 5 }),
      euler(5, { guideAbove: 0.3, guideUpTo: 5 }),
    ];
    expect(contenderNames(some).titles).toEqual([
      'guided at every σ',
      'guided above σ 0.3',
      'guided up to σ 5',
      'guided at σ 0.3…5',
    ]);
    expect(contenderNames([some[3]!, some[3]!]).rests).toEqual([
      'Karras · guidance 5 · guided at σ 0.3…5',
      'Karras · guidance 5 · guided at σ 0.3…5',
    ]);
  });
});

test('by itself a contender says its guidance whatever it is; equals are numbered', () => {
  expect(contenderTitle(euler(3))).toBe('Euler (= DDIM) · Karras · guidance 3 · 8 steps');
  expect(contenderTitle(euler(1, { rescale: 0.25, guideUpTo: 2 }))).toBe(
    'Euler (= DDIM) · Karras · guidance 1 · rescale φ 0.25 · guided up to σ 2 · 8 steps',
  );
  expect(contenderTitles([euler(3), euler(3)])).toEqual([
    'Euler (= DDIM) · Karras · guidance 3 · 8 steps (1)',
    'Euler (= DDIM) · Karras · guidance 3 · 8 steps (2)',
  ]);
});
