// The published default of every parameter of every schedule, its range and its kind, written out by hand. A schedule or a
// parameter without a row fails, and so does a row without a schedule.
import { describe, expect, test } from 'vitest';
import type { AnyField } from '../core/field.ts';
import { schedules, type ScheduleId } from './index.ts';
import type { Schedule } from './types.ts';

const number = (label: string, value: number, min: number, max: number, other: object = {}) => ({
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
const choice = (label: string, value: string, ...options: readonly (readonly [value: string, label: string])[]) => ({
  kind: 'choice',
  label,
  default: value,
  options: options.map(([v, l]) => ({ value: v, label: l })),
});
const table = choice('table', 'sd', ['sd', 'Stable Diffusion 1.5 (scaled linear)'], ['ddpm', 'DDPM (linear β)']);
const alpha = number('α', 0.6, 0.3, 5); // ComfyUI, A1111 and diffusers: alpha = beta = 0.6
const beta = number('β', 0.6, 0.3, 5);

interface Row {
  readonly paper: string;
  readonly params: object;
}
const rows: Record<ScheduleId, Row> = {
  karras: { paper: 'arxiv.org/abs/2206.00364', params: { rho: number('ρ', 7, 1, 20) } }, // section 3: ρ = 7
  exponential: { paper: 'arxiv.org/abs/2206.00927', params: { rho: number('ρ', 1, 0.25, 4) } }, // polyexponential: rho=1.
  uniform: {
    paper: 'arxiv.org/abs/2305.08891',
    params: {
      spacing: choice(
        'spacing',
        'trailing',
        ['linspace', 'linspace (diffusers)'],
        ['normal', 'normal (log σ between entries)'],
        ['trailing', 'trailing'],
        ['sgm_uniform', 'sgm uniform'],
        ['leading', 'leading'],
        ['simple', 'simple'],
      ),
      table,
    },
  },
  cosine: { paper: 'arxiv.org/abs/2102.09672', params: { s: number('offset s', 0.008, 0, 0.1) } }, // section 3.2: s = .008
  vp: {
    paper: 'arxiv.org/abs/2011.13456',
    params: {
      beta_d: number('β_d', 19.9, 1, 40),
      beta_min: number('β_min', 0.1, 0.01, 5),
      power: number('power', 1, 1, 4),
    }, // k-diffusion: 19.9, 0.1
  },
  flow_shift: {
    paper: 'arxiv.org/abs/2403.03206',
    params: { shift: number('shift', 1, 0.1, 12, { log: true }), terminal: number('last time', 0, 0, 0.5) }, // diffusers: shift=1, shift_terminal=None
  },
  kl_optimal: { paper: 'arxiv.org/abs/2404.14507', params: { c: number('c', 1, 0.05, 20, { log: true }) } },
  ays: {
    paper: 'arxiv.org/abs/2404.14507',
    params: {
      model: choice(
        'table',
        'sd',
        ['sd', 'Stable Diffusion 1.5'],
        ['sdxl', 'Stable Diffusion XL'],
        ['svd', 'Stable Video Diffusion'],
      ),
      end: choice('final zero', 'replace', ['replace', 'replaces the lowest level'], ['append', 'comes after it']),
    },
  },
  beta_time: { paper: 'arxiv.org/abs/2407.12173', params: { alpha, beta, table } },
  beta_sigma: { paper: 'arxiv.org/abs/2407.12173', params: { alpha, beta } },
  linear_quadratic: {
    paper: 'github.com/genmoai/mochi',
    params: { threshold: number('linear part', 0.025, 0.005, 0.4) }, // Mochi and ComfyUI: threshold_noise=0.025
  },
  bong_tangent: {
    paper: 'github.com/ClownsharkBatwing/RES4LYF',
    params: { pivot: number('pivot', 0.6, 0.1, 0.9), slope: number('slope', 0.2, 0.01, 1) }, // pivot .6, slope .2
  },
  flux: {
    paper: 'github.com/black-forest-labs/flux',
    params: {
      tokens: number('tokens', 4096, 16, 16384, { step: 1, integer: true, log: true }),
      base_shift: number('μ at 256', 0.5, 0, 3), // diffusers: base_shift=0.5, max_shift=1.15
      max_shift: number('μ at 4096', 1.15, 0, 3),
    },
  },
  optimal_steps: {
    paper: 'arxiv.org/abs/2503.21774',
    params: {
      model: choice(
        'table',
        'flux',
        ['flux', 'FLUX.1, 10 steps'],
        ['wan', 'Wan 2.1, 20 steps'],
        ['chroma', 'Chroma, 40 steps'],
      ),
    },
  },
  logit_normal: { paper: 'arxiv.org/abs/2403.03206', params: { m: number('m', 0, -4, 4), s: number('s', 1, 0.1, 3) } },
  laplace: { paper: 'arxiv.org/abs/2407.03297', params: { mu: number('μ', 0, -4, 4), beta: number('b', 0.5, 0.1, 3) } }, // ComfyUI: mu=0, beta=0.5
  smoothstep: { paper: 'github.com/leejet/stable-diffusion.cpp', params: { table } },
  lcm: {
    paper: 'arxiv.org/abs/2310.04378',
    params: { original: number('original steps', 50, 10, 200, { step: 1, integer: true }), table }, // original_inference_steps=50
  },
  turbo: { paper: 'arxiv.org/abs/2311.17042', params: { table } },
};

/** All of a field that steers something; its sentence of help is the writer's. */
function factsOf(field: AnyField): object {
  const { kind, label, default: value } = field;
  if (field.kind === 'choice') return { kind, label, default: value, options: field.options };
  if (field.kind !== 'number') throw new Error(`no rule for a field of kind ${kind}`);
  const { min, max, step, integer, log, unit } = field;
  return { kind, label, default: value, min, max, step, integer, log, ...(unit !== undefined && { unit }) };
}

test('the menu, in its order; every schedule has a row, and every row a schedule', () => {
  expect(Object.keys(schedules)).toEqual(Object.keys(rows));
});

describe.each(Object.entries(rows))('%s', (id, row) => {
  const schedule: Schedule = schedules[id as ScheduleId];
  test('parameters: their order, defaults, ranges, steps and choices', () => {
    const fields = Object.entries(schedule.params) as [string, AnyField][];
    expect(fields.map(([key, field]) => [key, factsOf(field)])).toEqual(Object.entries(row.params));
  });
  test('paper', () => {
    expect(schedule.paper.url).toBe(`https://${row.paper}`);
  });
});
