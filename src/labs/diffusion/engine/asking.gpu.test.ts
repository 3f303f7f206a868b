// Wrappers that ask more than a plan on the GPU against float64: on a mixture, and on a network with its weaker one.
import { afterAll, expect, test } from 'vitest';
import { nodeContext } from '../../../gpu/testing.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { parseExperiment } from '../config/codec.ts';
import { problemKey, Session } from './session.ts';
import { soundPlan } from './attempt.ts';
import { runWrapFit } from './wrapFit.ts';

const ctx = await nodeContext();
const gpu = new Session(createGpuBackend(ctx, diskWeights));
const cpu = new Session(createCpuBackend(diskWeights));
afterAll(() => gpu.clear());

const far = (a: Float32Array, b: Float32Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
const LEVELS = 'explicit(4_2_1_0.5_0.1)';
// A difference gradient divides float32's rounding by a hundredth of the level, and GUIDE multiplies it by (σ/σ_c)².
test.each([
  [`euler:${LEVELS}:~distillation_pp`, 2e-5],
  [`dpmpp_2m:${LEVELS}:~distillation_pp(student=own,lambda=1,steps=3)`, 1e-4],
  [`ddpm:${LEVELS}:~minority`, 5e-3],
  [`heun:${LEVELS}:~minority(w=0.3,level=0.7,every=2)`, 5e-3],
  [`euler:${LEVELS}:~guide(towards=2)`, 5e-3],
  [`euler:${LEVELS}:cfg(w=2):~guide(towards=0,through=0)`, 1e-4],
  [`euler:${LEVELS}:~reuse(every=2):~minority`, 5e-3],
])('%s on a mixture', async (contender, tolerance) => {
  const { experiment, refusals } = parseExperiment(`model=unbalanced&class=1&n=33&c=${contender}`);
  expect(refusals).toEqual([]);
  const [on, reference] = [await gpu.prepare(experiment, never), await cpu.prepare(experiment, never)];
  const { ops } = soundPlan(experiment.contenders[0]!, experiment, on.problem.identity);
  const got = await on.problem.run(ops, { seed: 3, signal: never });
  const want = await reference.problem.run(ops, { seed: 3, signal: never });
  const each = Array.from({ length: 33 }, (_, i) => far(got.x.slice(2 * i, 2 * i + 2), want.x.slice(2 * i, 2 * i + 2)));
  each.sort((a, b) => a - b);
  expect(each[16]).toBeLessThan(tolerance);
  expect(each[29]).toBeLessThan(20 * tolerance);
  const bare = { ...experiment.contenders[0]!, wraps: [] };
  const plain = await reference.problem.run(soundPlan(bare, experiment, 'unbalanced').ops, { seed: 3, signal: never });
  expect(far(plain.x, want.x)).toBeGreaterThan(0.01);
});

test.each([
  ['~distillation_pp', 2e-3],
  ['~minority(level=3)', 2e-2],
  ['~guide(towards=7)', 2e-2],
])('%s on digits', async (wrapper, tolerance) => {
  const { experiment, refusals } = parseExperiment(`model=digits&n=3&c=ddim:explicit(20_4_1_0.3):${wrapper}`);
  expect(refusals).toEqual([]);
  expect(problemKey(experiment).weaker ?? false).toBe(wrapper === '~distillation_pp');
  const on = await gpu.prepare(experiment, never);
  const { ops } = soundPlan(experiment.contenders[0]!, experiment, on.problem.identity);
  const got = await on.problem.run(ops, { seed: 1, signal: never });
  const want = await (await cpu.prepare(experiment, never)).problem.run(ops, { seed: 1, signal: never });
  expect(far(got.x, want.x)).toBeLessThan(tolerance);
  expect(Math.max(...want.x)).toBeGreaterThan(0.5);
});

test.each([
  ['model=grid4&class=1&n=64&c=euler:karras:10:cfg(w=3):~core2', 2e-3],
  ['model=digits&n=2&w=2&c=euler:karras:6:~core2', 5e-3],
])('CoRe² fitted on the GPU as in float64: %s', async (hash, tolerance) => {
  const { experiment, refusals } = parseExperiment(hash);
  expect(refusals).toEqual([]);
  const ask = { experiment, contender: 0, wrap: 0 };
  const [mine, theirs] = [await runWrapFit(gpu, ask, () => {}, never), await runWrapFit(cpu, ask, () => {}, never)];
  expect(mine.model).toBe(theirs.model);
  const [c] = experiment.contenders;
  const ends = await Promise.all(
    [
      [gpu, mine],
      [cpu, theirs],
    ].map(async ([session, fitted]) => {
      const { problem } = await (session as Session).prepare(experiment, never);
      const contender = { ...c!, wraps: [{ ...c!.wraps![0]!, fitted: fitted as typeof mine }] };
      return (await problem.run(soundPlan(contender, experiment, problem.identity).ops, { seed: 2, signal: never })).x;
    }),
  );
  // Both maps lead to one place where they are asked, whatever their numbers are.
  expect(far(ends[0]!, ends[1]!)).toBeLessThan(tolerance);
});
