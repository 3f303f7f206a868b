// The menus of samplers and schedules: what finds an entry, what its row says, and that a name of another tool sets what
// that tool runs.
import { describe, expect, test } from 'vitest';
import { found, groupsOf, moved } from '../picker/search.ts';
import { samplerAliases } from '../../../samplers/diffusion/aliases.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { scheduleAliases } from '../../../schedules/aliases.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { contenderFields } from '../../../samplers/contenders/contender.ts';
import { absent } from '../../../samplers/diffusion/absent.ts';
import { absentSampler, samplerItems, scheduleItems, withSchedule } from './pickers.ts';

const ids = (items: typeof samplerItems | typeof scheduleItems, text: string) =>
  found<string>(items, text).map((h) => h.item.id);

describe('what finds a sampler', () => {
  test.each<[string, readonly SamplerId[]]>([
    [
      '2m',
      [
        'dpmpp_2m',
        'dpmpp_2m_sde',
        'dpmpp_2m_v2',
        'deis',
        'res_multistep',
        'dpmpp_2m_cfg_pp',
        'ab_2m',
        'abm_2m',
        'lawson42_gen_mod_1h4s',
        'ablawson_2m',
      ],
    ],
    ['res_2m', ['res_multistep']],
    ['etdrk2_2s', ['res_2s']],
    ['res_4s_munthe-kaas', ['res_4s_munthe_kaas']],
    ['tsi_7s', ['tsitouras_6s']],
    ['DPM++ 2M', ['dpmpp_2m', 'dpmpp_2m_sde', 'dpmpp_2m_v2', 'dpmpp_2m_cfg_pp']],
    ['dpmpp_2m_sde', ['dpmpp_2m_sde']],
    ['DPM++ 2M SDE Heun', ['dpmpp_2m_sde']],
    ['uni_pc', ['unipc']],
    ['plms', ['pndm']],
    ['exp_heun_2_x0_sde', ['seeds_2']],
    ['SCMScheduler', ['lcm']],
    ['KDPM2AncestralDiscreteScheduler', ['dpm_2_ancestral']],
    ['sample_euler_ancestral_RF', ['euler_ancestral_rf']],
    ['KDPM2DiscreteScheduler', ['dpm_2']],
    ['sample_lms', ['lms']],
    ['3m sde', ['dpmpp_3m_sde']],
    ['sde 3m', ['dpmpp_3m_sde']],
    ['Runge-Kutta 4 in log', ['rk4']],
    ['restart', ['restart']],
    ['LCMScheduler', ['lcm']],
    ['picard', ['paradigms', 'pcm']],
    ['PCM', ['pcm', 'unipc']],
    ['DEER', ['parallel_newton']],
    ['BatchStep', ['parastep']],
  ])('%s', (text, want) => {
    expect(ids(samplerItems, text)).toEqual(want);
  });
  test('the name itself comes first, and every id, title and alias finds its own entry', () => {
    expect(ids(samplerItems, 'heun')[0]).toBe('heun');
    expect(ids(samplerItems, 'Euler a')[0]).toBe('euler_ancestral');
    expect(ids(samplerItems, 'order 4').slice(0, 4)).toEqual(['pec423_2h2s', 'pec433_2h3s', 'eglm433_2h3s', 'rk4']);
    expect(ids(samplerItems, 'RES4LYF')).toContain('res_multistep');
    for (const item of samplerItems)
      for (const name of [item.id, item.title, ...item.aliases.map((a) => a.name)])
        expect(ids(samplerItems, name), name).toContain(item.id);
    for (const item of scheduleItems)
      for (const name of [item.id, item.title, ...item.aliases.map((a) => a.name)])
        expect(ids(scheduleItems, name), name).toContain(item.id);
  });
});

describe('what another tool has and this one has not', () => {
  test.each([
    ['rk6_7s', 'butcher6_7s', /^RES4LYF’s rk6_7s is not here: no source of its coefficients was found but/],
    ['exponential/res_16s', 'res_10s', /^RES4LYF’s res_16s is not here/],
    ['RES_3S_sunstar', 'res_3s', /the publication behind it has not been read and checked here\.$/],
    ['res_4s_krogstad_alt', 'res_4s_krogstad', /under the AGPL\.$/],
    ['gauss-legendre_4s', 'rk4_4s', /tens of evaluations a step\.$/],
  ])('%s', (text, nearest, because) => {
    expect(absentSampler(text)).toEqual({ id: nearest, because: expect.stringMatching(because) as string });
  });
  test('each is told once, is nowhere in the menu, and has a nearest that is', () => {
    expect(absent).toHaveLength(50); // with the 68 names that the menu knows all that RES4LYF 022c873 offers
    expect(new Set(absent.map(({ name }) => name)).size).toBe(absent.length);
    for (const { name, nearest } of absent) {
      expect(ids(samplerItems, name), name).toEqual([]);
      expect(samplerItems.map((i) => i.id)).toContain(nearest);
    }
    for (const text of ['rk4_4s', 'nobody', '', 'res']) expect(absentSampler(text)).toBeNull();
  });
});

test.each([
  ['sgm', 'uniform', { spacing: 'sgm_uniform' }],
  ['simple', 'uniform', { spacing: 'simple' }],
  ['kl optimal', 'kl_optimal', undefined],
  ['ays', 'ays', undefined],
  ['Align Your Steps', 'ays', undefined],
  ['trailing', 'uniform', { spacing: 'trailing' }],
  ['polyexponential', 'exponential', undefined],
] as const)('schedule “%s” is %s', (text, id, params) => {
  const hit = found<string>(scheduleItems, text)[0]!;
  expect([hit.item.id, hit.by?.params]).toEqual([id, params]);
});

