import { afterEach, expect, test } from 'vitest';
import { frameAt, frames, shownFrame, withFrame, type StepFrame } from './frames.ts';
import { REFERENCE } from '../../../frame/state/slots.ts';

const at = (step: number, floats = 2): StepFrame => ({
  step,
  sigma: 10 - step,
  frame: { kind: 'points', data: new Float32Array(floats).fill(step) },
});
afterEach(() => frames.clear());

test('frames stay sorted, and a step that comes twice replaces itself', () => {
  const list = [at(0), at(2), at(1), at(2)].reduce<readonly StepFrame[]>((l, f) => withFrame(l, f), []);
  expect(list.map((f) => f.step)).toEqual([0, 1, 2]);
});

test('a track that grows too large keeps its first and last picture', () => {
  for (const room of [7, 8]) {
    let list: readonly StepFrame[] = [];
    for (let i = 0; i <= 20; i++) {
      list = withFrame(list, at(i), 8 * room);
      expect(list.length).toBeLessThanOrEqual(room);
      expect(list[0]!.step).toBe(0);
      expect(list.at(-1)!.step).toBe(i);
    }
  }
});

test('the scrubber shows the picture at or before its place, in proportion to the steps', () => {
  for (let i = 0; i <= 6; i++) frames.push(1, 0, 6, at(i));
  const track = frames.get(0);
  expect(shownFrame(track, null)!.step).toBe(6);
  expect(shownFrame(track, 0)!.step).toBe(0);
  expect(shownFrame(track, 7 / 12)!.step).toBe(3); // 7 of 12 cheap steps cost as much as 3 of 6 dear ones
  expect(shownFrame(track, 0.5)!.step).toBe(3);
  expect(frameAt(track, 99)!.step).toBe(6);
  expect(shownFrame(undefined, null)).toBeUndefined();
});

test('the first picture of a newer run replaces the older track, and late differences of the older run are ignored', () => {
  frames.push(1, 0, 6, at(6));
  frames.push(2, 0, 8, at(0));
  frames.setDifference(1, 0, at(6).frame);
  expect(frames.get(0)).toMatchObject({ run: 2, steps: 8, difference: null });
  expect(frames.get(0)!.frames.length).toBe(1);
});

test('dropped contenders lose their pictures, the reference keeps its own', () => {
  frames.push(1, 0, 6, at(6));
  frames.push(1, 3, 6, at(6));
  frames.push(1, REFERENCE, 64, at(64));
  frames.keep([3]);
  expect(frames.get(0)).toBeUndefined();
  expect(frames.get(3)).toBeDefined();
  expect(frames.reference()).toBeDefined();
});
