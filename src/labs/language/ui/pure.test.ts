// The language page's own arithmetic: tokens and figures as text, tints, drops, lines.
import { expect, test } from 'vitest';
import { shownToken } from '../state/fakeEvents.ts';
import { alongText, sweepRows, sweptMetrics } from './charts/series.ts';
import { dropIndex } from './contenders/drag.ts';
import {
  acceptance,
  decodeSpeed,
  percent,
  prefillSpeed,
  quoted,
  running,
  tintClass,
  TINTS,
  tokenFacts,
  tokensPerPass,
} from './text.ts';
import { bytes } from '../../../frame/ui/format.ts';

test('what cannot be seen of a token is made visible', () => {
  expect([' the', 'a b', '\n\n', '', 'end '].map(quoted)).toEqual(['“␣the”', '“a b”', '“↵↵”', '“∅”', '“end␣”']);
  expect(running('\n')).toBe('↵\n');
  // What turns a line round, hides or rings is named, and a family of emoji keeps its joiners.
  expect(['\u202eabc', 'a\u0000', '👩‍👩‍👧', 'د'].map(running)).toEqual(['⟨U+202E⟩abc', 'a⟨U+0000⟩', '👩‍👩‍👧', 'د']);
  expect(quoted('\u0016')).toBe('“⟨U+0016⟩”');
});

test('shares and sizes', () => {
  expect([1, 0.9999, 0.5, 0.0123, 0.00001, 0].map(percent)).toEqual([
    '100.0 %',
    '> 99.9 %',
    '50.0 %',
    '1.2 %',
    '1·10⁻⁵',
    '0',
  ]);
  expect([900, 2e5, 3e8, 2.5e9].map(bytes)).toEqual(['900 B', '200 kB', '300 MB', '2.50 GB']);
});

test('a tint has a step for every bit and a half, and an end', () => {
  const at = (bits: number) => tintClass('surprisal', shownToken(1, 'x', { logProbability: -bits * Math.LN2 }).record);
  expect([0, 1.4, 1.6, 9.1, 99].map(at)).toEqual(['t0', 't0', 't1', 't6', `t${TINTS}`]);
  expect(tintClass('origin', shownToken(1, 'x', { by: 'bonus' }).record)).toBe('by-bonus');
  expect(tintClass('none', shownToken(1).record)).toBe('');
  expect(
    tokenFacts(
      shownToken(1, ' a', {
        logProbability: Math.log(0.25),
        drawnLogProbability: Math.log(0.5),
        rank: 2,
        by: 'drafted',
      }),
    ),
  ).toBe('“␣a” 25.0 %, 50.0 % when drawn · rank 3 · 2.0 bits · drafted and accepted');
});

test('figures that do not apply are none', () => {
  const cost = {
    promptTokens: 10,
    prefillMs: 20,
    firstTokenMs: 30,
    decodeMs: 500,
    tokens: 51,
    fromPrompt: 1,
    passes: 25,
    rows: 25,
    draftPasses: 0,
    proposed: 0,
    accepted: 0,
    dispatchesPerToken: 51,
  };
  expect([prefillSpeed(cost), decodeSpeed(cost), tokensPerPass(cost), acceptance(cost)]).toEqual([500, 100, 2, null]);
  expect(prefillSpeed({ ...cost, prefillMs: 0 })).toBeNull();
  expect(acceptance({ ...cost, proposed: 8, accepted: 6 })).toBe(0.75);
  // A text of one token, the prompt's own: nothing was decoded.
  expect(decodeSpeed({ ...cost, tokens: 1 })).toBeNull();
});

test('a pill lands where the pointer is, or nearest to it in its line', () => {
  const boxes = [
    [0, 50, 0, 20],
    [54, 120, 0, 20],
    [0, 80, 24, 44],
  ].map(([left, right, top, bottom]) => ({ left: left!, right: right!, top: top!, bottom: bottom! }));
  expect([
    dropIndex(boxes, 10, 10),
    dropIndex(boxes, 60, 5),
    dropIndex(boxes, 500, 10),
    dropIndex(boxes, 300, 40),
    dropIndex(boxes, -20, 400),
  ]).toEqual([0, 1, 1, 2, 2]);
});

test('lines along the text are means of the places around, and end with their text', () => {
  const token = (bits: number) => shownToken(1, 'x', { entropy: bits });
  const rows = alongText(
    [
      { slot: 0, tokens: [1, 2, 6].map(token) },
      { slot: 3, tokens: [token(5)] },
    ],
    (t) => t.record.entropy,
    3,
  );
  expect(rows).toEqual([
    { x: 1, s0: 1.5, s3: 5 },
    { x: 2, s0: 3 },
    { x: 3, s0: 4 },
  ]);
});

test('a sweep is a row per value, rising, without what was not measured', () => {
  const point = (slot: number, value: number, metrics: Record<string, number>) => ({
    slot,
    axis: 'temperature' as const,
    value,
    metrics,
    cost: { tokens: 1, ms: 1 },
  });
  const points = [point(1, 0.8, { a: 2 }), point(0, 0.4, { a: 1, b: NaN }), point(0, 0.8, { a: 3 })];
  expect(sweptMetrics(points)).toEqual(['a', 'b']);
  expect(sweepRows(points, 'a')).toEqual([
    { x: 0.4, s0: 1 },
    { x: 0.8, s1: 2, s0: 3 },
  ]);
  expect(sweepRows(points, 'b')).toEqual([{ x: 0.4 }, { x: 0.8 }]);
});
