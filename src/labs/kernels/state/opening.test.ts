import { beforeEach, expect, test, vi } from 'vitest';
import { cancelMeasure, measure, measured, resultKey } from './measure.ts';
import { FIRST_SECTION, FIRST_STEPS, opening } from './opening.ts';
import { lookAt } from './experimentStore.ts';
import { profileStore } from './profile.ts';
import { clearStores, start } from './testing.ts';
import { verifyStore } from './verify.ts';

vi.stubGlobal('document', { hidden: true });
beforeEach(clearStores);
type Client = Awaited<ReturnType<typeof start>>;
const asked = (client: Client) => client.asked.map((a) => a.kind).filter((kind) => kind !== 'start');

test('the first table is measured by itself, of the family and at the shape that the link shows; later ones are not', async () => {
  const client = await start({}, { family: 'softmax', shape: { rows: 3, columns: 256 } });
  await opening();
  expect(Object.keys(measured.getState().results)).toEqual([resultKey('softmax', '1.tree', { rows: 3, columns: 256 })]);
  expect(measured.getState()).toMatchObject({ phase: 'done', of: 1, waiting: [] });
  const before = asked(client);
  await opening();
  expect(asked(client)).toEqual(before);
});

test('a step is taken apart a few times, then the machine is free again', async () => {
  await start({}, { view: 'time' });
  await opening();
  const { phase, count, steps } = profileStore.getState();
  expect(phase).toBe('cancelled');
  expect(count).toBeGreaterThanOrEqual(FIRST_STEPS);
  await opening();
  expect(profileStore.getState().steps).toBe(steps);
});

test('of the verification the quickest section runs', async () => {
  const client = await start({}, { view: 'verify' });
  await opening();
  expect(client.asked.find((a) => a.kind === 'verify')!.body).toEqual({ sections: [FIRST_SECTION] });
  expect(verifyStore.getState().known.map((s) => s.id)).toContain(FIRST_SECTION);
  expect(verifyStore.getState().phase).toBe('done');
});

test('nothing begins without a GPU, nor while something runs or where the reader has gone on', async () => {
  const none = await start({ backend: 'cpu' });
  await opening();
  expect(asked(none)).toEqual([]);
  const client = await start({}, { view: 'verify' });
  const measuring = measure();
  await opening();
  cancelMeasure();
  await measuring;
  expect(asked(client)).toEqual(['measure']);
  lookAt('kernels');
  const limits = opening();
  lookAt('memory');
  await limits;
  expect(asked(client)).toEqual(['measure', 'roofline']);
});
