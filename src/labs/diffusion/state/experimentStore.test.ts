import { beforeEach, expect, test, vi } from 'vitest';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { newContender } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { MAX_CONTENDERS } from '../config/fields.ts';
import {
  addContender,
  duplicateContender,
  editShared,
  experimentStore,
  load,
  moveContender,
  onModel,
  redo,
  removeContender,
  setModel,
  setSampler,
  setSchedule,
  setSigmas,
  setSteps,
  undo,
} from './experimentStore.ts';
import { freeSlot } from '../../../frame/state/slots.ts';

const { getState, setState } = experimentStore;
const roundTrip = () => parseExperiment(formatExperiment(getState().experiment));
beforeEach(() => {
  vi.useFakeTimers();
  load(defaultExperiment());
  setState({ past: [], future: [] });
  vi.advanceTimersByTime(5000);
});

test('every contender keeps its colour when others come, go and move', () => {
  expect(getState().slots).toEqual([0, 1, 2, 3]);
  removeContender(1);
  expect(getState().slots).toEqual([0, 2, 3]);
  duplicateContender(0);
  expect(getState().slots).toEqual([0, 1, 2, 3]); // the free colour is worn again, by another contender
  moveContender(0, 1);
  expect(getState().slots).toEqual([1, 0, 2, 3]);
  expect(getState().experiment.contenders.length).toBe(4);
  expect(freeSlot([0, 1, 3])).toBe(2);
});

test('never more than the limit, never none', () => {
  for (let i = 0; i < 20; i++) addContender(newContender('euler', 5));
  expect(getState().slots.length).toBe(MAX_CONTENDERS);
  expect(new Set(getState().slots).size).toBe(MAX_CONTENDERS);
  for (let i = 0; i < 20; i++) removeContender(0);
  expect(getState().slots.length).toBe(1);
});

test('undo and redo, with one gesture as one edit', () => {
  const before = getState().experiment;
  editShared({ seed: 1 });
  editShared({ seed: 2 });
  vi.advanceTimersByTime(2000);
  editShared({ samples: 100 });
  undo();
  expect(getState().experiment).toMatchObject({ seed: 2, samples: before.samples });
  undo();
  expect(getState().experiment).toEqual(before);
  redo();
  redo();
  expect(getState().experiment).toMatchObject({ seed: 2, samples: 100 });
});

test('an edit drops the fingerprint of the opened link', () => {
  load(defaultExperiment(), 'record');
  expect(getState().fingerprint).toBe('record');
  editShared({ seed: 4 });
  expect(getState().fingerprint).toBeNull();
});

test('another model takes its own defaults and clamps what was chosen', () => {
  const far = { ...defaultExperiment('ring8'), learned: true, samples: 9000, label: -1 };
  const digits = onModel(far, 'digits');
  expect(digits.learned).toBe(false);
  expect(digits.samples).toBeLessThanOrEqual(1024);
  expect(onModel(defaultExperiment('ring8'), 'digits')).toMatchObject({
    samples: defaultExperiment('digits').samples,
    budgets: defaultExperiment('digits').budgets,
  });
  expect(onModel({ ...defaultExperiment('digits'), guidance: 3, label: 7 }, 'ring8')).toMatchObject({
    guidance: 1,
    label: -1,
  });
});

test('whatever is edited, the link says the same', () => {
  setModel('spiral');
  setSampler(0, 'heun');
  setSteps(1, 33);
  setSchedule(2, 'explicit');
  setSigmas(3, [20, 5, 1.25, 0.1, 0]);
  const { experiment, refusals } = roundTrip();
  expect(refusals).toEqual([]);
  expect(experiment).toEqual(getState().experiment);
});

test('an explicit list keeps its shape at another number of steps', () => {
  setSigmas(0, [20, 5, 1.25, 0]);
  setSteps(0, 6);
  const c = getState().experiment.contenders[0]!;
  expect(c.sigmas.length).toBe(7);
  expect(c.sigmas[0]).toBe(20);
  expect(c.sigmas.at(-1)).toBe(0);
  expect(c.sigmas.every((s, i) => i === 0 || s < c.sigmas[i - 1]!)).toBe(true);
});
