// The published default of every parameter of every sampler, its range and its kind, written out by hand. Looked up in the
// papers and in the signatures of k-diffusion 0.1.1 and diffusers 0.42, not in the samplers. A sampler or a parameter
// without a row fails, and so does a row without a sampler.
import { describe, expect, test } from 'vitest';
import { defaults, type AnyField } from '../../core/field.ts';
import { choice, factsOf, number, rowsByName, toggle, whole, type Row } from './defaultsTesting.ts';
import { samplers, type SamplerId } from './index.ts';
import { tableauSamplers, type TableauId } from './tableaus/index.ts';
import type { Sampler } from './types.ts';

const eta = number('η', 1, 0, 1); // k-diffusion: eta=1., s_noise=1.
const noiseScale = number('noise scale', 1, 0, 1.5);
const inner = number('r', 0.5, 0.1, 1); // k-diffusion: r=1 / 2; DPM-Solver++, algorithm 1: r = ½
const carefulEnd = toggle('careful end', true); // diffusers: lower_order_final=True

/** Of those that are code; of those that are data tableaus/facts.test.ts has the rows. */
const rows: Record<Exclude<SamplerId, TableauId>, Row> = {
  ...rowsByName,
  euler: { order: 1, noise: false, paper: '2206.00364', params: {} },
  heun: { order: 2, noise: false, paper: '2206.00364', params: {} },
  dpm_2: { order: 2, noise: false, paper: '2206.00927', params: {} },
  rk4: { order: 4, noise: false, paper: '2206.00927', params: {} },
  dpmpp_2s: { order: 2, noise: false, paper: '2211.01095', params: { r: inner } },
  dpmpp_2m: { order: 2, noise: false, paper: '2211.01095', params: {} },
  dpmpp_3m: { order: 2, noise: false, paper: '2211.01095', params: { lower_order_final: carefulEnd } },
  dpmpp_3m_corrected: { order: 3, noise: false, paper: '2211.01095', params: { lower_order_final: carefulEnd } },
  res_multistep: { order: 2, noise: false, paper: '2308.02157', params: {} },
  unipc: {
    order: 3, // order 2 of the predictor and one more by the corrector
    noise: false,
    paper: '2302.04867',
    params: {
      order: whole('order p', 2, 1, 3), // diffusers: solver_order=2, solver_type="bh2", disable_corrector=[]
      variant: choice('B(h)', 'bh2', ['bh1', 'bh1: h'], ['bh2', 'bh2: e^h − 1']),
      corrector: toggle('corrector', true),
      lower_order_final: carefulEnd,
    },
  },
  deis: {
    order: 3,
    noise: false,
    paper: '2204.13902',
    params: {
      order: whole('order', 3, 1, 4), // the paper's tAB3
      mode: choice(
        'polynomial in',
        'tab',
        ['tab', 'time (tAB)'],
        ['rhoab', 'σ (ρAB, = LMS)'],
        ['logrho', 'log σ (diffusers)'],
      ),
    },
  },
  ipndm: { order: 2, noise: false, paper: '2204.13902', params: { order: whole('order', 4, 1, 4) } },
  lms: { order: 3.2, noise: false, paper: '2204.13902', params: { order: whole('order', 4, 1, 4) } }, // order=4
  ghvb: { order: 2, noise: false, paper: '2307.11118', params: { order: number('order', 2.5, 1, 4, { step: 0.1 }) } },
  gradient_estimation: { order: 1, noise: false, paper: '2306.04848', params: { gamma: number('γ', 2, 1, 5) } },
  ddim: { order: 1, noise: false, paper: '2010.02502', params: { eta: { ...eta, default: 0 } } }, // eta=0.0
  ddpm: {
    order: 1,
    noise: true,
    paper: '2006.11239',
    params: {
      variance: choice(
        'variance', // variance_type="fixed_small"
        'fixed_small',
        ['fixed_small', 'posterior (β̃)'],
        ['fixed_large', 'forward step (β)'],
      ),
    },
  },
  euler_ancestral: { order: 1, noise: true, paper: '2010.02502', params: { eta, s_noise: noiseScale } },
  dpmpp_2s_ancestral: { order: 2, noise: true, paper: '2211.01095', params: { eta, s_noise: noiseScale } },
  // ComfyUI: eta=1., s_noise=1., ge_gamma=2.
  res_multistep_ancestral: { order: 2, noise: true, paper: '2308.02157', params: { eta, s_noise: noiseScale } },
  euler_cfg_pp: { order: 1, noise: false, paper: '2406.08070', params: {} },
  euler_ancestral_cfg_pp: { order: 1, noise: true, paper: '2406.08070', params: { eta, s_noise: noiseScale } },
  dpmpp_2m_cfg_pp: { order: 2, noise: false, paper: '2406.08070', params: {} },
  dpmpp_2s_ancestral_cfg_pp: { order: 2, noise: true, paper: '2406.08070', params: { eta, s_noise: noiseScale } },
  res_multistep_cfg_pp: { order: 2, noise: false, paper: '2406.08070', params: {} },
  res_multistep_ancestral_cfg_pp: { order: 2, noise: true, paper: '2406.08070', params: { eta, s_noise: noiseScale } },
  gradient_estimation_cfg_pp: { order: 1, noise: false, paper: '2406.08070', params: { gamma: number('γ', 2, 1, 5) } },
  dpmpp_sde: { order: 2, noise: true, paper: '2211.01095', params: { eta, s_noise: noiseScale, r: inner } },
  dpmpp_2m_sde: {
    order: 2,
    noise: true,
    paper: '2211.01095',
    params: {
      eta,
      s_noise: noiseScale,
      solver_type: choice('solver', 'midpoint', ['midpoint', 'midpoint'], ['heun', 'heun']),
    },
  },
  dpmpp_3m_sde: { order: 2, noise: true, paper: '2211.01095', params: { eta, s_noise: noiseScale } },
  edm_stochastic: {
    order: 2,
    noise: true,
    paper: '2206.00364',
    params: {
      // table 5, ImageNet-64: S_churn 40, S_tmin .05, S_tmax 50, S_noise 1.003
      s_churn: number('churn', 40, 0, 100),
      s_tmin: number('lowest σ', 0.05, 0, 10),
      s_tmax: number('highest σ', 50, 0, 1000),
      s_noise: number('noise scale', 1.003, 0, 1.5, { step: 0.001 }),
    },
  },
  restart: {
    order: 2,
    noise: true,
    paper: '2306.14878',
    params: {
      N_R: whole('levels', 3, 2, 20),
      K: whole('rounds', 2, 0, 20),
      t_min: number('t_min', 0.14, 0.01, 10, { log: true }),
      t_max: number('t_max', 0.3, 0.02, 50, { log: true }),
    },
  },
  lcm: { order: 0, noise: true, paper: '2310.04378', params: {} },
  consistency: {
    order: 0,
    noise: true,
    paper: '2303.01469',
    // diffusers: sigma_min=0.002, s_noise=1.0; ε of the paper's section 5
    params: { sigma_min: number('ε', 0.002, 0, 0.1, { step: 0.001 }), s_noise: noiseScale },
  },
};