test('what an alias sets is a parameter of its entry, and not its default alone', () => {
  const check = (aliases: typeof samplerAliases | typeof scheduleAliases, kind: 'params' | 'scheduleParams') => {
    for (const [id, list] of Object.entries(aliases))
      for (const { name, params } of list) {
        const fields =
          kind === 'params'
            ? contenderFields({ sampler: id as SamplerId, schedule: 'karras' }).params
            : contenderFields({ sampler: 'euler', schedule: id as ScheduleId }).scheduleParams;
        for (const [key, value] of Object.entries(params ?? {})) {
          expect(Object.keys(fields), `${id} ${name}`).toContain(key);
          expect(fields[key]!.parse(fields[key]!.format(value as never)), `${id} ${name} ${key}`).toBe(value);
        }
      }
  };
  check(samplerAliases, 'params');
  check(scheduleAliases, 'scheduleParams');
});

test('every sampler and schedule stands in the menu once, in unbroken groups, with its order and cost', () => {
  expect(samplerItems.map((i) => i.id).sort()).toEqual(Object.keys(samplers).sort());
  expect(scheduleItems.map((i) => i.id).sort()).toEqual([...Object.keys(schedules), 'explicit'].sort());
  for (const items of [samplerItems, scheduleItems]) {
    const groups = groupsOf<string>(found<string>(items, ''), '');
    expect(groups.flatMap((g) => g.hits.map((h) => h.item.id))).toEqual(items.map((i) => i.id));
    expect(groups.map((g) => items[g.from]!.group)).toEqual(groups.map((g) => g.head));
    expect(groupsOf<string>(found<string>(items, 'a'), 'a').map((g) => g.head)).toEqual(['']);
  }
  const facts = Object.fromEntries(samplerItems.map((i) => [i.id, `${i.group}: ${i.facts}`]));
  expect(facts).toMatchObject({
    euler: 'Most used: measured order 1 · 1 evaluation a step',
    gradient_estimation: 'First order: measured order 1 · 1 evaluation a step',
    lms: 'Multistep: measured order 3.2 · 1 evaluation a step',
    dpm_2: 'Several evaluations a step: measured order 2 · 2 evaluations a step',
    rk4: 'Several evaluations a step: measured order 4 · 4 evaluations a step',
    dpmpp_2s_ancestral: 'Stochastic: measured order 2 · 2 evaluations a step · stochastic',
    abnorsett_3m: 'Multistep: measured order 3 · 1 evaluation a step · stochastic with η above 0',
    etdrk4_4s: 'Exponential: measured order 4 · 4 evaluations a step · stochastic with η above 0',
    dormand_prince_6s: 'Runge-Kutta: measured order 5 · 6 evaluations a step · stochastic with η above 0',
    lawson4_4s: 'Integrating factor: measured order 4 · 4 evaluations a step · stochastic with η above 0',
    consistency: 'Stochastic: 1 evaluation a step · stochastic',
    restart: expect.stringMatching(/^Stochastic: measured order 2 · (about )?\d/),
  });
  const badges = Object.fromEntries(samplerItems.map((i) => [i.id, i.badges]));
  expect(badges).toMatchObject({
    euler: ['order 1', '1 NFE'],
    etdrk4_4s: ['η', 'order 4', '4 NFE'],
    lcm: ['noise', '1 NFE'],
    restart: ['noise', 'order 2', expect.stringMatching(/^≈?\d[\d.]* NFE$/)],
  });
  const groupOf = Object.fromEntries(scheduleItems.map((i) => [i.id, i.group]));
  for (const id of ['uniform', 'ays', 'beta_time']) expect(groupOf[id]).toBe('From a published noise table');
  for (const id of ['karras', 'beta_sigma', 'flow_shift']) expect(groupOf[id]).toBe('Over the model’s own noise range');
});

test('keys of the list: the arrows go round, pages stop at the ends', () => {
  expect([moved(0, 'ArrowUp', 24), moved(23, 'ArrowDown', 24), moved(3, 'ArrowDown', 24)]).toEqual([23, 0, 4]);
  expect([moved(3, 'PageUp', 24), moved(20, 'PageDown', 24), moved(3, 'Home', 24), moved(3, 'End', 24)]).toEqual([
    0, 23, 0, 23,
  ]);
  expect([moved(3, 'a', 24), moved(0, 'ArrowDown', 0)]).toEqual([3, -1]);
});

test('a name that ends in a schedule, as A1111 writes them, names both', () => {
  expect(withSchedule('DPM++ 2M Karras')).toEqual({ sampler: 'DPM++ 2M', schedule: 'karras', params: {} });
  expect(withSchedule('dpm++ 2m sde karras')).toMatchObject({ sampler: 'dpm++ 2m sde', schedule: 'karras' });
  expect(withSchedule('Euler a SGM Uniform')).toMatchObject({ sampler: 'Euler a', schedule: expect.any(String) });
  expect(withSchedule('2m')).toBeNull();
  expect(withSchedule('karras')).toBeNull();
  expect(withSchedule('dpm++ nonsense')).toBeNull();
  const ids = (text: string) => found(samplerItems, withSchedule(text)!.sampler).map((hit) => hit.item.id);
  expect(ids('DPM++ 2M Karras')[0]).toBe('dpmpp_2m');
  expect(ids('DPM++ 2M SDE Karras')[0]).toBe('dpmpp_2m_sde');
});
