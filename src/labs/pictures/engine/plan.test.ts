import { describe, expect, test } from 'vitest';
import { parseSchedulerConfig, type SchedulerClass } from '../../../formats/diffusers/scheduler.ts';
import { UNBOUNDED } from '../../../models/diffusers/conventions.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender } from '../config/experiment.ts';
import { planOps, samplers } from '../../../samplers/diffusion/index.ts';
import { methodOf, passesOfPlan } from '../config/guidance.ts';
import { levelRange, levelsInForce, picturePlan, type PlanFor } from './plan.ts';

const stable = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', clip_sample: false };
const NETWORK = { title: 'A model', told: false, unguided: null, readsText: true, classes: null, skip: () => 1 };
const config = (name: SchedulerClass, more: object = {}) => ({ _class_name: name, ...more });
const model = (json: object, more: Partial<PlanFor> = {}): PlanFor => ({
  range: levelRange(parseSchedulerConfig(json as never)),
  schedulerBytes: new TextEncoder().encode(JSON.stringify(json)),
  told: false,
  network: NETWORK,
  ...more,
});
const sd = model(config('PNDMScheduler', { ...stable, steps_offset: 1, set_alpha_to_one: false }));
const exact = { conventions: 'exact' } as const;
const asThere = { conventions: 'diffusers' } as const;
const euler = (steps = 6, guidance = 3) => newPictureContender('euler', steps, guidance);
const with_ = (c: PictureContender, more: Partial<PictureContender>): PictureContender => ({ ...c, ...more });

test('passes are counted beforehand as the plan has them', () => {
  for (const c of [
    euler(),
    euler(6, 1),
    with_(euler(), { guideAbove: 1 }),
    with_(euler(), { guide: methodOf('apg') }),
    with_(euler(), { guide: methodOf('perp_neg'), guideUpTo: 2 }),
    newPictureContender('euler_cfg_pp', 5, 0.6),
    newPictureContender('heun', 5, 4),
  ]) {
    const { sigmas, passes } = picturePlan(c, sd, exact);
    expect(passesOfPlan(c, planOps(samplers[c.sampler], sigmas, c.params)), JSON.stringify(c)).toBe(passes);
  }
});

describe('the levels that a model was made for', () => {
  const rangeOf = (name: SchedulerClass, more: object = {}) => levelRange(parseSchedulerConfig(config(name, more)));
  // ᾱ of the linear β of DDPM, and of the squared linear one of Stable Diffusion; σ̂ = √(1/ᾱ − 1).
  const ends = (betas: (u: number) => number) => {
    let product = 1;
    const sigmas = Array.from({ length: 1000 }, (_, i) => {
      product *= 1 - betas(i / 999);
      return Math.sqrt(1 / product - 1);
    });
    return { min: sigmas[0]!, max: sigmas[999]! };
  };
  const near = (got: { readonly min: number; readonly max: number }, want: typeof got) => {
    expect(got.min / want.min).toBeCloseTo(1, 9);
    expect(got.max / want.max).toBeCloseTo(1, 9);
  };
  test.each(['DDPMScheduler', 'DDIMScheduler', 'PNDMScheduler', 'EulerDiscreteScheduler', 'UniPCMultistepScheduler'])(
    '%s: the ends of its table',
    (name) => {
      near(
        rangeOf(name as SchedulerClass, { beta_schedule: 'linear' }),
        ends((u) => 1e-4 + u * (0.02 - 1e-4)),
      );
      near(
        rangeOf(name as SchedulerClass, stable),
        ends((u) => (Math.sqrt(0.00085) + u * (Math.sqrt(0.012) - Math.sqrt(0.00085))) ** 2),
      );
    },
  );
  test('of a table that ends in pure noise: the level before it', () => {
    const zero = { ...stable, rescale_betas_zero_snr: true, prediction_type: 'v_prediction' };
    const { max } = rangeOf('DDIMScheduler', zero);
    expect(max).toBeGreaterThan(14.7);
    expect(max).toBeLessThan(1e5);
  });
  test('of consistency models and flows: what they state', () => {
    expect(rangeOf('CMStochasticIterativeScheduler', { sigma_min: 0.01, sigma_max: 50 })).toEqual({
      min: 0.01,
      max: 50,
    });
    const flow = rangeOf('FlowMatchEulerDiscreteScheduler');
    expect(flow.min).toBeCloseTo(1 / 999, 12);
    expect(flow.max).toBeCloseTo(999, 9);
  });
});

