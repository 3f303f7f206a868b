import { beforeEach, expect, test } from 'vitest';
import type { Verified } from '../../engine/tuning/verified.ts';
import { labStore } from './labStore.ts';
import { readVerdicts, verdicts, verifyHere } from './verdicts.ts';
import { createStore } from 'zustand/vanilla';
import type { DeviceReport } from '../../engine/worker/protocol.ts';
import { startingDevice, type DeviceState } from './deviceStore.ts';
import { answersVerified } from './verified.ts';

const ready = (backend: 'webgpu' | 'cpu'): DeviceState => ({
  phase: 'ready',
  report: { backend } as DeviceReport,
  reason: '',
});
const device = createStore<DeviceState>(() => ready('webgpu'));

const found = (...ids: string[]): Verified => ({
  adapter: 'a',
  name: 'A',
  appVersion: '1',
  samplers: Object.fromEntries(
    ids.map((id) => [id, { pass: true, cases: 1, error: 0, allowed: 1, fault: '', at: '2026-11-30' }]),
  ),
});
const settled = () => new Promise((done) => setTimeout(done));
beforeEach(async () => {
  labStore.setState({ lab: 'test' });
  device.setState(ready('webgpu'), true);
  // Whoever listens from the test before has asked.
  await settled();
  verdicts.setState({ known: undefined, checking: [], trouble: '' });
});

test('samplers are checked one after the other, each once, and the verdicts come as they are found', async () => {
  const asked: (string | null)[] = [];
  let most = 0;
  let now = 0;
  answersVerified('test', device, async ({ check }) => {
    asked.push(check);
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    return found(...asked.filter((id) => id !== null));
  });
  const first = verifyHere(['euler', 'heun']);
  const second = verifyHere(['heun', 'rk4']);
  expect(verdicts.getState().checking).toEqual(['euler', 'heun', 'rk4']);
  await Promise.all([first, second]);
  expect(asked).toEqual(['euler', 'heun', 'rk4']);
  expect(most).toBe(1);
  expect(Object.keys(verdicts.getState().known!.samplers)).toEqual(['euler', 'heun', 'rk4']);
  expect(verdicts.getState().checking).toEqual([]);
});

test('a check that fails to run says why, and the next is run', async () => {
  answersVerified('test', device, ({ check }) =>
    check === 'euler' ? Promise.reject(new Error('The GPU was lost.')) : Promise.resolve(found('heun')),
  );
  await verifyHere(['euler', 'heun']);
  expect(verdicts.getState()).toMatchObject({ trouble: 'The GPU was lost.', checking: [], known: found('heun') });
});

test('without a GPU, or a lab that has samplers, nothing is known', async () => {
  answersVerified('test', device, () => Promise.reject(new Error('There is no GPU to ask.')));
  device.setState(ready('cpu'), true);
  await readVerdicts();
  expect(verdicts.getState().known).toBeNull();
  labStore.setState({ lab: 'language' });
  await readVerdicts();
  expect(verdicts.getState().known).toBeNull();
});

test('asked before the device is there nothing is said; when it comes, or is another, it is asked again', async () => {
  answersVerified('test', device, () => Promise.resolve(found('euler')));
  device.setState(startingDevice, true);
  await readVerdicts();
  expect(verdicts.getState().known).toBeUndefined();
  device.setState(ready('webgpu'), true);
  await settled();
  expect(verdicts.getState().known).toEqual(found('euler'));
  device.setState({ phase: 'lost' });
  await settled();
  expect(verdicts.getState().known).toBeUndefined();
  device.setState(ready('cpu'), true);
  await settled();
  expect(verdicts.getState().known).toBeNull();
});

test('an answer that fails is no sign that there is no GPU', async () => {
  answersVerified('test', device, () => Promise.reject(new Error('The worker was replaced.')));
  await readVerdicts();
  expect(verdicts.getState().known).toBeUndefined();
});