test('every sampler has a row, and every row a sampler', () => {
  expect([...Object.keys(rows), ...Object.keys(tableauSamplers)].sort()).toEqual(Object.keys(samplers).sort());
});

test('parameters of the methods that are data: of each kind all there are', () => {
  const node = (label: string, value: number, min: number, max: number) =>
    number(label, value, min, max, { step: 0.01 });
  const variable = (usual: string) =>
    choice('variable', usual, ['sigma', 'σ'], ['log', 'log σ'], ['flow', 'flow time σ/(1 + σ)']);
  const noise = { eta: { ...eta, default: 0 }, s_noise: noiseScale };
  const factsById = Object.fromEntries(
    Object.entries<Sampler>(tableauSamplers).map(([id, { params }]) => [
      id,
      Object.fromEntries(Object.entries(params as Record<string, AnyField>).map(([key, f]) => [key, factsOf(f)])),
    ]),
  );
  expect(factsById['res_2s']).toEqual({ c2: node('c₂', 0.5, 0.1, 1), ...noise });
  expect(factsById['res_3s']).toEqual({ c2: node('c₂', 0.5, 0.1, 0.6), c3: node('c₃', 1, 0.7, 1), ...noise });
  for (const id of ['etdrk4_4s', 'dpm_solver_3s', 'lawson4_4s', 'abnorsett_3m']) expect(factsById[id]).toEqual(noise);
  for (const id of ['rk4_4s', 'dormand_prince_13s'])
    expect(factsById[id]).toEqual({ variable: variable('sigma'), ...noise });
  for (const id of ['ab_3m', 'abm_4m']) expect(factsById[id]).toEqual({ variable: variable('flow') });
  for (const id of ['pec423_2h2s', 'ablawson_2m', 'lawson42_gen_mod_1h4s']) expect(factsById[id]).toEqual({});
});

