import { expect, test } from 'vitest';
import { nodeContext } from '../gpu/testing.ts';
import type { LanguageModelId } from '../models/language.ts';
import { bundledFiles } from '../hub/testing.ts';
import type { VerifyProgress } from '../measure/types.ts';
import { diskWeights } from '../engine/diffusion/testing.ts';
import { runVerify } from './index.ts';

const ctx = await nodeContext();
const deps = {
  version: '0',
  userAgent: 'test',
  load: diskWeights,
  open: (id: LanguageModelId) => Promise.resolve(bundledFiles({ from: 'bundled', id })),
};
const never = new AbortController().signal;

test('the samplers of this device pass; what is asked for comes first; nothing is left on the device', async () => {
  const before = ctx.buffers.liveBytes;
  const told: VerifyProgress[] = [];
  const report = await runVerify(ctx, deps, {
    sections: ['samplers'],
    first: ['philox'],
    signal: never,
    onProgress: (p) => told.push(p),
  });
  expect(report.cases.filter((c) => !c.pass)).toEqual([]);
  expect(report.cases[0]!.name).toBe('philox known answers');
  expect(told[0]).toMatchObject({ kind: 'plan', sections: [{ id: 'samplers', cases: report.passed }] });
  expect(told.length).toBe(report.cases.length + 1);
  expect(report.adapter.limits['maxComputeInvocationsPerWorkgroup']).toBeGreaterThan(0);
  expect(ctx.buffers.liveBytes).toBe(before);
});

test('cancelled between two cases, and an unknown section', async () => {
  const abort = new AbortController();
  const told: VerifyProgress[] = [];
  await expect(
    runVerify(ctx, deps, {
      sections: ['samplers'],
      signal: abort.signal,
      onProgress: (p) => {
        if (told.push(p) === 4) abort.abort();
      },
    }),
  ).rejects.toMatchObject({ name: 'Cancelled' });
  expect(told.length).toBe(4);
  await expect(runVerify(ctx, deps, { sections: ['nothing'], signal: never })).rejects.toThrow("no section 'nothing'");
});
