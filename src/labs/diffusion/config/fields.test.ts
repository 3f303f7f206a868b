// The scalar fields of every lab and model, their defaults and ranges written out once more; how each is read at its
// ends; and the first comparison of a model.
import { describe, expect, test } from 'vitest';
import type { AnyField, NumberField } from '../../../core/field.ts';
import { languageModelIds } from '../../../models/language.ts';
import { modelIds, type ModelId } from '../../../models/index.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import { schedules } from '../../../schedules/index.ts';
import { algorithms } from '../../../samplers/decoding/algorithms.ts';
import { stages } from '../../../samplers/decoding/stages.ts';
import {
  contenderNfe,
  contenderPlan,
  contenderSigmas,
  isStochastic,
  newContender,
  stepsForBudget,
} from './contender.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { defaultContenders, defaultExperiment } from './defaults.ts';
import {
  defaultBudgets,
  experimentFields,
  MAX_BUDGETS,
  MAX_CONTENDERS,
  MAX_POINTS,
  MAX_STEPS,
  stepsField,
} from './fields.ts';
import { batchField, samplesField } from '../../kernels/config/fields.ts';
import * as language from '../../language/config/fields.ts';
import { metricMenu, modelMenu, samplerMenu, scheduleMenu } from './menus.ts';

const facts = ({ label, default: d, min, max, step, integer, log }: NumberField) => [
  label,
  d,
  min,
  max,
  step,
  integer,
  log,
];

describe('the diffusion lab', () => {
  // Samples: default and most; guidance: least and most; classes; seeds a point; budgets.
  const plane = [512, 16384, 1, 1, -1, 3, '4.8.12.16.24.32.48'] as const;
  const rows: Readonly<Record<ModelId, readonly [number, number, number, number, number, number, string]>> = {
    ring8: [512, 16384, 1, 1, 3, 3, plane[6]],
    grid4: [512, 16384, 1, 1, 1, 3, plane[6]],
    unbalanced: [512, 16384, 1, 1, 2, 3, plane[6]],
    moons: plane,
    spiral: plane,
    checkerboard: plane,
    drawn: plane,
    digits_exact: [16, 256, 1, 1, -1, 1, '4.6.8.12.16.24'],
    digits: [16, 1024, 0, 10, 9, 1, '4.6.8.12.16.24'],
    avatars: [16, 512, 0, 10, 7, 1, '4.6.8.12.16.24'],
  };
  test('every model has its row', () => expect(Object.keys(rows)).toEqual(modelIds));
  test.each(Object.entries(rows))('%s', (id, [samples, most, weakest, strongest, classes, seeds, budgets]) => {
    const f = experimentFields(id as ModelId);
    expect(Object.keys(f)).toEqual(['seed', 'samples', 'guidance', 'label', 'seeds', 'learned']);
    expect(facts(f.seed)).toEqual(['Seed', 0, 0, 4294967295, 1, true, false]);
    expect(facts(f.samples)).toEqual(['Samples', samples, 1, most, 1, true, true]);
    expect(facts(f.guidance)).toEqual(['Guidance', 1, weakest, strongest, 0.1, false, false]);
    expect(facts(f.label)).toEqual(['Class', -1, -1, classes, 1, true, false]);
    expect(facts(f.seeds)).toEqual(['Seeds per point', seeds, 1, 10, 1, true, false]);
    expect([f.learned.label, f.learned.default]).toEqual(['Learned denoiser', false]);
    expect(defaultBudgets(id as ModelId).join('.')).toBe(budgets);
    const { contenders, ...rest } = defaultExperiment(id as ModelId);
    expect(rest).toEqual({
      model: id,
      learned: false,
      points: [],
      seed: 0,
      samples,
      guidance: 1,
      label: -1,
      budgets: budgets.split('.').map(Number),
      seeds,
      kernels: {},
    });
    expect(contenders.map(formatContender)).toEqual(
      seeds === 3
        ? ['euler:karras:12', 'heun:karras:6', 'dpmpp_2m:karras:12', 'ipndm:karras:12']
        : ['euler:karras:8', 'heun:karras:4', 'dpmpp_2m:karras:8', 'unipc:karras:8'],
    );
    expect(defaultContenders(id as ModelId)).toEqual(contenders);
  });
  test('steps, limits, and the model that is first', () => {
    expect(facts(stepsField)).toEqual(['Steps', 10, 1, 1000, 1, true, true]);
    expect([MAX_CONTENDERS, MAX_STEPS, MAX_POINTS, MAX_BUDGETS]).toEqual([8, 1000, 4096, 24]);
    expect(defaultExperiment().model).toBe('ring8');
  });
  test('menus list the registries', () => {
    expect(samplerMenu.map((m) => m.id)).toEqual(Object.keys(samplers));
    expect(scheduleMenu.map((m) => m.id)).toEqual(Object.keys(schedules));
    expect(modelMenu.map((m) => m.id)).toEqual(modelIds);
    expect(metricMenu[0]!.id).toBe('paired_median');
    for (const m of modelMenu) expect(m.paper).toBeNull();
    for (const m of samplerMenu) expect(m.order).toBe(samplers[m.id].order);
  });
});

