// Samplers that work on several steps at once, on the GPU beside float64.
import { beforeAll, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import type { Finished } from '../../../engine/diffusion/problem.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { depthOf } from '../../../samplers/diffusion/counting.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import { contenderPlan } from '../config/contender.ts';
import { parseExperiment } from '../config/codec.ts';
import { problemKey } from './session.ts';

let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});

const apart = (a: Finished, b: Finished) =>
  Array.from({ length: a.x.length / 2 }, (_, i) =>
    Math.hypot(a.x[2 * i]! - b.x[2 * i]!, a.x[2 * i + 1]! - b.x[2 * i + 1]!),
  ).sort((u, v) => u - v);

async function both(hash: string) {
  const { experiment } = parseExperiment(hash);
  const key = problemKey(experiment);
  const gpu = await createGpuBackend(ctx, diskWeights).prepare(key, never);
  const cpu = await createCpuBackend(diskWeights).prepare(key, never);
  const instructions = instructionsOf(contenderPlan(experiment.contenders[0]!, experiment.model));
  try {
    const options = { seed: experiment.seed, signal: never, onFrame: () => {} };
    return { a: await gpu.run(instructions, options), b: await cpu.run(instructions, options) };
  } finally {
    await gpu.destroy();
  }
}

test.each([
  'c=parastep:karras:24',
  'c=parastep(workers=8,warmup=1):karras:24',
  'c=parastep(slope=last):karras:24',
  'c=pcm(sweeps=2,window=10,numbers=0_0_.2_-.1_.1_.3_-.2_.1_0_0_.1_.1):karras:24',
  'class=1&c=parastep:karras:24:apg(w=2)',
])('%s: the states of float64', async (contender) => {
  const { a, b } = await both(`model=grid4&n=200&seed=4&${contender}`);
  expect(a.ops).toEqual(b.ops);
  const d = apart(a, b);
  // A start near the border of two basins may end in the other one.
  expect(d[195]!).toBeLessThan(2e-3);
});

test.each([
  ['c=paradigms:karras:24', 2e-3],
  ['c=paradigms(window=64,tolerance=0.05):karras:64', 2e-3],
  ['c=paradigms(coordinates=ve,start=line,window=8):karras:24', 2e-3],
  ['c=paradigms(start=coarse,base=ddpm):karras:24', 2e-3],
  ['class=1&c=paradigms:karras:16:apg(w=2)', 5e-3],
  ['c=parallel_newton:karras:24', 2e-3],
  ['c=parallel_newton(jacobian=scalar,window=8,start=line):karras:24', 2e-3],
  ['c=parallel_newton(jacobian=linear,window=64):karras:48', 2e-3],
] as const)('%s: sweeps and states of float64', async (contender, limit) => {
  const { a, b } = await both(`model=grid4&n=200&seed=4&${contender}`);
  const sweeps = (f: Finished) => f.ops.filter((op) => op.op === 'measure').length;
  // The hardest of 200 samples decides, by what rounding leaves of a difference.
  expect(Math.abs(sweeps(a) - sweeps(b))).toBeLessThanOrEqual(1);
  expect(depthOf(a.ops)).toBeLessThanOrEqual(sweeps(a) + 4);
  expect(a.marks.map((m) => m.step)).toEqual(a.marks.map((_, k) => k));
  expect(apart(a, b)[190]!).toBeLessThan(limit);
});
