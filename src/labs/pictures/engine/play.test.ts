import { expect, test } from 'vitest';
import { Pace } from './play.ts';

/** Pieces that one submit settles at when each takes so long, told by a clock. */
function settled(msEach: number, submits = 40): number {
  const pace = new Pace();
  let now = 0;
  for (let i = 0; i < submits; i++) {
    const { pieces } = pace;
    now += pieces * msEach;
    pace.finished(pieces, now);
  }
  return pace.pieces;
}

test('submits grow while they take less than 20 ms, and are never cut below one piece', () => {
  expect(settled(1)).toBe(32);
  expect(settled(0.1)).toBe(256);
  expect(settled(15)).toBe(2);
  expect(settled(500)).toBe(1);
  expect(settled(0)).toBe(4096);
});
test('they shrink again when the device slows down', () => {
  const pace = new Pace();
  let now = 0;
  const run = (msEach: number, submits: number) => {
    for (let i = 0; i < submits; i++) {
      const { pieces } = pace;
      now += pieces * msEach;
      pace.finished(pieces, now);
    }
  };
  run(1, 20);
  expect(pace.pieces).toBe(32);
  run(10, 1);
  expect(pace.pieces).toBe(16);
  run(10, 10);
  expect(pace.pieces).toBe(4);
});
test('the first submit, and one cut short by the end of a step, say nothing', () => {
  const pace = new Pace();
  pace.finished(1, 1000);
  expect(pace.pieces).toBe(1);
  pace.finished(1, 1001);
  expect(pace.pieces).toBe(2);
  pace.finished(1, 1002);
  expect(pace.pieces).toBe(2);
});
