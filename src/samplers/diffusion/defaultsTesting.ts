// For defaults.test.ts: how a row is written, and the rows of samplers that tools know by name, out of ComfyUI's signatures,
// diffusers 0.42, k-diffusion 0.1.1 and the papers.
import type { AnyField } from '../../core/field.ts';

export const number = (label: string, value: number, min: number, max: number, other: object = {}) => ({
  kind: 'number',
  label,
  default: value,
  min,
  max,
  step: (max - min) / 100,
  integer: false,
  log: false,
  ...other,
});
export const whole = (label: string, value: number, min: number, max: number) =>
  number(label, value, min, max, { step: 1, integer: true });
export const text = (label: string, value: string, maxLength: number) => ({
  kind: 'text',
  label,
  default: value,
  maxLength,
});
export const choice = (
  label: string,
  value: string,
  ...options: readonly (readonly [value: string, label: string])[]
) => ({
  kind: 'choice',
  label,
  default: value,
  options: options.map(([v, l]) => ({ value: v, label: l })),
});
export const toggle = (label: string, value: boolean) => ({ kind: 'boolean', label, default: value });

export interface Row {
  /** Of convergence, at these defaults; order.test.ts and stochastic.test.ts measure it. */
  readonly order: number;
  readonly noise: boolean;
  /** On arXiv. */
  readonly paper: string;
  readonly params: object;
}

const eta = number('η', 1, 0, 1); // eta=1., s_noise=1.
const noiseScale = number('noise scale', 1, 0, 1.5);
const sa = {
  tau: number('τ', 1, 0, 1), // 1 within the interval
  s_noise: noiseScale,
  s_tmin: number('lowest σ', 0, 0, 5),
  s_tmax: number('highest σ', 1000, 0, 1000),
  predictor_order: whole('predictor order', 3, 1, 4), // predictor_order=3, corrector_order=4, simple_order_2=False
  corrector_order: whole('corrector order', 4, 0, 4),
  simple_order_2: toggle('simple weights', false),
};