describe.each(Object.entries(rows))('%s', (id, row) => {
  const sampler: Sampler = samplers[id as SamplerId];
  test('parameters: their order, defaults, ranges, steps and choices', () => {
    const fields = Object.entries(sampler.params) as [string, AnyField][];
    expect(fields.map(([key, field]) => [key, factsOf(field)])).toEqual(Object.entries(row.params));
  });
  test('order, noise at the defaults, paper', () => {
    expect({
      order: sampler.order,
      noise: sampler.stochastic(defaults(sampler.params)),
      paper: sampler.paper.url,
    }).toEqual({ order: row.order, noise: row.noise, paper: `https://arxiv.org/abs/${row.paper}` });
  });
});

test('the menu’s order: the recommended ones first, those that are data last', () => {
  expect(Object.keys(samplers)).toEqual([
    'euler',
    'heun',
    'dpmpp_2m',
    'unipc',
    'ipndm',
    'deis',
    'pndm',
    'ipndm_v',
    'ghvb',
    'lms',
    'res_multistep',
    'gradient_estimation',
    'dpmpp_3m',
    'dpmpp_3m_corrected',
    'dpmpp_2m_v2',
    'accelerated_ddim',
    'heavy_ball',
    'dualfast',
    'pseudo_corrector',
    'dpmpp_singlestep',
    'dpm_fast',
    'dpm_adaptive',
    'parastep',
    'paradigms',
    'pcm',
    'parallel_newton',
    'dpm_2',
    'dpmpp_2s',
    'heunpp2',
    'rk4',
    'restoration_degradation',
    'composed',
    'bespoke',
    'ddim',
    'ddpm',
    'accelerated_ddpm',
    'score_sde_vp',
    'score_sde_ve',
    'euler_ancestral',
    'dpmpp_2s_ancestral',
    'dpm_2_ancestral',
    'euler_ancestral_rf',
    'dpm_2_ancestral_rf',
    'dpmpp_2s_ancestral_rf',
    'dpmpp_sde',
    'dpmpp_2m_sde',
    'dpmpp_3m_sde',
    'seeds_2',
    'seeds_3',
    'sa_solver',
    'sa_solver_pece',
    'er_sde',
    'edm_stochastic',
    'restart',
    'lcm',
    'tcd',
    'consistency',
    'res_multistep_ancestral',
    'euler_cfg_pp',
    'euler_ancestral_cfg_pp',
    'dpmpp_2m_cfg_pp',
    'dpmpp_2s_ancestral_cfg_pp',
    'res_multistep_cfg_pp',
    'res_multistep_ancestral_cfg_pp',
    'gradient_estimation_cfg_pp',
    ...Object.keys(tableauSamplers),
  ]);
});

