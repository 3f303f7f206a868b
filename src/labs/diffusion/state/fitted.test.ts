// What a fit leaves in a contender: its text, its plan, its name, and the sentence where it is not at home.
import '../../../wrappers/index.ts';
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../core/refusal.ts';
import { stretched, tell, toldAt } from '../../../samplers/contenders/fitted.ts';
import { kDiffusionCall } from '../../../samplers/contenders/kDiffusion.ts';
import { contenderNames, contenderTitle } from '../../../samplers/contenders/naming.ts';
import { formatContender, parseContender } from '../../../samplers/contenders/text.ts';
import { heun } from '../../../samplers/diffusion/heun.ts';
import { planOps } from '../../../samplers/diffusion/index.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { contenderPlan, newContender } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import type { Contender } from '../config/experiment.ts';
import { cellRun } from '../config/gridAxes.ts';
import { fittedElsewhere, modelKey } from '../config/fitKey.ts';
import { paramsOf, recipeParams } from '../config/fitPlan.ts';
import { experimentStore, setSampler, setSchedule, setSigmas, setSteps, undoable } from './experimentStore.ts';

const TEXT = 'dpmpp_2m:explicit(20_4_0.5_0):told(20_5_0.4):fit(ld3.ring8.dpmpp_2m.3.7)';
const NO_RECIPE =
  'it is method, model, sampler, steps and seed, joined by points, then the method’s parameters as ,name=value';
const read = (text: string) => {
  const refusals: Refusal[] = [];
  return { c: parseContender(text, 'contender 1', refusals), refusals };
};
const fitted = read(TEXT).c!;

describe('its text', () => {
  test.each([
    TEXT,
    `${TEXT}:cfg(w=3)`,
    `${TEXT}:cfg(w=3):~reuse(every=3)`,
    'dpmpp_2m:explicit(20_4_0.5_0):fit(gits.digits-1a2b3c4d.w3.euler.3.4294967295)',
    'euler:explicit(20_4_0.5_0):fit(gits.grid4.euler.3.0,levels=40,gamma=1.05)',
    'bespoke(numbers=.1_-.2):explicit(20_1_0):fit(bespoke.ring8.bespoke.2.0,base=euler,rate=1e-7):cfg(w=3)',
    'composed(plan=x1_e2c):karras:5:fit(s3.ring8.composed.5.0)',
    'bespoke(numbers=.1_-.2):explicit(20_1_0):fit(bespoke.moons_net-00ff00ff.bespoke.2.0)',
  ])('%s, there and back', (text) => {
    const { c, refusals } = read(text);
    expect(refusals).toEqual([]);
    expect(formatContender(c!)).toBe(text);
  });
  test('parameters in a recipe are the method’s, and only those that are others than suit the model', () => {
    const { fit } = read('euler:explicit(20_4_0):fit(gits.grid4.euler.2.0,gamma=1,levels=9,junk=3)').c!;
    expect(fit!.params).toEqual({ gamma: '1', levels: '9', junk: '3' });
    expect(paramsOf(fit!)).toEqual({ gamma: 1 });
    expect(recipeParams('gits', 'grid4', { levels: 100, gamma: 1 })).toEqual({ gamma: '1' });
    expect(recipeParams('gits', 'digits', { levels: 40 })).toEqual({});
    expect(recipeParams('gits', 'digits', { levels: 100 })).toEqual({ levels: '100' });
  });
  test('levels told and recipe, read', () =>
    expect(fitted).toMatchObject({
      asked: [20, 5, 0.4],
      fit: { by: 'ld3', model: 'ring8', sampler: 'dpmpp_2m', steps: 3, seed: 7 },
    }));
  test.each([
    ['euler:explicit(20_4_0):told(20)', 'there are 1 told levels for 2 levels above 0'],
    ['euler:explicit(20_4_0):told(20_20)', 'told levels are numbers above 0 that fall'],
    ['euler:explicit(20_4_0):told(20_0)', 'told levels are numbers above 0 that fall'],
    ['euler:explicit(20_4_0):told(20_junk)', 'told levels are numbers above 0 that fall'],
    ['euler:karras:10:told(20_4)', 'told levels belong to a σ list'],
    ['euler:karras:10:fit(ld4.ring8.euler.10.1)', NO_RECIPE],
    ['euler:karras:10:fit(ld3.ring8.euler.10.4294967296)', NO_RECIPE],
    ['euler:karras:10:fit(ld3.ring8.euler.10.1,rate)', NO_RECIPE],
    ['euler:karras:10:fit(ld3.ring8.euler.10.1,rate=)', NO_RECIPE],
    ['euler:karras:10:fit(ld3.ring8.euler.10.1,rate=1=2)', NO_RECIPE],
  ])('%s is refused in part: %s', (text, because) => {
    const { c, refusals } = read(text);
    expect(refusals.map((r) => r.because)).toEqual([because]);
    expect([c!.asked, c!.fit]).toEqual([undefined, undefined]);
  });
});