describe('the language lab', () => {
  test.each([
    ['sotu', 1, 96],
    ['sotu_draft', 1, 96],
    ['countdown', 8, 200],
    [null, 1, 64],
  ] as const)('%s', (id, samples, length) => {
    const f = language.languageFields(id ? { from: 'bundled', id } : { from: 'file', name: 'x' });
    expect(Object.keys(f)).toEqual([
      ...['seed', 'samples', 'maxTokens', 'chat', 'overflow', 'keep', 'names', 'format', 'cacheKeys', 'cacheValues'],
    ]);
    for (const half of [f.cacheKeys, f.cacheValues])
      expect([half.default, ...half.options.map((o) => o.value)]).toEqual(['f32', 'f32', 'f16', 'q8_0', 'q4_0']);
    expect(facts(f.seed)).toEqual(['Seed', 0, 0, 4294967295, 1, true, false]);
    expect(facts(f.samples)).toEqual(['Samples', samples, 1, 64, 1, true, true]);
    expect(facts(f.maxTokens)).toEqual(['Length', length, 1, 4096, 1, true, true]);
    expect(f.maxTokens.unit).toBe('tokens');
    expect([f.chat.label, f.chat.default]).toEqual(['Chat', false]);
    expect([f.overflow.default, ...f.overflow.options.map((o) => `${o.value}: ${o.label}`)]).toEqual([
      'refuse',
      'refuse: stop there',
      'shift: forget the oldest',
    ]);
    expect(facts(f.keep)).toEqual(['Keep', 0, 0, 4096, 1, true, false]);
    expect([f.names.default, ...f.names.options.map((o) => `${o.value}: ${o.label}`)]).toEqual([
      'token',
      'token: steer the model',
      'text: plain text',
    ]);
    expect([f.format.default, ...f.format.options.map((o) => `${o.value}: ${o.label}`)]).toEqual([
      'auto',
      'auto: as they come',
      'stored: as stored in the file',
      'f32: 32-bit',
      'f16: 16-bit',
      'int8: 8-bit',
      'int4: 4-bit',
    ]);
  });
  test('limits, and every bundled model above', () => {
    const { MAX_BRANCHES, MAX_CONTENDERS: contenders, MAX_PROMPT, MAX_STAGES, MAX_STOPS } = language;
    expect([contenders, MAX_STAGES, MAX_BRANCHES, MAX_STOPS, MAX_PROMPT]).toEqual([6, 12, 64, 8, 20000]);
    expect(languageModelIds).toEqual(['sotu', 'sotu_draft', 'countdown']);
  });
});

describe('every field of every registry is read at its ends and not beyond', () => {
  const named = (kind: string, registry: object) =>
    Object.entries(registry as Record<string, { params: object }>).flatMap(([id, { params }]) =>
      Object.entries(params as Record<string, AnyField>).map(([key, f]) => [`${kind} ${id}.${key}`, f] as const),
    );
  const of = (kind: string, table: object) =>
    Object.entries(table as Record<string, AnyField>).map(([k, f]) => [`${kind}.${k}`, f] as const);
  const fields = [
    ...named('sampler', samplers),
    ...named('schedule', schedules),
    ...named('stage', stages),
    ...named('algorithm', algorithms),
    ...of('digits', experimentFields('digits')),
    ...of('ring8', experimentFields('ring8')),
    ...of('sotu', language.languageFields({ from: 'bundled', id: 'sotu' })),
    ...of('kernels', { samplesField, diffusion: batchField('diffusion'), token: batchField('token'), stepsField }),
  ];
  test('there are many', () => expect(fields.length).toBeGreaterThan(80));
  test.each(fields)('%s', (_, f) => {
    expect(f.parse(f.format(f.default as never))).toBe(f.default);
    const [given, refused]: [unknown[], string[]] = [[], ['x', 'undefined', 'NaN', '∞']];
    if (f.kind === 'number') {
      const beyond = f.integer ? 1 : Math.max(Math.abs(f.min), Math.abs(f.max)) * 1e-9;
      expect([f.min, f.max, f.default].every(Number.isFinite)).toBe(true);
      expect(f.step).toBeGreaterThan(0);
      expect(f.min <= f.default && f.default <= f.max).toBe(true);
      given.push(f.min, f.max);
      refused.push(`${f.min - beyond}`, `${f.max + beyond}`, '', ' ', '1e999', '-Infinity', '1,5', '1_0', `${f.max}x`);
      if (f.integer) refused.push(`${f.default + 0.5}`, `${f.min + 1e-9}`);
    } else if (f.kind === 'boolean') {
      given.push(true, false);
      refused.push('', '2', 'true', '01', ' 1');
    } else if (f.kind === 'choice') {
      given.push(...f.options.map((o) => o.value));
      refused.push('', ` ${f.default}`, f.default.toUpperCase(), `${f.default},`);
      expect(new Set(f.options.map((o) => o.value)).size).toBe(f.options.length);
    }
    for (const v of given) expect(f.parse(f.format(v as never))).toBe(v);
    if (f.kind !== 'text') for (const text of refused) expect(f.parse(text), text).toBeUndefined();
  });
});

