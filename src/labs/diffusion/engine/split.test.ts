import { expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { parseExperiment } from '../config/codec.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { Session } from './session.ts';
import { runSplit, type SplitEvent, type SplitRow } from './split.ts';

const session = () => new Session(createCpuBackend(diskWeights));
async function split(hash: string) {
  const { experiment } = parseExperiment(hash);
  const events: SplitEvent[] = [];
  await runSplit(session(), experiment, (e) => events.push(e), never);
  const rows = events.flatMap((e): SplitRow[] => (e.kind === 'row' ? [e.row] : []));
  return { experiment, events, rows };
}

test('steps end at the learned flow, whose distance to the exact one stays; the whole is what the run itself is rated by', async () => {
  const { experiment, rows } = await split('model=grid4&learned=1&n=16&seed=2&c=euler:karras:8&c=dpmpp_2m:karras:128');
  const [few, many] = rows as [SplitRow, SplitRow];
  expect(many.approximation).toEqual(few.approximation);
  expect(few.approximation.value).toBeGreaterThan(1e-3);
  expect(many.discretisation.value).toBeLessThan(few.approximation.value / 5);
  expect(few.discretisation.value).toBeGreaterThan(5 * many.discretisation.value);
  expect(many.total.value / few.approximation.value).toBeCloseTo(1, 0);
  for (const { total } of rows) expect(total.half).toBeGreaterThan(0);
  const told: RunEvent[] = [];
  await runExperiment(session(), experiment, null, (e) => told.push(e), never);
  rows.forEach((row, contender) => {
    const result = told.find((e) => e.kind === 'result' && e.contender === contender);
    expect(result).toMatchObject({ quality: { paired_median: row.total.value } });
  });
});

test('what draws noise has no part, and a closed form no error of approximation', async () => {
  const { events } = await split('model=grid4&learned=1&n=16&c=euler_ancestral:karras:4&c=euler:karras:4');
  expect(events.map((e) => e.kind)).toEqual(['none', 'row']);
  await expect(split('model=grid4&n=16&c=euler:karras:4')).rejects.toThrow(/Only a learned denoiser/);
});