describe('its plan', () => {
  test('evaluations are told what is asked; coefficients and frames are of the levels', () => {
    const plain = contenderPlan(read('dpmpp_2m:explicit(20_4_0.5_0)').c!, 'ring8');
    const { ops, nfe } = contenderPlan(fitted, 'ring8');
    expect(ops.filter((op) => op.op === 'eval').map((op) => op.sigma)).toEqual([20, 5, 0.4]);
    expect(ops.filter((op) => op.op !== 'eval')).toEqual(plain.ops.filter((op) => op.op !== 'eval'));
    expect(nfe).toBe(plain.nfe);
    expect(kDiffusionCall(fitted)).toBeNull();
    expect(kDiffusionCall(read('dpmpp_2m:explicit(20_4_0.5_0)').c!)).not.toBeNull();
  });
  test('a level on the way is told what lies between, beyond the ends in proportion', () => {
    const [levels, told] = [
      [16, 4, 1],
      [16, 8, 1],
    ];
    expect([16, 4, 1].map((s) => toldAt(s, levels, told))).toEqual(told);
    expect(toldAt(2, levels, told)).toBeCloseTo(Math.sqrt(8), 12);
    expect(toldAt(32, levels, told)).toBe(32);
    expect(toldAt(0.5, levels, told)).toBe(0.5);
    expect(toldAt(0.25, [4, 1], [4, 2])).toBe(0.5);
    const ops = tell(planOps(heun, [16, 4, 1, 0], {}), levels, told);
    expect(ops.filter((op) => op.op === 'eval').map((op) => op.sigma)).toEqual([16, 8, 8, 1, 1]);
  });
  test('evaluations side by side are told each its own; a wrapper leaves out what it did before', () => {
    const side: Op = {
      op: 'evalBatch',
      of: [
        { x: 'x', sigma: 4, out: 'a' },
        { x: 'y', sigma: 1, out: 'b' },
      ],
    };
    const [told] = tell([side], [16, 4, 1], [16, 8, 2]);
    expect(evaluationsOf(told!).map((e) => [e.sigma, e.out])).toEqual([
      [8, 'a'],
      [2, 'b'],
    ]);
    const wrapped = contenderPlan(read(`${TEXT}:~reuse(every=2)`).c!, 'ring8');
    expect(wrapped.ops.flatMap(evaluationsOf).map((e) => e.sigma)).toEqual([20, 0.4]);
  });
  test('told levels that are the levels change nothing', () => {
    const plain = read('heun:explicit(20_4_0.5_0)').c!;
    expect(contenderPlan({ ...plain, asked: [20, 4, 0.5] }, 'ring8')).toEqual(contenderPlan(plain, 'ring8'));
  });
  test('at another number of steps they are stretched together', () => {
    const more = stretched(fitted, [20, Math.sqrt(80), 4, 0.5, 0]);
    expect(more.steps).toBe(4);
    expect(more.asked![1]).toBeCloseTo(10, 10);
    expect(more.asked!.filter((_, i) => i !== 1)).toEqual([20, 5, 0.4]);
  });
});

describe('its name', () => {
  test('is its fit’s, and tells it from the list it began from', () => {
    expect(contenderTitle(fitted)).toBe('DPM-Solver++(2M) · LD3 levels · 3 steps');
    const { titles } = contenderNames([newContender('dpmpp_2m', 3), fitted]);
    expect(titles).toEqual(['Karras', 'LD3 levels']);
    const s3 = read('composed(plan=x1_e2c):karras:5:fit(s3.ring8.composed.5.0)').c!;
    expect(contenderTitle(s3)).toBe('Composed · Karras · S³ plan · 5 steps');
    // Two fits of one length are told apart by the first level that differs.
    const gits = read('dpmpp_2m:explicit(20_3_0.5_0):fit(gits.ring8.dpmpp_2m.3.7)').c!;
    expect(contenderNames([fitted, gits]).titles[1]).toContain('GITS levels');
  });
  test('a plan by hand is told by its beginning', () =>
    expect(contenderTitle(read('composed(plan=x1_x2_x3_x3_x3_x3_x3_x3_x3_x3):karras:5').c!)).toContain('…'));
});

