import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../config/codec.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import type { Backend } from '../../../engine/diffusion/problem.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { checkSigmas } from '../../../schedules/explicit.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { runFit, type FitAsk } from './fit.ts';
import { Session } from './session.ts';

const { experiment } = parseExperiment('model=grid4&n=128&seed=3');
const cpu = () => new Session(createCpuBackend(diskWeights));
const ask: FitAsk = { experiment, optimiser: 'gits', params: { gamma: 1 }, steps: 7 };
const pairedError = async (contender: string) => {
  const events: RunEvent[] = [];
  const { experiment: e } = parseExperiment(`model=grid4&n=128&seed=3&c=${contender}`);
  await runExperiment(cpu(), e, null, (event) => events.push(event), never);
  return events.find((event) => event.kind === 'result')!.quality['paired_median']!;
};

describe('levels found for the model at hand', () => {
  test.each(['gits', 'optimal_stepsize'] as const)(
    '%s: Euler on them beats Euler on Karras, on other noise',
    async (optimiser) => {
      const told: number[] = [];
      const found = await runFit(
        cpu(),
        { ...ask, optimiser, params: {} },
        ({ fraction }) => told.push(fraction),
        never,
      );
      expect(checkSigmas(found.sigmas)).toBeUndefined();
      expect(found.sigmas.length).toBe(8);
      expect(told.at(-1)).toBe(1);
      const fitted = await pairedError(`euler:explicit(${found.sigmas.join('_')})`);
      expect(fitted).toBeLessThan(0.8 * (await pairedError('euler:karras:7')));
    },
  );
  test('the same levels every time, others for another seed', async () => {
    const [a, b, c] = await Promise.all([
      runFit(cpu(), ask, () => {}, never),
      runFit(cpu(), ask, () => {}, never),
      runFit(cpu(), { ...ask, experiment: { ...experiment, seed: 4, samples: 8 } }, () => {}, never),
    ]);
    expect(b).toEqual(a);
    expect(c!.cost).not.toBe(a!.cost);
  });
  test('a walk that is not kept whole is refused with what to do; a cancel ends it', async () => {
    const whole = createCpuBackend(diskWeights);
    const forgetful: Backend = {
      kind: 'cpu',
      async prepare(key, signal) {
        const problem = await whole.prepare(key, signal);
        return { ...problem, run: async (ops, options) => ({ ...(await problem.run(ops, options)), marks: [] }) };
      },
    };
    await expect(runFit(new Session(forgetful), ask, () => {}, never)).rejects.toThrow(
      expect.objectContaining({ name: 'WalkTooLongError', hint: 'Take fewer samples or fewer teacher levels.' }),
    );
    const stop = new AbortController();
    stop.abort();
    await expect(runFit(cpu(), ask, () => {}, stop.signal)).rejects.toThrow(
      expect.objectContaining({ name: 'Cancelled' }),
    );
  });
});
