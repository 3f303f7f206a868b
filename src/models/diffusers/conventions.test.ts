import { describe, expect, test } from 'vitest';
import { CpuMachine } from '../../engine/diffusion/cpu.ts';
import { defaults } from '../../core/field.ts';
import { parseSchedulerConfig } from '../../formats/diffusers/scheduler.ts';
import { FormatError } from '../../formats/error.ts';
import { samplers, type SamplerId } from '../../samplers/diffusion/index.ts';
import { stridesPlan } from '../../samplers/diffusion/strides.ts';
import type { Sampler } from '../../samplers/diffusion/types.ts';
import { scalarsAt } from '../parameterisation.ts';
import { conventionsOf, levelsOf, noiseTableOf, parameterisationOf, timeOfLevel, UNBOUNDED } from './conventions.ts';
import { runDenoiser } from './run.ts';
import type { DiscreteSchedulerConfig } from '../../formats/diffusers/scheduler.ts';
import golden from './goldenSchedulers.json' with { type: 'json' };

interface Row {
  readonly class: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly times: readonly number[];
  readonly sigmas?: readonly number[];
  readonly levels?: readonly (number | null)[];
  readonly start?: number;
  readonly x?: readonly number[];
}
const rows = golden.rows as unknown as readonly Row[];
const z = Float64Array.from(golden.z);
const configOf = (row: Pick<Row, 'class' | 'config'>) =>
  parseSchedulerConfig({ ...row.config, _class_name: row.class });
const off = (got: number, want: number) => Math.abs(got - want) / Math.max(1e-3, Math.abs(want));
const worst = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  expect(got.length).toBe(want.length);
  return Math.max(...Array.from(want, (w, i) => off(got[i]!, w)));
};
/** diffusers lists what Heun evaluates twice twice, and what PNDM repeats. */
const once = (row: Row, list: readonly number[]) => {
  if (row.class === 'HeunDiscreteScheduler') return list.filter((_, i) => i === 0 || i % 2 === 1);
  return row.class === 'PNDMScheduler' ? [...new Set(list)] : list;
};
const noise = (k: number) => z.map((_, e) => 1.5 * Math.sin(12.9898 * (k + 1) + 4.1414 * e));

/** The network of the golden runs as a denoiser, told the time by the run's own conventions. */
function denoiser(row: Row) {
  const config = configOf(row);
  const c = conventionsOf(config, row.steps);
  const p = parameterisationOf(config);
  return (x: Float64Array, sigma: number) => {
    const { input, skip, output, noise: told } = scalarsAt(p, sigma);
    const time = timeOfLevel(c, sigma) ?? told;
    return x.map((v) => skip * v + output * Math.sin(1.3 * input * v + time / 300));
  };
}
const clipped = (d: Float64Array, clip: number | null) =>
  clip === null ? d : d.map((v) => Math.max(-clip, Math.min(clip, v)));
/** A run that begins where α = 0 begins at 2⁻⁴⁰ here, and numbers of 10⁻³ show it. Measured: 1.7e-11; others 4e-13. */
const tolerance = (row: Pick<Row, 'class' | 'config'>) =>
  'rescale_betas_zero_snr' in row.config || row.class === 'FlowMatchEulerDiscreteScheduler' ? 3e-11 : 1e-12;

/** What DDIM, Euler, LCM and consistency models do, by the conventions alone. */
function run(row: Row): Float64Array {
  const c = conventionsOf(configOf(row), row.steps);
  const denoise = denoiser(row);
  let x = z.map((v) => c.startScale * v);
  c.sigmas.forEach((sigma, i) => {
    const given = denoise(x, sigma);
    let d = clipped(given, c.clip);
    const b = c.boundary?.[i];
    if (b) d = d.map((v, e) => b.denoised * v + b.kept * x[e]!);
    const to = c.targets[i]! / sigma;
    const again = c.renoise?.[i];
    if (again !== undefined) {
      const fresh = noise(i);
      x = d.map((v, e) => v + again * fresh[e]!);
    } else x = x.map((v, e) => c.rescale[i]! * (to * v + d[e]! - to * (c.clipKeepsNoise ? given : d)[e]!));
  });
  return x.map((v) => c.endScale * v);
}

/** What a sampler of the registry does over the same steps, at its defaults but for the noise that a file scales. */
function sampled(row: Row, id: SamplerId): Float64Array {
  const config = configOf(row);
  const c = conventionsOf(config, row.steps);
  const sampler: Sampler = samplers[id];
  const params = { ...(defaults(sampler.params) as object), ...('noise' in config && { s_noise: config.noise }) };
  const x0 = z.map((v) => c.startScale * v);
  const machine = new CpuMachine(x0, runDenoiser(denoiser(row), c), (draw, out) => out.set(noise((draw - 1) / 4)));
  for (const op of stridesPlan(sampler, c, params)) machine.execute(op);
  return machine.read('x').map((v) => c.endScale * v);
}

/** The registry's samplers of the classes that `run` steps through. */
const stepwise: Readonly<Record<string, SamplerId>> = {
  DDIMScheduler: 'ddim',
  EulerDiscreteScheduler: 'euler',
  FlowMatchEulerDiscreteScheduler: 'euler',
  LCMScheduler: 'lcm',
  CMStochasticIterativeScheduler: 'consistency',
};