test('evaluations by role ask a network’s sides, each in one pass', () => {
  const asked = (c: PictureContender, network: PlanFor['network'] = NETWORK) =>
    picturePlan(c, { ...sd, network }, exact).settings.map(({ side }) => side);
  const by = (method: 'apg' | 'perp_neg', params = {}) => with_(euler(2), { guide: methodOf(method, params) });
  expect(asked(newPictureContender('euler_cfg_pp', 2, 3))).toEqual(['free', 'said', 'free', 'said']);
  expect(asked(by('apg'))).toEqual(['said', 'free', 'said', 'free']);
  // Three conditions: the negative prompt is another side, and no text at all is between.
  expect(asked(by('perp_neg'))).toEqual(['said', 'empty', 'free', 'said', 'empty', 'free']);
  const classes = { ...NETWORK, readsText: false, classes: 10 };
  expect(asked(by('perp_neg', { avoid: 4 }), classes)).toEqual(['said', 'free', 'class 4', 'said', 'free', 'class 4']);
  // Outside its interval the prompt alone answers.
  const late = picturePlan(with_(by('apg'), { guideUpTo: 1 }), sd, exact);
  expect(late.settings[0]).toMatchObject({ side: 'said', guidance: 1, rescale: 0 });
  expect([late.nfe, late.passes]).toEqual([2, 3]);
  expect(levelsInForce(by('apg'), sd, exact)).toMatchObject({ nfe: 2 });
  expect(levelsInForce(with_(euler(10), { guide: methodOf('cfg_zero', { zero: 0.2 }) }), sd, exact)).toMatchObject({
    nfe: 8,
  });
});
test('guidance that acts once a step has no solution at the end of many', () => {
  const stepwise = (c: PictureContender) => picturePlan(c, sd, exact).stepwise;
  expect(stepwise(euler())).toBe(false);
  expect(stepwise(newPictureContender('euler_cfg_pp', 6, 0.6))).toBe(true);
  expect(stepwise(with_(euler(), { guide: methodOf('apg') }))).toBe(true);
  expect(stepwise(with_(euler(), { guide: methodOf('apg', { beta: 0 }) }))).toBe(false);
  expect(stepwise(with_(euler(), { guide: methodOf('perp_neg') }))).toBe(false);
});
test('what a network cannot answer is refused by name', () => {
  const refused = (c: PictureContender, more: Partial<PlanFor['network']>) => () =>
    picturePlan(c, { ...sd, network: { ...NETWORK, ...more } }, exact);
  const apg = with_(euler(), { guide: methodOf('apg') });
  expect(refused(with_(apg, { guide: methodOf('autoguidance') }), {})).toThrow(
    'A model comes without a weaker network, from which autoguidance leads away.',
  );
  expect(refused(apg, { told: true })).toThrow(
    'A model is told one weight of guidance and answers once: APG needs an answer without the prompt, too.',
  );
  expect(refused(apg, { unguided: 'it reads nothing' })).toThrow('A model cannot be guided by APG: it reads nothing.');
  expect(refused(newPictureContender('euler_cfg_pp', 6, 1), { told: true })).toThrow(
    /answers once: Euler CFG\+\+ needs/,
  );
  const far = with_(euler(), { guide: methodOf('perp_neg', { avoid: 10 }) });
  expect(refused(far, { readsText: false, classes: 10 })).toThrow(
    'A model has no class 10 to keep away from: its classes are 0 to 9.',
  );
  expect(refused(far, { readsText: true })).not.toThrow();
  // CFG itself is asked in one evaluation, and goes on as it did.
  expect(refused(euler(), { unguided: 'it reads nothing' })).not.toThrow();
});
test('as diffusers, a D that its scheduler changes is guided by CFG alone', () => {
  const pixels = model(config('DDIMScheduler', { ...stable, clip_sample: true }));
  const ddim = newPictureContender('ddim', 4, 3, 'uniform');
  const apg = with_(ddim, { guide: methodOf('apg') });
  expect(() => picturePlan(ddim, pixels, asThere)).not.toThrow();
  expect(() => picturePlan(apg, pixels, exact)).not.toThrow();
  expect(() => picturePlan(apg, pixels, asThere)).toThrow(/its scheduler changes D before a step/);
});

