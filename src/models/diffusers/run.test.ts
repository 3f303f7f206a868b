// The rules of a run at single levels; whole runs are compared in engine/diffusion/pipelines.test.ts.
import { describe, expect, test } from 'vitest';
import { parseSchedulerConfig } from '../../formats/diffusers/scheduler.ts';
import { scalarsAt } from '../parameterisation.ts';
import { conventionsOf, parameterisationOf } from './conventions.ts';
import { amendmentAt, runDenoiser, runScalars } from './run.ts';

const x = Float64Array.of(3, -0.4, 20);
const d = Float64Array.of(1.5, 0.2, -7);
const at = (file: Readonly<Record<string, unknown>>, steps: number) => conventionsOf(parseSchedulerConfig(file), steps);

describe('what a run takes for D', () => {
  test('D itself where nothing is clipped', () => {
    const c = at({ _class_name: 'DDIMScheduler', clip_sample: false }, 4);
    expect(amendmentAt(c, c.sigmas[1]!)).toBeNull();
    expect(runDenoiser(() => d, c)(x, c.sigmas[1]!)).toBe(d);
  });

  test('DDIM: the picture is clipped, the noise is what the network gave', () => {
    const c = at({ _class_name: 'DDIMScheduler', clip_sample: true, clip_sample_range: 1.2 }, 4);
    for (const [i, s] of c.sigmas.entries()) {
      const ratio = c.targets[i]! / s;
      const amended = runDenoiser(() => d, c)(x, s);
      const step = x.map((v, e) => ratio * v + (1 - ratio) * amended[e]!);
      [1.2, 0.2, -1.2].forEach((clipped, e) => expect(step[e]).toBeCloseTo(clipped + ratio * (x[e]! - d[e]!), 12));
    }
  });

  test('between the levels of a run, and in other classes, clip(D) has both places', () => {
    const ddim = at({ _class_name: 'DDIMScheduler', clip_sample: true }, 4);
    expect([...runDenoiser(() => d, ddim)(x, 0.77 * ddim.sigmas[1]!)]).toEqual([1, 0.2, -1]);
    const heun = at({ _class_name: 'HeunDiscreteScheduler', clip_sample: true }, 4);
    expect([...runDenoiser(() => d, heun)(x, heun.sigmas[1]!)]).toEqual([1, 0.2, -1]);
  });

  test('LCM: what is clipped is mixed with a little of the state', () => {
    const c = at({ _class_name: 'LCMScheduler', clip_sample: true }, 2);
    const sigma = c.sigmas[1]!;
    const scaled = 10 * c.times[1]!;
    const total = scaled ** 2 + 0.25;
    const amended = runDenoiser(() => d, c)(x, sigma);
    [1, 0.2, -1].forEach((v, e) =>
      expect(amended[e]).toBeCloseTo(
        (v * scaled) / Math.sqrt(total) + ((0.25 / total) * x[e]!) / Math.sqrt(1 + sigma ** 2),
        14,
      ),
    );
    expect(amended[0]).not.toBe(1);
  });
});

test('the network is told the run’s times at its levels, and the table’s elsewhere', () => {
  const config = parseSchedulerConfig({ _class_name: 'DPMSolverMultistepScheduler', use_karras_sigmas: true });
  const c = conventionsOf(config, 7);
  const p = parameterisationOf(config);
  const scalars = runScalars(p, c);
  const told = scalars(c.sigmas[3]!);
  expect(told.noise).toBe(c.times[3]);
  expect(told.noise % 1).toBe(0);
  expect(scalarsAt(p, c.sigmas[3]!).noise % 1).not.toBe(0);
  expect({ ...told, noise: 0 }).toEqual({ ...scalarsAt(p, c.sigmas[3]!), noise: 0 });
  expect(scalars(1.234)).toEqual(scalarsAt(p, 1.234));
});
