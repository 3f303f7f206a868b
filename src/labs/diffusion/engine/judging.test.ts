// What is judged while the reference is solved, and what its failure means.
import { expect, test, vi } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import type { Backend, RunOptions } from '../../../engine/diffusion/problem.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { metricIds, metrics } from '../../../metrics/samples/index.ts';
import { soundPlan } from './attempt.ts';
import { parseExperiment } from '../config/codec.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { Session } from './session.ts';

const { experiment } = parseExperiment('model=grid4&n=64&c=euler:karras:8&c=heun:karras:5');

/** A backend whose solver of references does as it is told. */
const solving = (solve: (run: () => Promise<never>) => Promise<never>): Backend => {
  const real = createCpuBackend(diskWeights);
  return {
    ...real,
    async prepare(key, signal) {
      const problem = await real.prepare(key, signal);
      const run = problem.run.bind(problem);
      problem.run = (ops, options: RunOptions) =>
        options.exact ? solve(() => run(ops, options) as Promise<never>) : run(ops, options);
      return problem;
    },
  };
};

test('while a reference is solved, what needs none is judged; the numbers and their order are the same', async () => {
  const { problem, references, judge } = await new Session(createCpuBackend(diskWeights)).prepare(experiment, never);
  const { x } = await problem.run(soundPlan(experiment.contenders[0]!, experiment, problem.identity).ops, {
    seed: 0,
    signal: never,
  });
  const reference = await references.get(0, never);
  const told: string[] = [];
  const spies = (['paired_median', 'energy', 'nll'] as const).map((id) => {
    const compute = metrics[id].compute.bind(metrics[id]);
    return vi.spyOn(metrics[id], 'compute').mockImplementation((subject) => {
      told.push(id);
      return compute(subject);
    });
  });
  const promised = new Promise<Float32Array>((resolve) => {
    setTimeout(() => {
      told.push('solved');
      resolve(reference);
    }, 20);
  });
  const meanwhile = await judge.measure(x, promised);
  expect(told).toEqual(['energy', 'nll', 'solved', 'paired_median']);
  for (const spy of spies) spy.mockRestore();
  const after = await judge.measure(x, reference);
  expect(Object.entries(meanwhile)).toEqual(Object.entries(after));
  expect(Object.keys(after)).toEqual(metricIds.filter((id) => id in after));
  expect(after.paired_median).toBeGreaterThan(0);
});

test('a reference that cannot be solved, be it once, fails the run; no contender is left out for it', async () => {
  const events: RunEvent[] = [];
  let tries = 0;
  const once = solving((run) => (tries++ === 0 ? Promise.reject(new RangeError('it diverged')) : run()));
  const session = new Session(once);
  const run = runExperiment(session, experiment, null, (event) => events.push(event), never);
  await expect(run).rejects.toThrow('it diverged');
  expect(events.filter((e) => e.kind === 'dropped')).toEqual([]);
});

test('the first contender is told with its paired errors, not before them', async () => {
  const events: RunEvent[] = [];
  const slow = solving(async (run) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return run();
  });
  await runExperiment(new Session(slow), experiment, null, (event) => events.push(event), never);
  const [first] = events.filter((e) => e.kind === 'result');
  expect(first).toMatchObject({ contender: 0, quality: { paired_median: expect.any(Number) as number } });
});
