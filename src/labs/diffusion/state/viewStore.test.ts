import { beforeEach, expect, test } from 'vitest';
import { newContender } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { experimentStore, reorderContender, undoable } from './experimentStore.ts';
import { forgetHidden, setView, toggleHidden, toggleSolo, viewStore } from './viewStore.ts';

const hidden = () => viewStore.getState().hidden;
beforeEach(() => setView({ hidden: [] }));

test('hiding and showing again', () => {
  toggleHidden(2);
  toggleHidden(0);
  expect(hidden()).toEqual([2, 0]);
  toggleHidden(2);
  expect(hidden()).toEqual([0]);
});
test('one alone, and all again', () => {
  toggleSolo(1, [0, 1, 2]);
  expect(hidden()).toEqual([0, 2]);
  toggleSolo(2, [0, 1, 2]);
  expect(hidden()).toEqual([0, 1]);
  toggleSolo(2, [0, 1, 2]);
  expect(hidden()).toEqual([]);
});
test('a colour that is freed is not hidden for whoever takes it next', () => {
  setView({ hidden: [0, 3] });
  forgetHidden([0, 1]);
  expect(hidden()).toEqual([0]);
});
test('contenders are taken to another place, with their colours', () => {
  const four = [1, 2, 3, 4].map((steps) => newContender('euler', steps));
  undoable.load({ ...defaultExperiment('ring8'), contenders: four });
  const now = () => {
    const { experiment, slots } = experimentStore.getState();
    return [experiment.contenders.map((c) => c.steps), slots];
  };
  reorderContender(0, 2);
  expect(now()).toEqual([
    [2, 3, 1, 4],
    [1, 2, 0, 3],
  ]);
  reorderContender(3, 0);
  expect(now()).toEqual([
    [4, 2, 3, 1],
    [3, 1, 2, 0],
  ]);
  const before = experimentStore.getState();
  reorderContender(1, 1);
  reorderContender(-1, 0);
  reorderContender(0, 4);
  expect(experimentStore.getState()).toBe(before);
});
