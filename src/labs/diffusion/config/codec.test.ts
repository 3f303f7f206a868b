import { describe, expect, test } from 'vitest';
import type { AnyField, ParamValue } from '../../../core/field.ts';
import { philox4x32 } from '../../../math/philox.ts';
import { modelIds, models } from '../../../models/index.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { choosesCost, contenderFields, contenderPlan, newContender, stepsForBudget } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import type { Experiment } from './experiment.ts';
import { experimentFields } from './fields.ts';
import { snapPoint } from './points.ts';
import { presets } from './presets.ts';

const roundTrip = (e: Experiment) => {
  const { experiment, refusals } = parseExperiment(formatExperiment(e));
  expect(refusals).toEqual([]);
  expect(experiment).toEqual(e);
};

function ends(field: AnyField): readonly ParamValue[] {
  if (field.kind === 'number') return [field.min, field.max];
  if (field.kind === 'boolean') return [true, false];
  return field.kind === 'choice' ? field.options.map((o) => o.value) : [field.default];
}

describe('round trips', () => {
  test('the default experiment of every model is a short link', () => {
    for (const id of modelIds) {
      const text = formatExperiment(defaultExperiment(id));
      expect(text).toBe(id === 'ring8' ? '' : `model=${id}`);
      roundTrip(defaultExperiment(id));
    }
  });

  test('every preset', () => {
    for (const preset of Object.values(presets)) roundTrip(preset.experiment);
  });

  test('every parameter of every sampler and schedule, at both ends of its range', () => {
    for (const sampler of Object.keys(samplers) as SamplerId[]) {
      for (const schedule of Object.keys(schedules) as ScheduleId[]) {
        const base = newContender(sampler, 7, schedule);
        const fields = contenderFields(base);
        for (const [name, table] of [
          ['params', fields.params],
          ['scheduleParams', fields.scheduleParams],
        ] as const) {
          for (const [key, field] of Object.entries(table)) {
            for (const value of ends(field))
              roundTrip({
                ...defaultExperiment('grid4'),
                contenders: [{ ...base, [name]: { ...base[name], [key]: value } }],
              });
          }
        }
      }
    }
  });

  test('shared fields, an explicit list and drawn points', () => {
    const f = experimentFields('digits');
    roundTrip({
      ...defaultExperiment('digits'),
      seed: f.seed.max,
      samples: 3,
      guidance: 2.5,
      label: 7,
      seeds: 4,
      budgets: [2, 9, 40],
    });
    roundTrip({ ...defaultExperiment('moons'), learned: true });
    roundTrip({ ...defaultExperiment('digits'), kernels: { matmul: '1.naive', softmax: '1.tree' } });
    roundTrip({
      ...defaultExperiment('drawn'),
      points: [
        [0.1, -0.7],
        [7.9, -8],
        [1 / 3, 2.25],
      ].map(([x, y]) => snapPoint([x!, y!])),
    });
    roundTrip({
      ...defaultExperiment('ring8'),
      contenders: [
        {
          ...newContender('heun', 3),
          schedule: 'explicit',
          scheduleParams: {},
          sigmas: [19.999999999999996, 1e-3, 1e-6, 0],
        },
      ],
    });
  });
});

describe('any text is an experiment', () => {
  test.each([
    ['model=toString', 'model'],
    ['model=__proto__', 'model'],
    ['seed=-1', 'Seed'],
    ['seed=1.5', 'Seed'],
    ['seed=4294967296', 'Seed'],
    ['n=0', 'Samples'],
    ['n=1e9', 'Samples'],
    ['n=', 'Samples'],
    ['w=NaN', 'Guidance'],
    ['class=99', 'Class'],
    ['seeds=0', 'Seeds per point'],
    ['learned=yes', 'Learned denoiser'],
    ['budgets=4.3', 'budgets'],
    ['budgets=1001', 'budgets'],
    ['points=AAA', 'drawn points'],
    ['points=!!', 'drawn points'],
    ['c=nonsense', 'contender 1'],
    ['c=constructor', 'contender 1'],
    ['c=euler:nope:4', 'contender 1 schedule'],
    ['c=euler:karras:0', 'contender 1 steps'],
    ['c=euler:karras(rho=abc):4', 'contender 1 schedule Rho'],
    ['c=euler:karras(x=1):4', 'contender 1 schedule'],
    ['c=euler:explicit(1_2)', 'contender 1 σ list'],
    ['c=euler:explicit(1_NaN_0)', 'contender 1 σ list'],
    ['c=euler:karras:4:9', 'contender 1'],
    ['c=euler:explicit(1_1e-7_0)', 'contender 1 σ list'],
    ['c=euler:explicit(1_0):1:junk', 'contender 1'],
    ['zzz=1', 'link'],
    ['seed=1&seed=2', 'seed'],
    ['model=digits&learned=1', 'Learned denoiser'],
    ['c=euler%3Akarras%3A%', 'contender 1'],
  ])('%s is refused in words', (text, where) => {
    const { experiment, refusals } = parseExperiment(`#${text}`);
    expect(refusals.map((r) => r.where.toLowerCase().replace('ρ', 'rho'))).toContain(where.toLowerCase());
    for (const r of refusals) expect(r.because.length).toBeGreaterThan(8);
    for (const c of experiment.contenders) expect(contenderPlan(c, experiment.model).nfe).toBeGreaterThan(0);
    roundTrip(experiment);
  });

  test('its own lab is a key, any other is refused by name', () => {
    expect(parseExperiment('lab=diffusion&model=moons').refusals).toEqual([]);
    for (const value of ['paint', 'Diffusion', ''])
      expect(parseExperiment(`lab=${value}&model=moons`)).toMatchObject({
        experiment: { model: 'moons' },
        refusals: [{ where: 'lab', value, because: 'there is no such lab', used: 'Diffusion' }],
      });
  });

  test('2,000 random texts, some near the grammar', () => {
    const pieces = [
      'model=',
      'ring8',
      'c=',
      'euler',
      ':',
      'karras',
      '(',
      ')',
      'rho',
      '=',
      ',',
      '&',
      '%',
      '%zz',
      'explicit',
      '_',
      '1e400',
      '-0',
      '∞',
      'fp=',
      'points=',
      'A',
      '\0',
      'n=',
      '9',
      '.',
      'budgets=',
    ];
    const words = new Uint32Array(4);
    for (let i = 0; i < 2000; i++) {
      let text = '';
      for (let k = 0; k < 12; k++) text += pieces[philox4x32(i, k, 0, 0, 7, 7, words)[0]! % pieces.length]!;
      const { experiment } = parseExperiment(text);
      roundTrip(experiment);
    }
  });

  test('a huge link, nine contenders and a million points are cut down in words', () => {
    expect(parseExperiment('x'.repeat(200_000)).refusals[0]!.where).toBe('link');
    const nine = parseExperiment(Array(9).fill('c=euler:karras:4').join('&'));
    expect(nine.experiment.contenders).toHaveLength(8);
    expect(nine.refusals).toHaveLength(1);
    expect(parseExperiment(`model=drawn&points=${'A'.repeat(90_000)}`).refusals[0]!.because).toMatch(/at most 4096/);
  });

  test('the order of keys does not matter, and equal experiments give equal links', () => {
    const a = parseExperiment('n=100&seed=5&model=moons&c=heun:karras(rho=7):9').experiment;
    const b = parseExperiment('model=moons&c=heun:karras:9&seed=5&n=100').experiment;
    expect(formatExperiment(a)).toBe(formatExperiment(b));
  });
});

