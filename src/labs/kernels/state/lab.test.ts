// The kernel lab's stores against a worker that is made up.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultKernels } from '../config/fields.ts';
import { answersMemory, heldMemory, readHeldMemory } from '../../../frame/state/memory.ts';
import { connect, kernelDevice } from './connection.ts';
import { measurementsCsv } from './download.ts';
import {
  editKernels,
  kernelStore,
  loadKernels,
  lookAt,
  forceVersion,
  present,
  redo,
  setFamily,
  setShape,
  toggleVersion,
  undo,
} from './experimentStore.ts';
import { fakeFamilies } from './fakeClient.ts';
import { catalogue } from './labStore.ts';
import { cancelMeasure, measure, measured, refused, resultKey, runnable } from './measure.ts';
import { kernelNotices } from './notices.ts';
import { startProfile } from './profile.ts';
import { measureRoofline, rooflineStore, wantRoofline } from './roofline.ts';
import { clearStores, start } from './testing.ts';
import { resetTuning, tune, tuneStore } from './tune.ts';
import type { KernelResult } from './types.ts';
import { summaryOf, verify, verifyStore } from './verify.ts';

vi.stubGlobal('document', { hidden: true });
const [matmul, softmax] = fakeFamilies as [(typeof fakeFamilies)[number], (typeof fakeFamilies)[number]];
beforeEach(clearStores);
const notices = () => kernelNotices.getState().notices.map((n) => n.kind);

describe('edits', () => {
  test('another family begins at its first shape with all versions; the first shape is not written down', () => {
    loadKernels({ ...defaultKernels(), shape: { m: 1, n: 1, k: 1 }, versions: ['1.naive'] });
    setFamily('softmax');
    expect(present()).toMatchObject({ family: 'softmax', shape: null, versions: [] });
    setShape(softmax, { rows: 3, columns: 256 });
    expect(present().shape).toEqual({ rows: 3, columns: 256 });
    setShape(softmax, { rows: 64, columns: 256 });
    expect(present().shape).toBeNull();
  });
  test('versions are taken out one by one, and all of them again is none named', () => {
    loadKernels(defaultKernels());
    toggleVersion(matmul, '1.naive');
    expect(present().versions).toEqual(['2.tiled', '4.subgroup']);
    expect(runnable(matmul, present().versions)).toEqual(['2.tiled']);
    toggleVersion(matmul, '1.naive');
    expect(present().versions).toEqual([]);
  });
  test('an order is given and taken back', () => {
    loadKernels(defaultKernels());
    forceVersion('matmul', '1.naive');
    forceVersion('softmax', '1.tree');
    forceVersion('matmul', null);
    expect(present().kernels).toEqual({ softmax: '1.tree' });
  });
});

test('every choice is undone by itself, a drag as one, and where one looks is no edit', () => {
  kernelStore.setState(kernelStore.getInitialState(), true);
  setFamily('softmax');
  toggleVersion(softmax, '1.tree');
  lookAt('roofline');
  for (const samples of [30, 40, 50]) editKernels({ samples });
  undo();
  expect(present()).toMatchObject({ samples: 20, view: 'roofline' });
  undo();
  expect(present()).toMatchObject({ family: 'softmax', versions: [] });
  redo();
  redo();
  expect(present()).toMatchObject({ family: 'softmax', samples: 50 });
  for (let i = 0; i < 3; i++) undo();
  expect([present().family, kernelStore.getState().past]).toEqual(['matmul', []]);
});