test('σ̂ tables are those of diffusers', () => {
  for (const { config, at, sigmas } of golden.tables) {
    const own =
      'trained_betas' in config
        ? { trained_betas: Array.from({ length: 1000 }, (_, i) => 0.001 + (0.029 * i) / 999) }
        : {};
    const table = noiseTableOf(
      parseSchedulerConfig({
        ...config,
        ...own,
        _class_name: 'EulerDiscreteScheduler',
      }) as DiscreteSchedulerConfig,
    );
    // Of a table that ends in pure noise diffusers takes 1 − ᾱ from an ᾱ near 1: 4.1e-12, against 1e-13 elsewhere.
    const most = 'rescale_betas_zero_snr' in config ? 5e-12 : 1e-12;
    at.forEach((t, i) => expect(off(table[t]!, sigmas[i]!), `${JSON.stringify(config)} at ${t}`).toBeLessThan(most));
  }
});

describe.each([...new Set(rows.map((row) => row.class))])('%s', (name) => {
  const mine = rows.filter((row) => row.class === name);
  const title = (row: Row) => `${JSON.stringify(row.config)}, ${row.steps} steps`;

  test.each(mine.map((row) => [title(row), row] as const))('%s', (_, row) => {
    const c = conventionsOf(configOf(row), row.steps);
    expect(worst(c.times, once(row, row.times))).toBeLessThan(1e-12);
    if (row.sigmas) {
      const flow = name === 'FlowMatchEulerDiscreteScheduler';
      // A flow's levels are times t; ours are σ̂ = t/(1 − t).
      const got = levelsOf(c).map((s) => (flow ? s / (1 + s) : s));
      const want = once(row, row.sigmas);
      const last = name === 'CMStochasticIterativeScheduler' ? got.slice(0, -1).concat(0.002) : got;
      expect(worst(last, want)).toBeLessThan(tolerance(row));
    }
    row.levels?.forEach((s, i) => {
      if (name !== 'PNDMScheduler') expect(off(c.sigmas[i]!, s ?? UNBOUNDED)).toBeLessThan(tolerance(row));
    });
    const start = row.start === 1 ? Math.hypot(1, c.sigmas[0]!) : row.start;
    if (start !== undefined && name !== 'FlowMatchEulerDiscreteScheduler')
      expect(off(c.startScale, start)).toBeLessThan(tolerance(row));
    if (!row.x) return;
    let x: Float64Array;
    if (name === 'HeunDiscreteScheduler') x = sampled(row, 'heun');
    else if (name === 'DPMSolverMultistepScheduler' && row.config.solver_order !== 1) x = sampled(row, 'dpmpp_2m');
    else if (name === 'UniPCMultistepScheduler') x = sampled(row, 'unipc');
    else x = run(row);
    expect(worst(x, row.x)).toBeLessThan(tolerance(row));
    const id = stepwise[name];
    if (id) expect(worst(sampled(row, id), row.x), id).toBeLessThan(tolerance(row));
  });
});

test('a field that only another class reads does nothing, and defaults are those of the class that reads', () => {
  const file = { _class_name: 'PNDMScheduler', skip_prk_steps: true, set_alpha_to_one: false, steps_offset: 1 };
  const euler = parseSchedulerConfig(file, { as: 'EulerDiscreteScheduler' });
  expect(conventionsOf(euler, 4).times).toEqual([999, 666, 333, 0]);
  expect(conventionsOf(euler, 4).targets.at(-1)).toBe(0);
  expect(conventionsOf(parseSchedulerConfig(file), 4).times).toEqual([751, 501, 251, 1]);
});

test('a consistency model’s levels by their places, as its authors list them', () => {
  const config = parseSchedulerConfig({ _class_name: 'CMStochasticIterativeScheduler' });
  const all = conventionsOf(config, 40);
  const some = conventionsOf(config, [22, 11, 0]);
  expect(some.sigmas).toEqual([0, 11, 22].map((i) => all.sigmas[i]));
  expect(some.times).toEqual([0, 11, 22].map((i) => all.times[i]));
  expect(some.targets).toEqual([all.sigmas[11], all.sigmas[22], 0.002]);
  expect(some.renoise!.map((v) => v > 0)).toEqual([true, true, false]);
  expect(conventionsOf(config, [36, 32, 28, 24, 20, 16, 12, 8, 4, 0])).toEqual(conventionsOf(config, 10));
});

test.each([[[22, 11]], [[11, 22, 0]], [[40, 0]], [[1.5, 0]], [[0, 0]], [[]]])('refuses the places %j', (places) => {
  const config = parseSchedulerConfig({ _class_name: 'CMStochasticIterativeScheduler' });
  expect(() => conventionsOf(config, places)).toThrow(/the places .* are no run of this scheduler/);
});

test('refuses places where a scheduler counts steps', () => {
  expect(() => conventionsOf(parseSchedulerConfig({ _class_name: 'DDIMScheduler' }), [22, 0])).toThrow(
    'DDIMScheduler takes a number of steps, and a list was given',
  );
});

test.each([
  [{ _class_name: 'DDIMScheduler' }, 1001, '1001 steps cannot be taken: the scheduler has 1000 times'],
  [{ _class_name: 'DDIMScheduler' }, 0, '0 steps cannot be taken'],
  [{ _class_name: 'DDIMScheduler' }, 2.5, '2.5 steps cannot be taken'],
  [
    { _class_name: 'DDIMScheduler', steps_offset: 1 },
    1000,
    'steps_offset = 1 begins at time 1000, beyond the last, 999',
  ],
  [{ _class_name: 'LCMScheduler' }, 51, 'this model was made from 50 steps of another one'],
  [{ _class_name: 'CMStochasticIterativeScheduler' }, 41, '41 steps cannot be taken: the scheduler has 40 times'],
])('refuses %j with %d steps', (file, steps, message) => {
  expect(() => conventionsOf(parseSchedulerConfig(file), steps)).toThrow(message);
  expect(() => conventionsOf(parseSchedulerConfig(file), steps)).toThrow(FormatError);
});