export const rowsByName = {
  heunpp2: { order: 1, noise: false, paper: '2206.00364', params: {} },
  ipndm_v: { order: 1.85, noise: false, paper: '2204.13902', params: { order: whole('order', 4, 1, 4) } }, // max_order=4
  pndm: {
    order: 2,
    noise: false,
    paper: '2202.09778',
    params: {
      // Stable Diffusion's own configuration: skip_prk_steps=True
      warmup: choice('warm-up', 'heun', ['heun', 'one step of Heun (PLMS)'], ['runge_kutta', 'three of Runge-Kutta']),
    },
  },
  dpmpp_2m_v2: { order: 1, noise: false, paper: '2211.01095', params: {} },
  dpm_fast: {
    order: 2.5,
    noise: false,
    paper: '2206.00927',
    params: { eta: number('η', 0, 0, 1), s_noise: noiseScale }, // eta=0., s_noise=1.
  },
  dpm_adaptive: {
    order: 3,
    noise: false,
    paper: '2206.00927',
    params: {
      // order=3, rtol=0.05, atol=0.0078, h_init=0.05, pcoeff=0., icoeff=1., dcoeff=0., accept_safety=0.81, eta=0., s_noise=1.
      order: whole('order', 3, 2, 3),
      rtol: number('relative tolerance', 0.05, 1e-8, 1, { log: true }),
      atol: number('absolute tolerance', 0.0078, 1e-9, 1, { log: true }),
      h_init: number('first step', 0.05, 1e-4, 10, { log: true }),
      pcoeff: number('P', 0, 0, 1),
      icoeff: number('I', 1, 0, 1),
      dcoeff: number('D', 0, 0, 1),
      accept_safety: number('safety', 0.81, 0.1, 0.99),
      eta: number('η', 0, 0, 1),
      s_noise: noiseScale,
      most: whole('most evaluations', 1000, 10, 10000),
    },
  },
  dpmpp_singlestep: {
    order: 2,
    noise: false,
    paper: '2211.01095',
    params: {
      order: whole('order', 2, 1, 3), // solver_order=2, solver_type="midpoint"
      solver_type: choice('solver', 'midpoint', ['midpoint', 'midpoint'], ['heun', 'heun']),
    },
  },
  accelerated_ddim: { order: 2, noise: false, paper: '2403.03852', params: {} },
  accelerated_ddpm: { order: 1, noise: true, paper: '2403.03852', params: {} },
  score_sde_vp: {
    order: 1,
    noise: true,
    paper: '2011.13456',
    // beta_min=0.1, beta_max=20
    params: {
      beta_min: number('β at time 0', 0.1, 0.001, 1, { log: true }),
      beta_max: number('β at time 1', 20, 1, 100, { log: true }),
    },
  },
  score_sde_ve: {
    order: 0,
    noise: true,
    paper: '2011.13456',
    // snr=0.15, correct_steps=1
    params: {
      snr: number('signal to noise', 0.15, 0.001, 0.7, { log: true }),
      correct_steps: whole('corrector steps', 1, 0, 3),
    },
  },
  parastep: {
    order: 1,
    noise: false,
    paper: '2505.14741',
    params: {
      workers: whole('workers', 4, 1, 16),
      warmup: whole('warm-up', 4, 1, 50),
      slope: choice('walks along', 'own', ['own', 'its own slope'], ['last', 'the newest slope (BatchStep)']),
    },
  },
  paradigms: {
    order: 1,
    noise: false,
    paper: '2305.16317',
    params: {
      base: choice('base', 'euler', ['euler', 'Euler'], ['ddpm', 'DDPM (posterior)']),
      window: whole('window', 16, 1, 128),
      tolerance: number('τ', 0.1, 0, 1),
      coordinates: choice('coordinates', 'vp', ['vp', 'x̂/√(1 + σ²), of constant variance'], ['ve', 'x̂']),
      start: choice(
        'start',
        'constant',
        ['constant', 'as the last state'],
        ['line', 'on a line to D'],
        ['coarse', 'a coarse solve'],
      ),
      coarse: whole('coarse steps', 4, 2, 32),
    },
  },
  pcm: {
    order: 1,
    noise: false,
    paper: '2503.19731',
    params: {
      sweeps: whole('sweeps', 3, 1, 32),
      window: whole('window', 64, 1, 128),
      fade: number('s', 1, 0, 32),
      numbers: text('Numbers', '', 6000),
    },
  },
  parallel_newton: {
    order: 1,
    noise: false,
    paper: '2309.12252',
    params: {
      jacobian: choice(
        'Jacobian',
        'full',
        ['full', 'whole (points)'],
        ['scalar', 'a number a sample'],
        ['linear', 'none: (t/s)I'],
      ),
      window: whole('window', 32, 1, 128),
      tolerance: number('τ', 0.1, 0, 1),
      delta: number('difference', 0.03, 1e-6, 0.3, { log: true }),
      start: choice('start', 'constant', ['constant', 'as the last state'], ['line', 'on a line to D']),
    },
  },
  heavy_ball: {
    order: 1,
    noise: false,
    paper: '2307.11118',
    params: {
      base: choice(
        'base',
        'euler',
        ['euler', 'Euler'],
        ['dpmpp_2m', 'DPM-Solver++(2M)'],
        ['dpmpp_3m', 'DPM-Solver++(3M)'],
        ['res_multistep', 'RES multistep'],
        ['ipndm', 'iPNDM, four slopes'],
        ['lms', 'LMS, four slopes'],
        ['deis', 'DEIS, three slopes'],
      ),
      beta: number('β', 0.8, 0.1, 1),
    },
  },
  dualfast: {
    order: 2,
    noise: false,
    paper: '2506.13058',
    params: {
      base: choice('base', 'euler', ['euler', 'Euler'], ['dpm_2', 'DPM-Solver-2'], ['dpmpp_2m', 'DPM-Solver++(2M)']),
      c: number('c', 0.5, 0, 1),
      growth: choice('growth of c', 'constant', ['constant', 'the same'], ['rising', 'rising']),
      tau: choice('τ', 'previous', ['previous', 'the step before'], ['first', 'the first']),
    },
  },
  pseudo_corrector: {
    order: 2,
    noise: false,
    paper: '2409.18128',
    params: {
      variable: choice('straight in', 'flow', ['flow', 'time of a flow'], ['sigma', 'noise level σ']),
      heun: whole('Heun first', 0, 0, 20),
    },
  },
  restoration_degradation: { order: 1, noise: false, paper: '2303.03384', params: { rho: number('ρ', 0.3, 0, 0.9) } },
  composed: { order: 3, noise: false, paper: '2312.07243', params: { plan: text('Plan', 'e3', 600) } },
  bespoke: {
    order: 2,
    noise: false,
    paper: '2310.19075',
    params: {
      base: choice('Base', 'rk2', ['rk2', 'midpoint'], ['rk1', 'Euler']),
      numbers: text('Numbers', '', 6000),
    },
  },
  dpm_2_ancestral: { order: 2, noise: true, paper: '2206.00927', params: { eta, s_noise: noiseScale } },
  euler_ancestral_rf: { order: 1, noise: true, paper: '2401.08740', params: { eta, s_noise: noiseScale } },
  dpm_2_ancestral_rf: { order: 2, noise: true, paper: '2401.08740', params: { eta, s_noise: noiseScale } },
  dpmpp_2s_ancestral_rf: { order: 2, noise: true, paper: '2211.01095', params: { eta, s_noise: noiseScale } },
  seeds_2: {
    order: 2,
    noise: true,
    paper: '2305.14267',
    params: {
      eta,
      s_noise: noiseScale,
      r: number('r', 0.5, 0.1, 1), // r=0.5, solver_type="phi_1"
      solver_type: choice('weights', 'phi_1', ['phi_1', 'φ₁ / 2'], ['phi_2', 'φ₂']),
    },
  },
  seeds_3: { order: 2, noise: true, paper: '2305.14267', params: { eta, s_noise: noiseScale } },
  sa_solver: { order: 2, noise: true, paper: '2309.05019', params: sa },
  sa_solver_pece: { order: 2, noise: true, paper: '2309.05019', params: sa },
  er_sde: {
    order: 2,
    noise: true,
    paper: '2309.06169',
    params: {
      max_stage: whole('stages', 3, 1, 3), // max_stage=3, s_noise=1.0
      scaler: choice(
        'noise',
        'er_sde',
        ['er_sde', 'ER-SDE 5'],
        ['sde', 'reverse SDE (f = σ²)'],
        ['ode', 'none (f = σ)'],
      ),
      curvature: choice('third stage', 'published', ['published', 'as published'], ['corrected', 'corrected']),
      s_noise: noiseScale,
    },
  },
  tcd: {
    order: 0,
    noise: true,
    paper: '2402.19159',
    params: {
      gamma: number('γ', 0.3, 0, 1), // diffusers: eta=0.3, the paper's γ
      table: choice('table', 'sd', ['sd', 'Stable Diffusion 1.5 (scaled linear)'], ['ddpm', 'DDPM (linear β)']),
    },
  },
} satisfies Record<string, Row>;

/** All of a field that steers something; its sentence of help is the writer's. */
export function factsOf(field: AnyField): object {
  const { kind, label, default: value } = field;
  if (field.kind === 'choice') return { kind, label, default: value, options: field.options };
  if (field.kind === 'boolean') return { kind, label, default: value };
  if (field.kind === 'text') return { kind, label, default: value, maxLength: field.maxLength };
  if (field.kind !== 'number') throw new Error(`no rule for a field of kind ${kind}`);
  const { min, max, step, integer, log, unit } = field;
  return { kind, label, default: value, min, max, step, integer, log, ...(unit !== undefined && { unit }) };
}
