import { describe, expect, test } from 'vitest';
import type { RowedRecord } from '../../worker/protocol.ts';
import { frameFor, outOfView, stepsSeen } from './frame.ts';

const cost = { nfe: 0, passes: 0, depth: 0, wallMs: 0 };
const points = (...data: number[]) => ({ kind: 'points', data: Float32Array.from(data) }) as const;
const record = (at: number, ...data: number[]): RowedRecord => ({
  ...{ kind: 'record', row: 0, at, picture: points(...data), figures: {}, shares: null, cost },
});
const row = (...records: RowedRecord[]) => ({ records });

describe('the frame of particles', () => {
  test('is the model’s own while they are in it, and in any case without pictures', () => {
    expect(frameFor([row(record(0, 1, -3)), row()], 3)).toBe(3);
    expect(frameFor([row(record(0, 9, 9), record(5, 0, 0))], 3)).toBe(3);
  });
  test('widens for the row that is farthest out, in halves, to twice at most', () => {
    expect(frameFor([row(record(0, 0, 0)), row(record(0, 3.9, -3.9))], 3)).toBe(4.5);
    expect(frameFor([row(record(0, 3.9, -3.9)), row(record(0, 0, 0))], 3)).toBe(4.5);
    expect(frameFor([row(record(0, 0, 4.6))], 3)).toBe(6);
    expect(frameFor([row(record(0, -50, 0))], 3)).toBe(6);
  });
  test('one in twenty is a stray, and is counted instead', () => {
    const inside = Array.from({ length: 19 }, () => [0.5, 0.5]).flat();
    expect(frameFor([row(record(0, ...inside, 5, 5))], 3)).toBe(3);
    expect(frameFor([row(record(0, ...inside, 5, 5, 5, 5))], 3)).toBe(6);
    expect(outOfView(points(...inside, 5, 0, 0, -3.1, NaN, 0, 3, 3), 3)).toBe(3);
  });
  test('pictures have nothing outside', () => expect(outOfView(null, 3)).toBe(0));
});

test('the slider stands where a row was looked at, and nowhere else', () =>
  expect(stepsSeen([row(record(0), record(17), record(33)), row(record(0), record(20)), row()])).toEqual([
    0, 17, 20, 33,
  ]));
