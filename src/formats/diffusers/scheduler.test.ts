import { describe, expect, test } from 'vitest';
import { FormatError } from '../error.ts';
import { parseSchedulerConfig, type DiscreteSchedulerConfig } from './scheduler.ts';
import { discreteSchedulers } from './schedulerTypes.ts';

const read = (json: Record<string, unknown>) => parseSchedulerConfig(json) as DiscreteSchedulerConfig;
const named = (name: string, more: object = {}) => read({ _class_name: name, ...more });

describe('what is not in the file has the default of diffusers 0.42', () => {
  test.each([
    ['DDPMScheduler', { spacing: 'leading', clip: 1, toZero: true, prediction: 'epsilon', variance: 'fixed_small' }],
    ['DDIMScheduler', { spacing: 'leading', clip: 1, toZero: true, offset: 0 }],
    ['PNDMScheduler', { spacing: 'leading', clip: null, toZero: false }],
    ['EulerDiscreteScheduler', { spacing: 'linspace', clip: null, toZero: true, levels: 'times' }],
    ['EulerAncestralDiscreteScheduler', { spacing: 'linspace', toZero: true }],
    ['LMSDiscreteScheduler', { spacing: 'linspace', toZero: true }],
    [
      'HeunDiscreteScheduler',
      { spacing: 'linspace', betas: { kind: 'linear', start: 0.00085, end: 0.012 }, clip: null },
    ],
    ['DPMSolverMultistepScheduler', { spacing: 'linspace', toZero: true, lambdaMin: -Infinity }],
    ['UniPCMultistepScheduler', { spacing: 'linspace', toZero: true }],
    ['LCMScheduler', { spacing: 'leading', betas: { kind: 'scaled_linear', start: 0.00085, end: 0.012 }, clip: null }],
  ])('%s', (name, expected) => expect(named(name)).toMatchObject(expected));
  test('of every class', () => {
    for (const name of discreteSchedulers)
      expect(named(name)).toMatchObject({ trainSteps: 1000, zeroTerminalSnr: false });
    const betas = { kind: 'linear', start: 1e-4, end: 0.02 };
    for (const name of discreteSchedulers.filter((n) => !/Heun|LCM/.test(n)))
      expect(named(name)).toMatchObject({ betas });
  });
  test('of those without a table', () => {
    expect(parseSchedulerConfig({ _class_name: 'CMStochasticIterativeScheduler' })).toEqual({
      scheduler: 'CMStochasticIterativeScheduler',
      trainSteps: 40,
      sigmaMin: 0.002,
      sigmaMax: 80,
      sigmaData: 0.5,
      noise: 1,
      rho: 7,
      clip: 1,
    });
    expect(parseSchedulerConfig({ _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 })).toEqual({
      scheduler: 'FlowMatchEulerDiscreteScheduler',
      trainSteps: 1000,
      shift: 3,
    });
  });
});

describe('what the file says', () => {
  const pndm = {
    _class_name: 'PNDMScheduler',
    _diffusers_version: '0.6.0',
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    beta_start: 0.00085,
    num_train_timesteps: 1000,
    set_alpha_to_one: false,
    skip_prk_steps: true,
    steps_offset: 1,
    trained_betas: null,
    clip_sample: false,
  };
  test('as Stable Diffusion 1.5 has it, read by its own class and by others', () => {
    expect(read(pndm)).toMatchObject({ offset: 1, toZero: false, clip: null, solver: { skipRungeKutta: true } });
    expect(parseSchedulerConfig(pndm, { as: 'DDIMScheduler' })).toMatchObject({ toZero: false, clip: null, offset: 1 });
    // Euler knows no set_alpha_to_one: it ends at 0 unless final_sigmas_type says otherwise.
    expect(parseSchedulerConfig(pndm, { as: 'EulerDiscreteScheduler' })).toMatchObject({ toZero: true });
  });
  test('an old file in a pipeline of Stable Diffusion is put right, elsewhere it is not', () => {
    const old = { _class_name: 'DDIMScheduler' };
    expect(read(old)).toMatchObject({ offset: 0, clip: 1 });
    const inside = (pipeline: string) => parseSchedulerConfig(old, { pipeline });
    expect(inside('StableDiffusionPipeline')).toMatchObject({ offset: 1, clip: null });
    expect(inside('StableDiffusionXLPipeline')).toMatchObject({ offset: 0, clip: 1 });
  });
  test('null is false where Python expects a flag', () =>
    expect(named('DDIMScheduler', { clip_sample: null, set_alpha_to_one: null })).toMatchObject({
      clip: null,
      toZero: false,
    }));
  test('numbers that only Python writes', () => {
    const bytes = new TextEncoder().encode(
      '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "sigma_max": NaN, "_note": "-Infinity \\" NaN"}',
    );
    expect(parseSchedulerConfig(bytes)).toMatchObject({ lambdaMin: -Infinity, sigmaMax: null });
  });
  test('levels by a rule', () => {
    const euler = (more: object) => named('EulerDiscreteScheduler', more).levels;
    expect([
      euler({ use_karras_sigmas: true }),
      euler({ use_exponential_sigmas: true }),
      euler({ use_beta_sigmas: true }),
    ]).toEqual(['karras', 'exponential', 'beta']);
    expect(named('DDIMScheduler', { use_karras_sigmas: true }).levels).toBe('times');
    expect(named('DPMSolverMultistepScheduler', { use_lu_lambdas: true, use_karras_sigmas: true }).levels).toBe(
      'karras',
    );
  });
  test('betas that were trained', () => {
    const values = [0.1, 0.2, 0.3];
    expect(named('DDPMScheduler', { trained_betas: values, num_train_timesteps: 3 }).betas).toEqual({
      kind: 'trained',
      values,
    });
  });
});