describe('contenders', () => {
  test('what is given stands beside the defaults of sampler and schedule', () => {
    expect(newContender('dpmpp_2m_sde', 5, 'karras', { eta: 0.25 }, { rho: 3 })).toMatchObject({
      sampler: 'dpmpp_2m_sde',
      schedule: 'karras',
      steps: 5,
      sigmas: [],
      params: { eta: 0.25 },
      scheduleParams: { rho: 3 },
    });
    expect(newContender('euler', 5)).toMatchObject({ schedule: 'karras', params: {}, scheduleParams: { rho: 7 } });
  });
  test('a drawn list as it is at its own number of steps, with its shape at another', () => {
    const c = { ...newContender('euler', 2), schedule: 'explicit' as const, scheduleParams: {}, sigmas: [16, 1, 0] };
    const sigmas = contenderSigmas(c, 'ring8');
    expect(sigmas).toEqual([16, 1, 0]);
    expect(sigmas).not.toBe(c.sigmas);
    expect(contenderSigmas(c, 'ring8', 3)).toEqual([16, 4, 1, 0].map((v) => (v === 0 ? 0 : expect.closeTo(v, 12))));
    expect(contenderPlan(c, 'ring8', 3).nfe).toBe(3);
    expect(contenderTitle(c)).toBe('Euler (= DDIM) · own σ list · 2 steps');
    expect(contenderTitle(newContender('heun', 1, 'uniform'))).toBe('Heun · Uniform in time · 1 step');
  });
  test('a schedule spans the model’s own range', () => {
    expect(contenderSigmas(newContender('euler', 2), 'ring8')).toEqual([20, expect.closeTo(0.02, 12), 0]);
    expect(contenderSigmas(newContender('euler', 2), 'digits')).toEqual([80, expect.closeTo(0.02, 12), 0]);
  });
  test('who draws noise', () => {
    expect([newContender('euler', 2), newContender('ddim', 2)].map(isStochastic)).toEqual([false, false]);
    expect(isStochastic(newContender('ddim', 2, 'karras', { eta: 0.1 }))).toBe(true);
    expect(isStochastic(newContender('dpmpp_sde', 2))).toBe(true);
  });
  test('evaluations by steps, and the most steps for a budget: Heun pays 2n − 1', () => {
    const heun = newContender('heun', 4);
    expect([1, 2, 4, 9].map((n) => contenderNfe(heun, 'ring8', n))).toEqual([1, 3, 7, 17]);
    expect([0, 1, 2, 3, 4, 5, 16, 17, 18].map((b) => stepsForBudget(heun, 'ring8', b))).toEqual([
      0, 1, 1, 2, 2, 3, 8, 9, 9,
    ]);
    const euler = newContender('euler', 4);
    expect([1, 2, 7, 8, 9, 100].map((b) => stepsForBudget(euler, 'ring8', b))).toEqual([1, 2, 7, 8, 9, 100]);
    expect([1000, 1001, 5000].map((b) => stepsForBudget(euler, 'ring8', b))).toEqual([1000, 1000, 1000]);
  });
  test('counted once for each range of levels and number of steps', () => {
    const c = newContender('euler', 3);
    expect([contenderNfe(c, 'ring8', 3), contenderNfe(c, 'ring8', 4)]).toEqual([3, 4]);
    (c as { sampler: string }).sampler = 'heun'; // nobody does this: it shows what is remembered
    expect([contenderNfe(c, 'ring8', 3), contenderNfe(c, 'ring8', 4)]).toEqual([3, 4]);
    expect([contenderNfe(c, 'digits', 3), contenderNfe(c, 'ring8', 5)]).toEqual([5, 9]);
  });
});
