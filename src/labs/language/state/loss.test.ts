// What narrower weights cost is measured after the first run, once, and said when it is large.
import { beforeEach, expect, test, vi } from 'vitest';
import { newContender } from '../config/contenderText.ts';
import { defaultLanguage } from '../config/defaults.ts';
import type { FormatChoice } from '../config/experiment.ts';
import type { LanguageModelId } from '../config/menus.ts';
import { connection } from './connection.ts';
import { load } from './experimentStore.ts';
import { createFakeClient, type FakeOptions } from './fakeClient.ts';
import { followLosses } from './loss.ts';
import { forgetLoaded, modelStore, putAway } from './model.ts';
import { languageNotices } from './notices.ts';
import { run } from './runner.ts';
import { languageRun } from './runStore.ts';

vi.stubGlobal('document', { hidden: true });
/** What was measured of a model is remembered, so every test has one of its own. */
const start = (id: LanguageModelId, format: FormatChoice, options: FakeOptions = {}) => {
  const client = createFakeClient(options);
  connection.put(client);
  forgetLoaded();
  putAway();
  const model = { from: 'bundled', id } as const;
  load({ ...defaultLanguage(model), format, maxTokens: 8, contenders: [newContender('greedy')] }, null);
  languageRun.setState({ ...languageRun.getInitialState() });
  languageNotices.setState({ notices: [] });
  return client;
};
const kinds = (client: ReturnType<typeof createFakeClient>) => client.asked.map((a) => a.kind);
const told = () => languageNotices.getState().notices.filter((n) => n.kind === 'loss');
followLosses();
beforeEach(() => vi.useRealTimers());

test('not before the run, then once, and a large one is said before the next run', async () => {
  const client = start('sotu', 'int4');
  await run();
  expect(kinds(client).slice(0, 2)).toEqual(['load', 'run']);
  await vi.waitFor(() => expect(modelStore.getState().loaded?.quantisationLoss?.after).toBe(3.707));
  expect(told()).toMatchObject([
    { tone: 'warning', title: expect.stringContaining('4-bit weights cost this model 0.29') },
  ]);
  await run();
  await new Promise((r) => setTimeout(r, 20));
  expect(kinds(client)).toEqual(['load', 'run', 'loss', 'run']);
});
test('a small one is shown and not said; wide weights are not measured', async () => {
  start('sotu_draft', 'int8');
  await run();
  await vi.waitFor(() => expect(modelStore.getState().loaded?.quantisationLoss?.after).toBe(3.414));
  expect(told()).toEqual([]);
  const client = start('sotu', 'f16');
  await run();
  await new Promise((r) => setTimeout(r, 20));
  expect(kinds(client)).toEqual(['load', 'run']);
});
test('a measurement that a run ends is tried again after it', async () => {
  const fail: Record<string, string> = { loss: 'cancelled' };
  const client = start('countdown', 'int4', { fail });
  await run();
  await vi.waitFor(() => expect(kinds(client)).toEqual(['load', 'run', 'loss']));
  delete fail['loss'];
  await run();
  await vi.waitFor(() => expect(modelStore.getState().loaded?.quantisationLoss).not.toBeNull());
  expect(kinds(client)).toEqual(['load', 'run', 'loss', 'run', 'loss']);
});