describe('measuring', () => {
  test('only what the device can run is asked for; results stay when another family is measured', async () => {
    const client = await start();
    expect(await measure()).toBe(true);
    expect(client.asked.find((a) => a.kind === 'measure')!.body).toEqual({
      family: 'matmul',
      versions: ['1.naive', '2.tiled'],
      shape: { m: 256, n: 256, k: 256 },
      samples: 20,
    });
    setFamily('softmax');
    await measure();
    expect(Object.keys(measured.getState().results)).toEqual([
      resultKey('matmul', '1.naive', { m: 256, n: 256, k: 256 }),
      resultKey('matmul', '2.tiled', { m: 256, n: 256, k: 256 }),
      resultKey('softmax', '1.tree', { rows: 64, columns: 256 }),
    ]);
    expect(measured.getState()).toMatchObject({ phase: 'done', waiting: [] });
  });
  test('what is wrong has no time, and the file says so', async () => {
    await start({ wrong: ['2.tiled'] });
    await measure();
    const results = Object.values(measured.getState().results);
    const rows = measurementsCsv(results)
      .trimEnd()
      .split('\r\n')
      .map((r) => r.split(','));
    expect(results.map((r) => [r.version, r.accuracy.pass, r.timing === null])).toEqual([
      ['1.naive', true, false],
      ['2.tiled', false, true],
    ]);
    expect(rows[0]!.indexOf('median_ms')).toBe(4);
    // The shape's commas are inside quotation marks, so that the naive split above shifts by two.
    expect(rows[1]!.slice(5, 7)).toEqual(['true', '1']);
    expect(rows[2]!.slice(5, 7)).toEqual(['false', '']);
  });
  test('a version that refuses the shape is neither right nor wrong, and has no error', async () => {
    await start();
    await measure();
    const one = Object.values(measured.getState().results)[0]!;
    const none: KernelResult = {
      ...one,
      timing: null,
      because: 'this version cannot take this shape',
      accuracy: { pass: false, nmse: 0, maxError: 0, tolerance: 0, maxUlp: 0, checked: 0, count: 0, worst: null },
    };
    expect([one, none, { ...none, accuracy: { ...none.accuracy, count: 4, checked: 4 } }].map(refused)).toEqual([
      false,
      true,
      false,
    ]);
    const line = measurementsCsv([none]).split('\r\n')[1]!.split(',');
    expect(line.slice(5, 9)).toEqual(['', '', '', '']);
    expect(line.slice(-6, -2)).toEqual(['', '', '', '']);
  });
  test('stopped is not failed; a failure says why and what to do', async () => {
    await start();
    const stopped = measure();
    cancelMeasure();
    expect(await stopped).toBe(false);
    expect(measured.getState()).toMatchObject({ phase: 'cancelled', waiting: [] });
    await start({ fail: { measure: 'The shape does not fit.' } });
    expect(await measure()).toBe(false);
    expect(measured.getState().phase).toBe('failed');
    expect(kernelNotices.getState().notices.find((n) => n.kind === 'measure')).toMatchObject({
      title: 'The shape does not fit.',
      hint: 'Try another.',
    });
  });
  test('the newest request ends the roofline, which is then asked for again', async () => {
    const client = await start();
    const roof = measureRoofline(false);
    const measuring = measure();
    expect(await roof).toBe(false);
    expect(await measuring).toBe(true);
    await vi.waitFor(() => expect(rooflineStore.getState().roofline).not.toBeNull());
    await wantRoofline();
    expect(client.asked.filter((a) => a.kind === 'roofline')).toHaveLength(2);
  });
});

describe('the device', () => {
  test('without WebGPU a sentence says so, and nothing is asked', async () => {
    const client = await start({ backend: 'cpu' });
    expect(notices()).toEqual(['device']);
    await Promise.all([measure(), measureRoofline(true), tune(), verify(), startProfile()]);
    expect(client.asked.map((a) => a.kind)).toEqual(['start']);
  });
  test('a worker that does not start is told, with a way on', async () => {
    await start({ fail: { start: 'No adapter.' } });
    expect(kernelDevice.getState().phase).toBe('failed');
    expect(kernelNotices.getState().notices[0]).toMatchObject({ title: 'No adapter.', actions: ['retryGpu'] });
  });
  test('versions that this device cannot run are named, until the order is taken back', async () => {
    const client = await start({}, { kernels: { matmul: '4.subgroup' } });
    expect(kernelNotices.getState().notices.find((n) => n.kind === 'override')!.lines).toEqual([
      'matmul 4.subgroup needs subgroups',
    ]);
    await connect({}, false);
    expect(client.asked).toHaveLength(2);
    expect(notices()).toEqual([]);
  });
});

test('tuning is kept, shown and forgotten; after each the worker tells anew what runs', async () => {
  const client = await start();
  await tune();
  expect(tuneStore.getState()).toMatchObject({ phase: 'done', current: null });
  expect(catalogue.getState().tuning?.choices).toEqual({ softmax: '2.lanes' });
  await resetTuning();
  expect(catalogue.getState().tuning).toBeNull();
  expect(client.asked.map((a) => a.kind)).toEqual(['start', 'tune', 'start', 'resetTuning', 'start']);
});

test('verification counts, keeps failing cases whole, and sums up in a few lines', async () => {
  await start();
  await verify();
  const { cases, sections, report, phase } = verifyStore.getState();
  expect([phase, sections.length, cases.length, cases.filter((c) => !c.pass).length]).toEqual(['done', 2, 3, 1]);
  expect(summaryOf(report!).split('\n')).toEqual(
    expect.arrayContaining([
      '2 passed, 1 failed, 1 not run, 1.2 s',
      'FAILED kernels: case 1: got 1 instead of 2',
      'not run: f16 (no shader-f16)',
      'sections run: kernels, samplers',
      'paper (software adapter), subgroups of 4',
      'kernel versions forced: matmul:1.naive',
    ]),
  );
  // All sections can be chosen, before any was run and after one was run alone.
  const ids = ['kernels', 'samplers', 'statistics', 'networks', 'language'];
  expect(verifyStore.getInitialState().known.map((s) => s.id)).toEqual(ids);
  await verify(['kernels']);
  expect([verifyStore.getState().sections.map((s) => s.id), verifyStore.getState().known.map((s) => s.id)]).toEqual([
    ['kernels'],
    ids,
  ]);
  expect(verifyStore.getState().known[0]!.cases).toBe(3);
});

test('memory of open labs, and of no others', async () => {
  await start();
  answersMemory('language', () => undefined);
  await readHeldMemory();
  expect(heldMemory.getState().labs).toEqual({ kernels: { owners: { scratch: 1024 }, buffers: 2 } });
  editKernels({ view: 'memory' });
  answersMemory('language', () => Promise.reject(new Error('gone')));
  await readHeldMemory();
  expect(Object.keys(heldMemory.getState().labs)).toEqual(['kernels']);
});