describe('which settings draw noise', () => {
  const draws = (id: SamplerId, params: object) => {
    const sampler: Sampler = samplers[id];
    return sampler.stochastic({ ...(defaults(sampler.params) as object), ...params });
  };
  test.each([
    'euler_ancestral',
    'dpmpp_2s_ancestral',
    'dpmpp_sde',
    'dpmpp_2m_sde',
    'dpmpp_3m_sde',
    'dpm_2_ancestral',
    'euler_ancestral_rf',
    'dpm_2_ancestral_rf',
    'dpmpp_2s_ancestral_rf',
    'seeds_2',
    'seeds_3',
    'dpm_fast',
  ] as const)('%s: both η and the scale above 0', (id) => {
    expect(draws(id, { eta: 0, s_noise: 1 })).toBe(false);
    expect(draws(id, { eta: 1, s_noise: 0 })).toBe(false);
    expect(draws(id, { eta: 0, s_noise: 0 })).toBe(false);
    expect(draws(id, { eta: 0.01, s_noise: 0.01 })).toBe(true);
  });
  test('ddim: η above 0; ddpm: always; restart: a round', () => {
    expect([0, 0.01, 1].map((v) => draws('ddim', { eta: v }))).toEqual([false, true, true]);
    expect(['fixed_small', 'fixed_large'].map((variance) => draws('ddpm', { variance }))).toEqual([true, true]);
    expect([0, 1, 20].map((K) => draws('restart', { K }))).toEqual([false, true, true]);
  });
  test('lcm: always; consistency: a scale above 0, whatever its least level', () => {
    expect(draws('lcm', {})).toBe(true);
    expect([0, 0.01, 1].map((s_noise) => draws('consistency', { s_noise }))).toEqual([false, true, true]);
    expect([0, 0.1].map((sigma_min) => draws('consistency', { sigma_min }))).toEqual([true, true]);
  });
  test('accelerated_ddpm and the score SDEs: always; tcd: γ above 0; er_sde: an SDE and a scale above 0', () => {
    expect(draws('accelerated_ddpm', {})).toBe(true);
    expect(draws('score_sde_vp', {})).toBe(true);
    expect(draws('score_sde_ve', { correct_steps: 0 })).toBe(true);
    expect([0, 0.01, 1].map((gamma) => draws('tcd', { gamma }))).toEqual([false, true, true]);
    expect(['er_sde', 'sde', 'ode'].map((scaler) => draws('er_sde', { scaler }))).toEqual([true, true, false]);
    expect(draws('er_sde', { s_noise: 0 })).toBe(false);
  });
  test.each(['sa_solver', 'sa_solver_pece'] as const)('%s: τ, the scale and the interval', (id) => {
    expect([0, 0.01, 1].map((tau) => draws(id, { tau }))).toEqual([false, true, true]);
    expect(draws(id, { s_noise: 0 })).toBe(false);
    expect(draws(id, { s_tmax: 0 })).toBe(false);
    expect([1.999, 2, 2.001].map((s_tmax) => draws(id, { s_tmin: 2, s_tmax }))).toEqual([false, true, true]);
  });
  test.each<[object, boolean]>([
    [{ s_churn: 0 }, false],
    [{ s_churn: 0.5 }, true],
    [{ s_noise: 0 }, false],
    [{ s_noise: 0.001 }, true],
    [{ s_tmin: 0, s_tmax: 0 }, false],
    [{ s_tmin: 0, s_tmax: 0.1 }, true],
    [{ s_tmin: 2, s_tmax: 2 }, true],
    [{ s_tmin: 2, s_tmax: 1.999 }, false],
  ])('edm_stochastic %j: %s', (params, want) => {
    expect(draws('edm_stochastic', params)).toBe(want);
  });
});
