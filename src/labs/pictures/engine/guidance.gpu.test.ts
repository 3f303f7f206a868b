// Every method of guidance and every CFG++ sampler on published families: the device against float64, and what passes cost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { full } from '../../../core/testing.ts';
import {
  bundledFiles,
  tinyDitFiles,
  tinyFiles,
  tinyPixelFiles,
  tinyXlFiles,
} from '../../../engine/pipeline/testing.ts';
import { nmse } from '../../../models/diffusers/golden.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { GuidanceId } from '../../../samplers/guidance/index.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender } from '../config/experiment.ts';
import { isPlusPlus, methodOf, methodsOffered } from '../config/guidance.ts';
import { bothOf } from './guidanceTesting.ts';
import { experiment, of, pixelsOf, ran } from './testing.ts';

/** Settings under which no method is the identity on latents. */
const SETTINGS: Partial<Record<GuidanceId, Readonly<Record<string, number>>>> = {
  apg: { eta: 0.3, r: 20, beta: -0.5 },
  cfg_zero: { zero: 0.34 },
  perp_neg: { v: 0.7, avoid: 4 },
  dynamic_thresholding: { quantile: 0.9, limit: 1 },
  mimic_thresholding: { quantile: 0.9, mimic: 2 },
};
const by = (method: GuidanceId, more: Partial<PictureContender> = {}, steps = 3): PictureContender => ({
  ...newPictureContender('dpmpp_2m', steps, 7),
  guide: methodOf(method, SETTINGS[method]),
  ...more,
});
const plusPlus = (Object.keys(samplers) as SamplerId[]).filter((sampler) => isPlusPlus({ sampler }));

const utf8 = (value: object) => new TextEncoder().encode(JSON.stringify(value));
const FLOW = { _class_name: 'FlowMatchEulerDiscreteScheduler', num_train_timesteps: 1000, shift: 1 };
const small = { width: 32, height: 16, count: 2 };
const text = { ...small, prompt: 'a red hat', negative: 'blue' };
type Both = Awaited<ReturnType<typeof bothOf>>;
const families: Readonly<Record<string, () => Promise<Both>>> = {
  'Stable Diffusion': () => bothOf(tinyFiles(), text),
  SDXL: () => bothOf(tinyXlFiles(), text),
  DiT: () => bothOf(tinyDitFiles(), { ...small, prompt: '', negative: '' }),
  'a flow': () => bothOf(tinyFiles({ 'scheduler/scheduler_config.json': utf8(FLOW) }), text),
  'the bundled model': () => bothOf(bundledFiles(), { width: 32, height: 32, count: 1, negative: 'black hair' }),
};

/** Float32 against float64: some 1e-12 of the numbers' own size for one evaluation, more where steps magnify it. */
const BOUND = 1e-9;
async function apart(on: Both, c: PictureContender, conventions: 'exact' | 'diffusers' = 'exact') {
  const plan = on.planOf(c, conventions);
  const want = await on.inFloat64(c, plan);
  expect(want.every(Number.isFinite)).toBe(true);
  return nmse(await on.onDevice(c, plan), want);
}

const plain = (w: number, more: Partial<PictureContender> = {}): PictureContender => ({
  ...newPictureContender('dpmpp_2m', 3, w),
  ...more,
});
const sided = (w: number, method: GuidanceId, params: object, more: Partial<PictureContender> = {}) =>
  plain(w, { ...more, guide: methodOf(method, params as never) });
const part = { rescale: 0.7, guideAbove: 1 };
/** Settings under which a method is CFG, or the prompt alone. */
const reductions: readonly (readonly [string, PictureContender, PictureContender])[] = [
  ['CFG by sides is CFG in one evaluation', sided(7, 'cfg', {}), plain(7)],
  ['and rescales the same prediction', sided(7, 'cfg', {}, part), plain(7, part)],
  ['APG of η 1 without momentum and radius is CFG', sided(7, 'apg', { eta: 1, r: 0, beta: 0 }), plain(7)],
  ['APG at w 1 is the prompt alone', sided(1, 'apg', { beta: 0 }), plain(1)],
  ['CFG-Zero* at w 1 that never stands still, too', sided(1, 'cfg_zero', { zero: 0 }), plain(1)],
  ['Perp-Neg that takes nothing away, at w 1, too', sided(1, 'perp_neg', { v: 0 }), plain(1)],
  ['a range that holds every number is kept', sided(7, 'dynamic_thresholding', { quantile: 1, limit: 1e6 }), plain(7)],
];