describe('a plan', () => {
  test('begins at the model’s top and ends at 0, x̂ as noise of that size', () => {
    const plan = picturePlan(euler(), sd, exact);
    expect(plan.sigmas).toHaveLength(7);
    expect(plan.sigmas[0]).toBeCloseTo(sd.range.max, 9);
    expect(plan.sigmas.at(-1)).toBe(0);
    expect(plan).toMatchObject({ nfe: 6, passes: 12, stochastic: false, startScale: plan.sigmas[0], endScale: 1 });
    expect(plan.settings).toHaveLength(6);
    expect(plan.settings[0]).toEqual({ guidance: 3, rescale: 0, amend: null });
  });
  test('without guidance costs half the passes, and one of a network that is told its weight too', () => {
    expect(picturePlan(euler(6, 1), sd, exact).passes).toBe(6);
    expect(picturePlan(euler(6, 3), { ...sd, told: true }, exact)).toMatchObject({ nfe: 6, passes: 6 });
    expect(picturePlan(with_(euler(6, 3), { rescale: 0.7 }), sd, exact).settings[0]!.rescale).toBe(0.7);
    const told = picturePlan(with_(euler(6, 3), { rescale: 0.7, guideAbove: 5 }), { ...sd, told: true }, exact);
    // A weight that was distilled is told at every level, and there is nothing to rescale.
    expect(told.settings.map((s) => [s.guidance, s.rescale])).toEqual(Array.from({ length: 6 }, () => [3, 0]));
  });
  test('guides inside the interval alone: above its lower end, up to its upper one', () => {
    const levels = picturePlan(euler(), sd, exact).sigmas;
    const c = with_(euler(), { guideAbove: levels[4]!, guideUpTo: levels[2]! });
    const plan = picturePlan(c, sd, exact);
    expect(plan.settings.map((s) => s.guidance)).toEqual([1, 1, 3, 3, 1, 1]);
    expect(plan.passes).toBe(8);
  });
  test('takes the number of steps that it is asked for', () => {
    expect(picturePlan(euler(6), sd, { ...exact, steps: 9 }).nfe).toBe(9);
    expect(picturePlan(euler(6), sd, { ...asThere, steps: 9 }).nfe).toBe(9);
  });
});

describe('from a picture', () => {
  test('the levels end at its own', () => {
    const plan = picturePlan(euler(), sd, { ...exact, from: 2 });
    expect(plan.sigmas[0]).toBe(2);
    expect(plan.startScale).toBe(2);
    expect(plan.nfe).toBe(6);
  });
  test('a schedule that asks no range begins there too, with the levels below', () => {
    const c = newPictureContender('euler', 10, 3, 'uniform');
    const all = picturePlan(c, sd, exact).sigmas;
    const { sigmas, startScale, nfe } = picturePlan(c, sd, { ...exact, from: 2 });
    expect(all[0]).toBeGreaterThan(14);
    expect(sigmas).toEqual([2, ...all.filter((sigma) => sigma < 2)]);
    expect(startScale).toBe(2);
    expect(nfe).toBe(sigmas.length - 1);
    const list: PictureContender = { ...c, schedule: 'explicit', scheduleParams: {}, sigmas: [9, 4, 1, 0], steps: 3 };
    expect(picturePlan(list, sd, { ...exact, from: 3 }).sigmas).toEqual([3, 1, 0]);
    expect(picturePlan(list, sd, { ...exact, from: 12 }).sigmas).toEqual([9, 4, 1, 0]);
  });
  test('as diffusers: the steps of the whole run that begin there or below', () => {
    const all = picturePlan(euler(10), sd, asThere).sigmas;
    const from = all[4]!;
    const plan = picturePlan(euler(10), sd, { ...asThere, from });
    expect(plan.sigmas).toEqual(all.slice(4));
    expect(plan.startScale).toBe(from);
    expect(picturePlan(euler(10), sd, { ...asThere, from: from * 0.999 }).sigmas).toEqual(all.slice(5));
    const ddim = newPictureContender('ddim', 10, 3, 'uniform', {}, { spacing: 'leading' });
    const whole = picturePlan(ddim, sd, asThere);
    const late = picturePlan(ddim, sd, { ...asThere, from: 2 });
    expect(late.nfe).toBeLessThan(whole.nfe);
    expect(late.sigmas[0]).toBeLessThanOrEqual(2);
    expect(late.startScale).toBe(late.sigmas[0]);
    expect(late.endScale).toBe(whole.endScale);
    // What stays is the end of the whole run, instruction by instruction but for the numbers of steps and draws.
    const tail = (plan: typeof whole) =>
      plan.ops.flatMap((op) => (op.op === 'lincomb' ? op.terms.map(([v]) => v) : [])).slice(-8);
    expect(tail(late)).toEqual(tail(whole));
  });
  test('with less noise than any level there is no run, and the sentence says which', () => {
    expect(() => picturePlan(euler(), sd, { ...exact, from: 0.01 })).toThrow(
      'The start picture is brought to σ 0.01, and the model was made for levels from 0.02917 up.',
    );
    expect(() => picturePlan(euler(4), sd, { ...asThere, from: 0.02 })).toThrow(
      /^The start picture is brought to σ 0\.02, and the last of these steps begins at 0\.0\d+\.$/,
    );
  });
});

