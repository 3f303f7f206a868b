import { afterEach, describe, expect, test, vi } from 'vitest';
import { addVerdicts, loadVerified, readVerified, verdictsOf, type CaseOfSampler } from './verified.ts';
import { adapterKey } from './tuningStore.ts';

const info = {
  vendor: 'acme',
  architecture: 'x1',
  description: 'Acme X1',
  isSoftware: false,
  subgroupMin: 32,
  subgroupMax: 32,
};
const AT = '2026-11-30T12:00:00.000Z';
const onGpu = (sampler: string, error: number): CaseOfSampler => ({
  name: `${sampler} on the GPU`,
  pass: error <= 5e-5,
  detail: `largest error ${error}.`,
  sampler,
  error,
  allowed: 5e-5,
});
const golden = (sampler: string, pass = true): CaseOfSampler => ({
  name: `${sampler} golden values`,
  pass,
  detail: 'as the library has it.',
  sampler,
});
afterEach(() => vi.unstubAllGlobals());

describe('verdicts of a report', () => {
  test('passed with its worst difference, failed by the first fault, none without a run on the device', () => {
    const cases = [
      golden('euler'),
      onGpu('euler', 3e-6),
      golden('heun', false),
      onGpu('heun', 1e-6),
      golden('lms'),
      onGpu('rk4', 1e-3),
      { name: 'philox', pass: true, detail: '' },
      golden('deis', false),
    ];
    expect(verdictsOf(cases, AT)).toEqual({
      euler: { pass: true, cases: 2, error: 3e-6, allowed: 5e-5, fault: '', at: AT },
      heun: {
        pass: false,
        cases: 2,
        error: 1e-6,
        allowed: 5e-5,
        fault: 'heun golden values: as the library has it.',
        at: AT,
      },
      rk4: { pass: false, cases: 1, error: 1e-3, allowed: 5e-5, fault: 'rk4 on the GPU: largest error 0.001.', at: AT },
      deis: {
        pass: false,
        cases: 1,
        error: null,
        allowed: null,
        fault: 'deis golden values: as the library has it.',
        at: AT,
      },
    });
  });
  test('an error that is no number is the worst, and cannot be told as one', () => {
    const { euler } = verdictsOf([onGpu('euler', NaN), onGpu('euler', 1e-6)], AT);
    expect(euler).toMatchObject({ pass: false, error: null });
  });
});

describe('reading what was kept', () => {
  const adapter = adapterKey(info);
  const whole = {
    adapter,
    appVersion: 'development',
    samplers: { euler: { pass: true, cases: 2, error: 3e-6, allowed: 5e-5, fault: '', at: AT } },
  };
  test('comes back as it went, under the adapter’s name', () =>
    expect(readVerified(structuredClone(whole), adapter, 'Acme X1')).toEqual({ ...whole, name: 'Acme X1' }));
  test.each([
    [undefined],
    [null],
    ['x'],
    [{}],
    [{ ...whole, adapter: 'other' }],
    [{ ...whole, appVersion: '0.1' }],
    [{ ...whole, samplers: [] }],
    [{ ...whole, samplers: { nobody: whole.samplers.euler } }],
    [{ ...whole, samplers: { euler: { ...whole.samplers.euler, error: 'big' } } }],
    [{ ...whole, samplers: { euler: { ...whole.samplers.euler, at: 'yesterday-ish' } } }],
    [{ ...whole, samplers: { euler: null } }],
  ])('%j is nothing', (value) => expect(readVerified(value, adapter, '').samplers).toEqual({}));
});

test('without a store verdicts are kept for as long as the worker lives, each of its own time', async () => {
  vi.stubGlobal('indexedDB', undefined);
  expect((await loadVerified(info)).samplers).toEqual({});
  await addVerdicts(info, verdictsOf([onGpu('euler', 1e-6)], AT));
  const later = '2026-12-01T00:00:00.000Z';
  const all = await addVerdicts(info, verdictsOf([onGpu('heun', 2e-6)], later));
  expect(Object.entries(all.samplers).map(([id, v]) => [id, v.at])).toEqual([
    ['euler', AT],
    ['heun', later],
  ]);
  expect(await loadVerified(info)).toEqual(all);
  expect((await loadVerified({ ...info, description: 'Acme X2' })).samplers).toEqual({});
});