// One at a time: runs on a device share the names under which their memory is freed.
describe.each(Object.keys(families))('%s', (family) => {
  let on: Both;
  beforeAll(async () => {
    on = await families[family]!();
  });
  afterAll(() => on.free());

  // Everything on every family in the full set; elsewhere a third of it, another third on the next family.
  const turn = Object.keys(families).indexOf(family);
  const mine = methodsOffered.filter((_, i) => full || i % 3 === turn % 3);
  test.each(mine)('%s, and with a rescale above a level alone', async (method) => {
    const c = by(method);
    expect(await apart(on, c)).toBeLessThan(BOUND);
    const some = by(method, { rescale: 0.6, guideAbove: on.planOf(c).sigmas[2]! });
    expect(await apart(on, some)).toBeLessThan(BOUND);
    // The bound tells one weight from the next.
    const [x, other] = [await on.onDevice(c, on.planOf(c)), { ...c, guidance: 6 }];
    expect(nmse(x, Float64Array.from(await on.onDevice(other, on.planOf(other))))).toBeGreaterThan(1e-6);
  });
  test.each(plusPlus.filter((_, i) => full || i % 3 === turn % 3))('%s', async (sampler) => {
    expect(await apart(on, newPictureContender(sampler, 3, 0.6))).toBeLessThan(BOUND);
  });
  test.each(reductions.filter((_, i) => full || i % 3 === turn % 3))('%s', async (_, a, b) => {
    const [one, other] = [await on.onDevice(a, on.planOf(a)), await on.onDevice(b, on.planOf(b))];
    expect(nmse(one, Float64Array.from(other))).toBeLessThan(1e-10);
  });
  test('a side is a pass, whoever else is asked of the same state', () => {
    const counts = (c: PictureContender) => {
      const { nfe, passes } = on.planOf(c);
      return [nfe, passes];
    };
    expect(counts(by('apg'))).toEqual([3, 6]);
    expect(counts(by('perp_neg'))).toEqual([3, 9]);
    // One step of three stands still, and nobody is asked.
    expect(counts(by('cfg_zero'))).toEqual([2, 4]);
    expect(counts(newPictureContender('euler_cfg_pp', 3, 0.6))).toEqual([3, 6]);
    expect(counts(plain(7))).toEqual([3, 6]);
    expect(counts(by('apg', { guideAbove: on.planOf(plain(7)).sigmas[1]! }))).toEqual([3, 4]);
  });
});

describe('runs of the bundled model', () => {
  let on: Both;
  beforeAll(async () => {
    on = await families['the bundled model']!();
  });
  afterAll(() => on.free());

  test('as diffusers: a method guides the steps of its scheduler, at its times', async () => {
    const c = { ...newPictureContender('ddim', 3, 7, 'uniform'), guide: methodOf('apg', SETTINGS.apg) };
    expect(on.planOf(c, 'diffusers').settings.every(({ time, side }) => Number.isInteger(time) && side)).toBe(true);
    expect(await apart(on, c, 'diffusers')).toBeLessThan(BOUND);
  });

  test('one whose network has no answer is left out in words, and the others are as without it', async () => {
    const { bench } = on;
    const e = (contenders: readonly PictureContender[]) => experiment({ count: 1, reference: 4, contenders });
    const weak = { ...by('apg'), guide: methodOf('autoguidance') };
    const all = await ran(
      bench,
      e([by('apg'), weak, newPictureContender('euler', 3, 7), newPictureContender('euler_cfg_pp', 3, 0.6)]),
    );
    expect(of(all.events, 'dropped')).toEqual([
      {
        kind: 'dropped',
        contender: 1,
        because: 'text-avatars comes without a weaker network, from which autoguidance leads away.',
        hint: 'Take another method of guidance, another sampler, or another model.',
      },
    ]);
    expect(of(all.events, 'result').map(({ contender, cost }) => [contender, cost.nfe, cost.passes])).toEqual([
      [0, 3, 6],
      [2, 3, 6],
      [3, 3, 6],
    ]);
    // A momentum, and a step that renoises with another slope, act once a step: nothing lies at the end of more steps.
    expect(of(all.events, 'unmeasured').map((u) => u.contender)).toEqual([0, 3]);
    expect(of(all.events, 'errors').map((u) => u.contender)).toEqual([2]);
    const alone = await ran(bench, e([newPictureContender('euler', 3, 7)]));
    expect(pixelsOf(all.events, 2)).toEqual(pixelsOf(alone.events, 0));
    const again = await ran(bench, e([by('apg'), newPictureContender('euler_cfg_pp', 3, 0.6)]));
    expect(pixelsOf(again.events, 0)).toEqual(pixelsOf(all.events, 0));
    expect(pixelsOf(again.events, 1)).toEqual(pixelsOf(all.events, 3));
    expect(pixelsOf(again.events, 0)).not.toEqual(pixelsOf(alone.events, 0));
  });
});

test('networks that cannot be guided or have no such class refuse it by name', async () => {
  const pixels = await bothOf(tinyPixelFiles('ddpm'), { count: 1, width: 8, height: 8, prompt: '' });
  expect(() => pixels.planOf(by('apg', { guidance: 1 }))).toThrow(
    /^tiny ddpm cannot be guided by APG: it reads neither/,
  );
  expect(() => pixels.planOf(newPictureContender('euler_cfg_pp', 3, 1))).toThrow(/cannot be guided by Euler CFG\+\+/);
  pixels.free();
  const dit = await families['DiT']!();
  const far = { ...by('perp_neg'), guide: methodOf('perp_neg', { avoid: 999 }) };
  expect(() => dit.planOf(far)).toThrow(/^tiny DiT has no class 999 to keep away from: its classes are 0 to \d+\.$/);
  dit.free();
});
