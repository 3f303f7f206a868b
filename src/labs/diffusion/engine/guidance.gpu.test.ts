// Guided plans on the GPU against float64: every method with every sampler on a mixture, and on a network with its
// weaker one.
import { afterAll, expect, test } from 'vitest';
import { full, reduced } from '../../../core/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import { guidanceIds, type GuidanceId } from '../../../samplers/guidance/index.ts';
import { parseExperiment } from '../config/codec.ts';
import { contenderPlan, newContender } from '../config/contender.ts';
import { instructionsOf, newGuidance } from '../../../samplers/contenders/contender.ts';
import { problemKey, Session } from './session.ts';

const ctx = await nodeContext();
const gpu = new Session(createGpuBackend(ctx, diskWeights));
const cpu = new Session(createCpuBackend(diskWeights));
afterAll(() => gpu.clear());

const turns = reduced ? 9 : 3;
const far = (a: Float32Array, b: Float32Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));

test.each(guidanceIds)('%s with every sampler on a mixture', async (method) => {
  const { experiment } = parseExperiment('model=unbalanced&class=1&n=33');
  const [on, reference] = [await gpu.prepare(experiment, never), await cpu.prepare(experiment, never)];
  // A weight under which a mode's border does not magnify rounding, and settings that are not the identity for points.
  // Inside a mode of the class D_c is D_∅ to the last digit, and what is perpendicular to their difference is anything.
  const from = method === 'perp_neg' ? { from: 1.5 } : {};
  const guide = newGuidance(method, { w: 1.6, phi: 0.3, r: 0.4, quantile: 0.7, limit: 1.5, ...from });
  // Every pair in the full set, and float64 runs them all in every set; in the short one a method takes a third of the
  // samplers, and on the second adapter a ninth.
  const all = Object.keys(samplers) as (keyof typeof samplers)[];
  const mine = all.filter((_, i) => full || i % turns === guidanceIds.indexOf(method) % turns);
  for (const sampler of mine) {
    // Steps of a factor of two: one from σ = 20 to near 0 in three would magnify rounding by explicit methods' own growth.
    const levels = { schedule: 'explicit', scheduleParams: {}, sigmas: [4, 2, 1, 0.5] } as const;
    const plan = instructionsOf(contenderPlan({ ...newContender(sampler, 3), ...levels, guide }, 'unbalanced'));
    const got = await on.problem.run(plan, { seed: 3, signal: never });
    const want = await reference.problem.run(plan, { seed: 3, signal: never });
    expect(got.x.every(Number.isFinite), sampler).toBe(true);
    // A start near the border of two modes magnifies rounding a thousandfold; few are.
    const each = Array.from({ length: 33 }, (_, i) =>
      far(got.x.slice(2 * i, 2 * i + 2), want.x.slice(2 * i, 2 * i + 2)),
    );
    each.sort((a, b) => a - b);
    // One that chooses its own steps measures in float32 what float64 measures elsewhere: its levels are a little others.
    const own = samplers[sampler].adaptive === true;
    expect(each[16], sampler).toBeLessThan(own ? 1e-2 : 5e-5);
    if (method !== 'perp_neg') expect(each[29], sampler).toBeLessThan(own ? 5e-2 : 2e-3);
  }
});

test.each<[GuidanceId, Readonly<Record<string, number>>]>([
  ['cfg', {}],
  ['apg', { eta: 0.3, r: 5 }],
  ['cfg_zero', { zero: 0.3 }],
  ['autoguidance', { phi: 0.5 }],
  ['perp_neg', { avoid: 3 }],
  ['dynamic_thresholding', { quantile: 0.95 }],
  ['mimic_thresholding', { quantile: 0.97 }],
])('%s %j on digits', async (method, params) => {
  const { experiment: e } = parseExperiment('model=digits&n=3&w=2');
  const experiment = { ...e, contenders: [{ ...newContender('dpmpp_2m', 3), guide: newGuidance(method, params) }] };
  expect(problemKey(experiment).weaker ?? false).toBe(method === 'autoguidance');
  const { ops } = contenderPlan(experiment.contenders[0]!, 'digits');
  const got = await (await gpu.prepare(experiment, never)).problem.run(ops, { seed: 1, signal: never });
  const want = await (await cpu.prepare(experiment, never)).problem.run(ops, { seed: 1, signal: never });
  expect(far(got.x, want.x)).toBeLessThan(2e-3);
  expect(Math.max(...want.x)).toBeGreaterThan(0.5);
});