describe('as diffusers', () => {
  test('the start and the end have the scheduler’s scales, and every evaluation its own time', () => {
    const there = picturePlan(newPictureContender('dpmpp_2m', 6, 3), sd, asThere);
    expect(there.startScale).toBeCloseTo(Math.hypot(1, there.sigmas[0]!), 12);
    expect(there.settings.map((s) => Number.isInteger(s.time))).toEqual(Array.from({ length: 6 }, () => true));
    const here = picturePlan(newPictureContender('dpmpp_2m', 6, 3), sd, exact);
    expect(here.settings.every((s) => !('time' in s))).toBe(true);
    // Ends at the first level of the table: x̂ there is not x.
    const leading = newPictureContender('ddim', 6, 3, 'uniform', {}, { spacing: 'leading' });
    const ends = picturePlan(leading, sd, asThere);
    expect(ends.sigmas.at(-1)).toBeGreaterThan(0);
    expect(ends.endScale).toBeCloseTo(1 / Math.hypot(1, ends.sigmas.at(-1)!), 12);
  });
  test('pure noise at the top is a level like others', () => {
    const zero = model(
      config('DDIMScheduler', { ...stable, rescale_betas_zero_snr: true, prediction_type: 'v_prediction' }),
    );
    const plan = picturePlan(newPictureContender('ddim', 5, 3, 'uniform'), zero, asThere);
    expect(plan.sigmas[0]).toBe(UNBOUNDED);
    expect(plan.settings[0]!.time).toBe(999);
  });
  test('what is clipped there is clipped here', () => {
    const clipped = model(config('DDIMScheduler', { beta_schedule: 'linear', clip_sample: true }));
    const plan = picturePlan(newPictureContender('ddim', 5, 1, 'uniform'), clipped, asThere);
    expect(plan.settings.every((s) => s.amend?.clip === 1)).toBe(true);
    expect(picturePlan(newPictureContender('ddim', 5, 1, 'uniform'), clipped, exact).settings[0]!.amend).toBeNull();
  });
});

describe('levels in force', () => {
  test('are those of the plan, under either conventions', () => {
    for (const options of [exact, asThere, { ...exact, from: 3 }, { ...asThere, from: 3 }]) {
      const { sigmas, nfe, stochastic } = picturePlan(euler(), sd, options);
      expect(levelsInForce(euler(), sd, options)).toEqual({ sigmas, nfe, stochastic });
    }
    expect(picturePlan(euler(), sd, exact).sigmas).not.toEqual(picturePlan(euler(), sd, asThere).sigmas);
  });
  test('or the sentence that says why there are none', () => {
    const heun = newPictureContender('heun', 6, 3);
    expect(levelsInForce(heun, sd, asThere)).toEqual({
      because: 'This contender cannot be run as diffusers would: no scheduler of diffusers was compared with Heun.',
    });
  });
});
