import { describe, expect, test } from 'vitest';
import { conventionsOf } from '../../../models/diffusers/conventions.ts';
import { parseSchedulerConfig, type SchedulerClass } from '../../../formats/diffusers/scheduler.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender } from '../config/experiment.ts';
import { diffusersRun } from './asDiffusers.ts';

const stable = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', steps_offset: 1 };
const source = (name: string, more: object = {}) => ({
  schedulerBytes: new TextEncoder().encode(JSON.stringify({ _class_name: name, ...stable, ...more })),
});
const pndm = source('PNDMScheduler', { set_alpha_to_one: false, clip_sample: false });
const uniform = (sampler: 'euler' | 'ddim' | 'lcm', spacing = 'trailing', params = {}) =>
  newPictureContender(sampler, 6, 3, 'uniform', params, { spacing });

describe('the run that diffusers makes of a contender', () => {
  const as = (scheduler: SchedulerClass, more: object = {}) =>
    conventionsOf(
      parseSchedulerConfig({ ...stable, set_alpha_to_one: false, clip_sample: false, ...more }, { as: scheduler }),
      6,
    );
  test.each([
    ['karras', newPictureContender('euler', 6, 3), as('EulerDiscreteScheduler', { use_karras_sigmas: true })],
    [
      'exponential',
      newPictureContender('dpmpp_2m', 6, 3, 'exponential'),
      as('DPMSolverMultistepScheduler', { use_exponential_sigmas: true }),
    ],
    [
      'beta',
      newPictureContender('unipc', 6, 3, 'beta_sigma', { order: 3 }),
      as('UniPCMultistepScheduler', { use_beta_sigmas: true, solver_order: 3 }),
    ],
    ['leading', uniform('ddim', 'leading'), as('DDIMScheduler', { timestep_spacing: 'leading' })],
    ['linspace', uniform('euler', 'linspace'), as('EulerDiscreteScheduler', { timestep_spacing: 'linspace' })],
    ['trailing', uniform('euler'), as('EulerDiscreteScheduler', { timestep_spacing: 'trailing' })],
    ['LCM', uniform('lcm'), as('LCMScheduler')],
  ] as const)('has the schedule that the contender has: %s', (_, c, want) =>
    expect(diffusersRun(c, 6, pndm)).toEqual(want),
  );
  test('whatever rule the model’s own file names', () => {
    const karras = source('DPMSolverMultistepScheduler', {
      use_karras_sigmas: true,
      algorithm_type: 'sde-dpmsolver++',
    });
    expect(diffusersRun(uniform('euler'), 6, karras)).toEqual(
      as('EulerDiscreteScheduler', { timestep_spacing: 'trailing' }),
    );
    const lu = source('DPMSolverMultistepScheduler', { use_lu_lambdas: true, solver_order: 3 });
    expect(diffusersRun(newPictureContender('dpmpp_2m', 6, 3, 'exponential'), 6, lu).sigmas).toEqual(
      as('DPMSolverMultistepScheduler', { use_exponential_sigmas: true }).sigmas,
    );
  });
  test('the pipeline of Stable Diffusion puts old files right', () => {
    const old = { ...source('PNDMScheduler', { steps_offset: 0, set_alpha_to_one: false }) };
    const c = uniform('ddim', 'leading');
    expect(diffusersRun(c, 6, { ...old, pipeline: 'StableDiffusionPipeline' })).toEqual(diffusersRun(c, 6, pndm));
    expect(diffusersRun(c, 6, old).clip).toBe(1);
  });
  test('consistency models and flows have levels of their own', () => {
    const cd = source('CMStochasticIterativeScheduler');
    expect(diffusersRun(newPictureContender('consistency', 2, 1), 2, cd).sigmas[0]).toBeCloseTo(80, 9);
    const flow = source('FlowMatchEulerDiscreteScheduler', { shift: 3 });
    const c = newPictureContender('euler', 6, 1, 'flow_shift', {}, { shift: 2 });
    expect(diffusersRun(c, 6, flow)).toEqual(
      conventionsOf(parseSchedulerConfig({ shift: 2 }, { as: 'FlowMatchEulerDiscreteScheduler' }), 6),
    );
  });
});

describe('is refused, with the reason', () => {
  const cd = source('CMStochasticIterativeScheduler');
  const flow = source('FlowMatchEulerDiscreteScheduler');
  const clips = source('DDIMScheduler', { clip_sample: true });
  const early = (name: SchedulerClass, more = {}) => source(name, { final_sigmas_type: 'sigma_min', ...more });
  const unipc = newPictureContender('unipc', 6, 3);
  const dpm = newPictureContender('dpmpp_2m', 6, 3);
  const cases: readonly (readonly [PictureContender, ReturnType<typeof source>, RegExp])[] = [
    [newPictureContender('heun', 6, 3), pndm, /no scheduler of diffusers was compared with Heun\.$/],
    [newPictureContender('euler', 6, 3, 'kl_optimal'), pndm, /no levels of the kind/],
    [newPictureContender('consistency', 2, 1), pndm, /CMStochastic\w+ cannot read .* this model’s PNDMScheduler\.$/],
    [uniform('lcm'), cd, /LCMScheduler cannot read the configuration of this model’s CMStochastic/],
    [newPictureContender('consistency', 2, 1, 'karras', { sigma_min: 0.01 }), cd, /has ε 0\.002, not 0\.01\.$/],
    [newPictureContender('consistency', 2, 1, 'karras', { s_noise: 0.5 }), cd, /has s_noise 1, not 0\.5\.$/],
    [newPictureContender('euler', 6, 1), flow, /levels of its own; choose the schedule “Flow time, shifted”/],
    [uniform('ddim'), flow, /FlowMatchEulerDiscreteScheduler, this model’s, takes Euler’s steps/],
    [uniform('ddim', 'trailing', { eta: 0.5 }), clips, /clips D, .* for η 0 alone/],
    [unipc, early('UniPCMultistepScheduler'), /UniPCMultistepScheduler end otherwise .*: above σ 0/],
    [unipc, source('UniPCMultistepScheduler', { lower_order_final: false }), /without lowering its order/],
    [dpm, early('DPMSolverMultistepScheduler'), /last step of first order above σ 0/],
    [{ ...dpm, steps: 20 }, early('DPMSolverMultistepScheduler', { euler_at_final: true }), /last step of first order/],
  ];
  test.each(cases)('%#', (c, model, want) => {
    expect(() => diffusersRun(c, c.steps, model)).toThrow(want);
    expect(() => diffusersRun(c, c.steps, model)).toThrow(/^This contender cannot be run as diffusers would: /);
  });
  test('and what does agree is run', () => {
    expect(
      diffusersRun({ ...dpm, steps: 20 }, 20, early('DPMSolverMultistepScheduler')).targets.at(-1),
    ).toBeGreaterThan(0);
    expect(diffusersRun(uniform('ddim', 'trailing', { eta: 0 }), 6, clips).clip).toBe(1);
    expect(() => diffusersRun(dpm, 2000, pndm)).toThrow('2000 steps cannot be taken: the scheduler has 1000 times');
  });
});