describe('where it is not at home', () => {
  const e = { ...defaultExperiment('ring8'), contenders: [fitted] };
  test.each<[string, Partial<Contender>, string | null]>([
    ['at home', {}, null],
    ['another sampler', { sampler: 'euler' }, 'the sampler dpmpp_2m'],
    ['more steps', { steps: 4 }, '3 steps'],
    ['fewer steps', { steps: 2 }, '3 steps'],
    ['both', { sampler: 'euler', steps: 4 }, 'the sampler dpmpp_2m and 3 steps'],
  ])('%s', (_, patch, says) => {
    const said = fittedElsewhere(e, { ...fitted, ...patch });
    if (says === null) expect(said).toBeNull();
    else expect(said).toBe(`Its LD3 levels were found for ${says}: here they are a guess. Fit again to know.`);
  });
  test('another model, other weights of it, or something else that it is told', () => {
    expect(fittedElsewhere({ ...e, model: 'moons' }, fitted)).toContain('the model ring8');
    expect(fittedElsewhere({ ...e, learned: true }, fitted)).toContain('the model ring8');
    const of = (model: string) => ({ ...fitted, fit: { ...fitted.fit!, model } });
    const digits = { ...defaultExperiment('digits') };
    expect(fittedElsewhere(digits, of('digits-1a2b3c4d'), '1a2b3c4d')).toBeNull();
    expect(fittedElsewhere(digits, of('digits-1a2b3c4d'), null)).toBeNull(); // not loaded yet
    expect(fittedElsewhere(digits, of('digits-1a2b3c4d'), 'ffffffff')).toContain('the model digits-1a2b3c4d');
    expect(fittedElsewhere({ ...digits, guidance: 3 }, of('digits-1a2b3c4d'), '1a2b3c4d')).toContain('the model');
    expect(fittedElsewhere({ ...digits, label: 4 }, of('digits-1a2b3c4d'), '1a2b3c4d')).toContain('the model');
  });
  test('every key is one that a link takes', () => {
    const guided = read(`${TEXT}:interval(w=4)`).c!;
    for (const key of [
      modelKey({ ...defaultExperiment('digits'), guidance: 2.5, label: 3 }, fitted, '1a2b3c4d'),
      modelKey(defaultExperiment('digits'), guided, '1a2b3c4d'),
      modelKey({ ...defaultExperiment('drawn'), points: [[1, 2]] }, fitted),
      modelKey({ ...defaultExperiment('moons'), learned: true }, fitted, '00000000'),
    ])
      expect(read(formatContender({ ...fitted, fit: { ...fitted.fit!, model: key } })).c!.fit!.model).toBe(key);
  });
});

test('edits: levels of one’s own and another schedule drop a fit, another sampler or number of steps keep it', () => {
  const now = () => experimentStore.getState().experiment.contenders[0]!;
  const begin = () => undoable.load({ ...defaultExperiment('ring8'), contenders: [fitted] });
  begin();
  setSampler(0, 'euler');
  expect(now().fit).toEqual(fitted.fit);
  setSteps(0, 5);
  expect([now().asked!.length, now().sigmas.length, now().fit!.steps]).toEqual([5, 6, 3]);
  setSigmas(0, [20, 1, 0]);
  expect([now().asked, now().fit]).toEqual([undefined, undefined]);
  begin();
  setSchedule(0, 'karras');
  expect([now().asked, now().fit]).toEqual([undefined, undefined]);
  begin();
  setSchedule(0, 'explicit');
  expect([now().asked, now().fit, now().sigmas]).toEqual([undefined, undefined, fitted.sigmas]);
});

test('axes of a grid: steps stretch what a fit left, a schedule or a pair drops it', () => {
  const cell = (values: Readonly<Record<string, string>>) => {
    const made = cellRun({ experiment: defaultExperiment('ring8'), contender: fitted }, values);
    if ('refused' in made) throw new Error(made.refused);
    return made.contender;
  };
  expect(cell({ steps: '5' })).toMatchObject({ steps: 5, fit: fitted.fit });
  expect(cell({ steps: '5' }).asked).toHaveLength(5);
  for (const values of [{ schedule: 'explicit(20_1_0)' }, { pair: 'euler:karras' }]) {
    const { asked, fit } = cell(values);
    expect([asked, fit]).toEqual([undefined, undefined]);
  }
});