test('steps for a budget: the most that fit, and never more', () => {
  for (const sampler of Object.keys(samplers) as SamplerId[]) {
    const c = newContender(sampler, 10);
    for (const budget of [1, 2, 5, 12, 33]) {
      const steps = stepsForBudget(c, 'grid4', budget);
      if (choosesCost(c)) {
        expect(steps).toBe(0);
        continue;
      }
      if (steps > 0) expect(contenderPlan(c, 'grid4', steps).nfe).toBeLessThanOrEqual(budget);
      expect(contenderPlan(c, 'grid4', steps + 1).nfe, `${sampler} at ${budget}`).toBeGreaterThan(budget);
    }
  }
});

test('the sample limit of every model is one its card states', () => {
  for (const id of modelIds) expect(experimentFields(id).samples.max).toBe(models[id].samples.max);
});

test('a trained twin of a mixture knows no classes', () => {
  const { experiment, refusals } = parseExperiment('model=grid4&learned=1&class=1');
  expect([experiment.learned, experiment.label]).toEqual([true, -1]);
  expect(refusals).toEqual([
    {
      where: 'Class',
      value: '1',
      because: 'the trained network of Four Gaussians knows no classes',
      used: 'the whole target',
    },
  ]);
  expect(parseExperiment('model=grid4&class=1').experiment.label).toBe(1);
});

describe('a contender’s own guidance', () => {
  const of = (c: string, rest = 'model=digits&') => parseExperiment(`${rest}c=${c}`);
  test.each([
    'euler:karras:10:cfg(w=3)',
    'heun:karras:6:apg',
    'dpmpp_2m:karras:6:rescale(w=4,phi=0.5,space=noise)',
    'euler_cfg_pp:karras:8:cfg(w=0.6)',
    'euler:explicit(5_2_0):interval(w=3,from=0.5,to=4)',
    'ddim(eta=0.5):exponential:12:perp_neg(v=2,avoid=3)',
    'euler:karras:10:autoguidance(w=1.5)',
    'euler:karras:10:mimic_thresholding(quantile=0.99,mimic=1.5)',
  ])('%s comes back', (text) => {
    const { experiment, refusals } = of(text);
    expect(refusals).toEqual([]);
    expect(formatExperiment(experiment)).toBe(`model=digits&c=${text}`);
    expect(parseExperiment(formatExperiment(experiment)).experiment).toEqual(experiment);
  });
  test('holds every field of its method', () => {
    const { guide } = of('euler:karras:10:cfg(w=3)').experiment.contenders[0]!;
    expect(guide).toEqual({ method: 'cfg', params: { w: 3, phi: 0, space: 'flow', from: 0, to: 1e6 } });
  });
  test('a link without it has none, whatever weight all share', () => {
    const { contenders, guidance } = parseExperiment('model=digits&w=3&c=euler:karras:10').experiment;
    expect([guidance, contenders[0]!.guide]).toEqual([3, undefined]);
  });
  test.each([
    ['euler:karras:10:cfg(w=99)', 'it must be a number from 0 to 30', '2'],
    ['euler:karras:10:cfg(z=1)', 'there is no parameter', 'nothing'],
    ['euler:karras:10:cfg(from=5,to=2)', 'it must end at a higher σ than it begins above', 'the usual one'],
    ['euler:karras:10:nothing(w=3)', 'nothing belongs after the number of steps', 'left out'],
    ['euler:karras:10:cfg(w=3):cfg', 'nothing belongs after the guidance', 'left out'],
    ['euler:explicit(5_2_0):7', 'nothing belongs after a σ list', 'left out'],
  ])('%s is refused in words', (text, because, used) => {
    const { refusals, experiment } = of(text);
    expect(refusals.map((r) => [r.because.includes(because), r.used])).toEqual([[true, used]]);
    expect(experiment.contenders).toHaveLength(1);
  });
});
