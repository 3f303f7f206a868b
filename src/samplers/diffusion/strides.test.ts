// Steps that end at another level than the next begins at. Against diffusers: models/diffusers/conventions.test.ts.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { planOps, samplers, type SamplerId } from './index.ts';
import { stridesPlan, type Strides } from './strides.ts';
import { gaussian, runPlan } from './testing.ts';
import type { Sampler } from './types.ts';

const apart: Strides = { sigmas: [9, 4, 1], targets: [3.8, 1.1, 0.1], rescale: [1.25, 0.75, 1] };
const ops = (id: SamplerId, strides: Strides, params: object = {}) => {
  const sampler: Sampler = samplers[id];
  return [...stridesPlan(sampler, strides, { ...(defaults(sampler.params) as object), ...params })];
};

describe('steps that end at another level', () => {
  test('where every step ends at the next one’s level, the plan is the sampler’s own', () => {
    const strides = { sigmas: [9, 4, 1], targets: [4, 1, 0], rescale: [1, 1, 1] };
    for (const id of ['euler', 'dpmpp_2m', 'unipc', 'lcm'] as const)
      expect(ops(id, strides)).toEqual(planOps(samplers[id], [9, 4, 1, 0], defaults(samplers[id].params as object)));
  });

  test('each goes to its own target, then x̂ is read at the next level', () => {
    const denoise = gaussian(0.5);
    let x = Float64Array.of(7, -2);
    apart.sigmas.forEach((s, i) => {
      const d = denoise(x, s);
      x = x.map((v, e) => apart.rescale[i]! * (d[e]! + (apart.targets[i]! / s) * (v - d[e]!)));
    });
    for (const id of ['euler', 'ddim'] as const)
      runPlan(ops(id, apart), Float64Array.of(7, -2), denoise, () => {
        throw new Error('no noise');
      }).forEach((v, e) => expect(v).toBeCloseTo(x[e]!, 13));
  });

  test('frames stand at the levels of the steps, the last one at the end', () => {
    const marks = ops('ddim', apart).filter((o) => o.op === 'mark');
    expect(marks.map((m) => [m.step, m.sigma])).toEqual([
      [0, 9],
      [1, 4],
      [2, 1],
      [3, 0.1],
    ]);
  });

  test('noise is a draw of its own for every step', () => {
    const draws = ops('ddim', apart, { eta: 1 }).flatMap((o) => (o.op === 'noise' ? [o.draws] : []));
    expect(draws).toEqual([[[1, 1]], [[1, 5]], [[1, 9]]]);
  });

  test('refuses a sampler that remembers', () => {
    expect(() => ops('dpmpp_2m', apart)).toThrow(
      'dpmpp_2m cannot take steps that end at another level than the next begins at',
    );
  });
});