test.each<[object, string]>([
  [{}, 'the scheduler is a ""; those that can be read are DDPMScheduler,'],
  [{ _class_name: 'EDMEulerScheduler' }, 'the scheduler is a "EDMEulerScheduler"; those that can be read are'],
  [{ _class_name: 'DDIMScheduler', thresholding: true }, 'thresholding is true (D is bounded by its own quantile)'],
  [{ _class_name: 'DDIMScheduler', beta_schedule: 'laplace' }, 'beta_schedule must be one of linear, scaled_linear'],
  [{ _class_name: 'DDIMScheduler', prediction_type: 'flow' }, 'prediction_type must be one of epsilon, sample'],
  [{ _class_name: 'PNDMScheduler', prediction_type: 'sample' }, 'prediction_type must be one of epsilon, v_prediction'],
  [
    { _class_name: 'DDIMScheduler', timestep_spacing: 'odd' },
    'timestep_spacing must be one of leading, linspace, trailing',
  ],
  [{ _class_name: 'DDIMScheduler', trained_betas: [0.1] }, 'trained_betas must be 1000 numbers between 0 and 1'],
  [{ _class_name: 'DDIMScheduler', trained_betas: [1], num_train_timesteps: 1 }, 'trained_betas must be 1 numbers'],
  [{ _class_name: 'DDIMScheduler', num_train_timesteps: 1e9 }, 'num_train_timesteps must be a whole number from 1'],
  [
    { _class_name: 'DDIMScheduler', rescale_betas_zero_snr: true },
    'rescale_betas_zero_snr is true and prediction_type "epsilon"',
  ],
  [{ _class_name: 'DDIMScheduler', clip_sample: 1 }, 'clip_sample must be true or false, got 1'],
  [
    { _class_name: 'DDIMScheduler', new_thing: 3 },
    'the scheduler has the field "new_thing" = 3, which this app does not know',
  ],
  [{ _class_name: 'EulerDiscreteScheduler', interpolation_type: 'log_linear' }, 'interpolation_type is "log_linear"'],
  [
    { _class_name: 'EulerDiscreteScheduler', timestep_type: 'continuous', prediction_type: 'v_prediction' },
    'timestep_type is "continuous" (the network is told log σ)',
  ],
  [
    { _class_name: 'EulerDiscreteScheduler', use_karras_sigmas: true, use_beta_sigmas: true },
    'use_karras_sigmas and use_beta_sigmas are both true',
  ],
  [{ _class_name: 'EulerDiscreteScheduler', sigma_min: 3, sigma_max: 2 }, 'sigma_max must be more than sigma_min = 3'],
  [{ _class_name: 'DPMSolverMultistepScheduler', use_flow_sigmas: true }, 'use_flow_sigmas is true'],
  [
    { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'dpmsolver' },
    'algorithm_type "dpmsolver" cannot end at σ = 0',
  ],
  [{ _class_name: 'UniPCMultistepScheduler', predict_x0: false }, 'predict_x0 is false'],
  [{ _class_name: 'UniPCMultistepScheduler', disable_corrector: [0] }, 'disable_corrector must be an empty list'],
  [{ _class_name: 'FlowMatchEulerDiscreteScheduler', use_dynamic_shifting: true }, 'use_dynamic_shifting is true'],
  [{ _class_name: 'CMStochasticIterativeScheduler', sigma_min: 90 }, 'sigma_max must be more than sigma_min = 90'],
])('refuses %j', (json, message) => {
  expect(() => parseSchedulerConfig(json as Record<string, unknown>)).toThrow(message);
  expect(() => parseSchedulerConfig(json as Record<string, unknown>)).toThrow(FormatError);
});
