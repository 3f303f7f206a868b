// Methods of guidance as a contender has them: in links, names, files for other programs, and what is said of them.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { guidanceIds } from '../../../samplers/guidance/index.ts';
import { parametersText } from './a1111Write.ts';
import { formatPictures, parsePictures } from './codec.ts';
import { formatContender, newPictureContender, parseContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PictureContender } from './experiment.ts';
import { toCsv, toJson, type PicturesExport } from './exports.ts';
import {
  guidanceKey,
  guidanceRemarks,
  methodOf,
  methodsOffered,
  ownFields,
  settingsOfCfg,
  type Answers,
} from './guidance.ts';
import { contenderNames, contenderTitle } from './naming.ts';
import { pythonScript } from './python.ts';

const euler = (guidance: number, more: Partial<PictureContender> = {}): PictureContender => ({
  ...newPictureContender('euler', 8, guidance),
  ...more,
});
const apg = (guidance = 7, more: Partial<PictureContender> = {}) =>
  euler(guidance, { guide: methodOf('apg'), ...more });

describe('a method has of its own what no setting of the contender is', () => {
  test('and keeps it apart from weight, φ, interval and what is rescaled', () => {
    expect(methodOf('apg')).toEqual({ method: 'apg', params: { eta: 0, r: 0, beta: -0.5 } });
    expect(methodOf('mimic_thresholding', { mimic: 4, w: 9 }).params).toEqual({ quantile: 1, mimic: 4 });
    for (const id of settingsOfCfg) expect(methodOf(id).params).toEqual({});
    expect(Object.keys(ownFields('perp_neg', true))).toEqual(['v']);
    expect(Object.keys(ownFields('perp_neg', false))).toEqual(['v', 'avoid']);
  });
  test('a menu offers every method of the registry that is no setting of CFG and has a network to ask', () => {
    expect(methodsOffered).toEqual(['apg', 'cfg_zero', 'perp_neg', 'dynamic_thresholding', 'mimic_thresholding']);
    expect([...methodsOffered, ...settingsOfCfg, 'autoguidance'].toSorted()).toEqual(guidanceIds.toSorted());
  });
});

describe('links', () => {
  const parsed = (text: string) => {
    const refusals: Refusal[] = [];
    return { c: parseContender(text, 3, 'contender 1', refusals), refusals };
  };
  test('there and back, with every field at either end of its range', () => {
    for (const id of [...methodsOffered, 'autoguidance'] as const) {
      const fields = Object.entries(ownFields(id, false));
      const values = fields.flatMap(([key, f]) => (f.kind === 'number' ? [f.min, f.max].map((v) => [key, v]) : []));
      for (const [key, value] of [['nothing', 0], ...values] as const) {
        const guide = methodOf(id, fields.length > 0 && key !== 'nothing' ? { [key as string]: value as number } : {});
        for (const more of [{}, { guidance: 7.25, rescale: 0.5, guideAbove: 0.3, guideUpTo: 5 }]) {
          const e = { ...defaultPictures(), contenders: [euler(3, { guide, ...more }), euler(3)] };
          expect(parsePictures(formatPictures(e))).toEqual({ experiment: e, refusals: [], fingerprint: null });
        }
      }
    }
  });
  test('word for word', () => {
    expect(formatContender(apg(), 3)).toBe('euler:karras:8:apg:w=7');
    const all = apg(7, { guide: methodOf('apg', { eta: 0.25, beta: 0 }), rescale: 0.7, guideAbove: 0.3 });
    expect(formatContender(all, 3)).toBe('euler:karras:8:apg(eta=0.25,beta=0):w=7,phi=0.7,from=0.3');
    const list = { ...apg(3), schedule: 'explicit', scheduleParams: {}, steps: 2, sigmas: [10, 1, 0] } as const;
    expect(formatContender(list, 3)).toBe('euler:explicit(10_1_0):apg');
    expect(parsed('euler:explicit(10_1_0):apg')).toEqual({ c: list, refusals: [] });
  });
  test('what brackets say of weight, φ and interval is the contender’s; what they leave out is the model’s usual', () => {
    expect(parsed('euler:karras:8:apg')).toEqual({ c: apg(3), refusals: [] });
    expect(parsed('euler:karras:8:apg(w=4,phi=0.2,from=1,to=1000000)')).toEqual({
      c: apg(4, { rescale: 0.2, guideAbove: 1 }),
      refusals: [],
    });
    expect(parsed('euler:karras:8:cfg(w=4)')).toEqual({ c: euler(4), refusals: [] });
    expect(parsed('euler:karras:8:rescale')).toEqual({ c: euler(3, { rescale: 0.7 }), refusals: [] });
    expect(parsed('euler:karras:8:rescale(phi=0.5):w=9')).toEqual({ c: euler(9, { rescale: 0.5 }), refusals: [] });
    const some = { guideAbove: 0.19, guideUpTo: 1.61 };
    expect(parsed('euler:karras:8:interval')).toEqual({ c: euler(3, some), refusals: [] });
  });
  test.each<[string, Partial<Refusal>[]]>([
    ['euler:karras:8:apg(w=4):w=5', [{ value: 'w=5', because: 'it is given twice', used: '4' }]],
    ['euler:karras:8:apg(zeta=1)', [{ value: 'zeta=1', because: "there is no parameter 'zeta'", used: 'nothing' }]],
    ['euler:karras:8:apg(eta=9)', [{ value: '9', because: 'it must be a number from 0 to 2', used: '0' }]],
    ['euler:karras:8:apg(space=noise)', [{ value: 'space=noise', because: 'φ rescales what the network predicts' }]],
    [
      'euler:karras:8:apg(from=5,to=1)',
      [{ value: '5 to 1', because: 'it must end at a higher σ than it begins above' }],
    ],
    ['euler:karras:8:pag', [{ value: 'pag', because: 'nothing belongs after the number of steps', used: 'left out' }]],
    ['euler:karras:8:apg:cfg_zero', [{ value: 'cfg_zero', because: 'nothing belongs after the guidance' }]],
  ])('%s is refused in words, and the rest is kept', (text, want) => {
    const { c, refusals } = parsed(text);
    expect(refusals).toMatchObject(want);
    expect(refusals).toHaveLength(want.length);
    expect(c).toMatchObject({ sampler: 'euler', steps: 8 });
  });
});

describe('names', () => {
  test('say the method where contenders differ in it, CFG beside others', () => {
    const three = [euler(7), apg(), apg(7, { guide: methodOf('apg', { eta: 1 }) })];
    expect(contenderNames(three).titles).toEqual(['CFG', 'APG · η 0', 'APG · η 1']);
    const plusPlus = newPictureContender('euler_cfg_pp', 8, 7);
    expect(contenderNames([apg(), plusPlus]).titles).toEqual(['Euler (= DDIM) · APG', 'Euler CFG++']);
    expect(contenderNames([euler(7), euler(3)]).titles).toEqual(['guidance 7', 'guidance 3']);
    expect(contenderTitle(apg(5, { rescale: 0.5 }))).toBe(
      'Euler (= DDIM) · Karras · APG · guidance 5 · rescale φ 0.5 · 8 steps',
    );
  });
  test('one solution is shared by those who are guided alike', () => {
    const different = [euler(7), apg(), apg(6), apg(7, { guide: methodOf('apg', { eta: 1 }) })];
    const plusPlus = newPictureContender('euler_cfg_pp', 8, 7);
    expect(new Set([...different, plusPlus].map(guidanceKey)).size).toBe(5);
    expect(guidanceKey(apg())).toBe(guidanceKey({ ...newPictureContender('heun', 4, 7), guide: methodOf('apg') }));
  });
});

describe('files', () => {
  const context: PicturesExport = {
    ...{ adapter: 'a', version: '1', link: 'l', width: 64, height: 64 },
    model: { title: 't', revision: null, licence: null, format: 'f32' },
  };
  const e = { ...defaultPictures(), contenders: [apg(), euler(7)] };
  test('CSV has the method and its fields as columns, JSON as it is', () => {
    const row = (contender: number) => ({
      ...{ of: 'this run', contender, steps: 8, sigmas: [1, 0], nfe: 8, passes: 16, gpuMs: null, wallMs: 1 },
      error: null,
    });
    const [head, one, two] = toCsv(e, [row(0), row(1)] as never, context)
      .split('\r\n')
      .map((line) => line.split(','));
    const cell = (line: readonly string[] | undefined, name: string) => line![head!.indexOf(name)];
    const columns = ['guidance method', 'guidance eta', 'guidance beta', 'guidance'];
    expect(columns.map((name) => cell(one, name))).toEqual(['apg', '0', '-0.5', '7']);
    expect(columns.map((name) => cell(two, name))).toEqual(['cfg', '', '', '7']);
    const json = JSON.parse(toJson(e, [], context)) as { hash: string; experiment: typeof e };
    expect(json.experiment.contenders[0]!.guide).toEqual(methodOf('apg'));
    expect(parsePictures(json.hash).experiment).toEqual(e);
  });
  test('other programs get it in their words, or a sentence that says why not', () => {
    const there = { ...e, conventions: 'diffusers', noise: 'torch-cpu' } as const;
    const script = { pipeline: 'StableDiffusionPipeline', revision: null, width: 64, height: 64, link: 'l' };
    const why = (c: PictureContender) => {
      const written = pythonScript(there, c, script);
      return 'because' in written ? written.because : written.text;
    };
    expect(why(euler(7, { rescale: 0.5 }))).toContain('guidance_rescale=0.5');
    expect(why(apg())).toMatch(
      /^Pipelines of diffusers have no APG; its AdaptiveProjectedGuidance projects what the network/,
    );
    expect(why(euler(7, { guide: methodOf('cfg_zero') }))).toMatch(/ClassifierFreeZeroStarGuidance scales what the/);
    for (const id of ['perp_neg', 'dynamic_thresholding', 'mimic_thresholding', 'autoguidance'] as const)
      expect(why(euler(7, { guide: methodOf(id) }))).toBe('Pipelines of diffusers know no such guidance.');
    const about = { picture: 0, width: 64, height: 64, model: 'm', version: '1' };
    expect(parametersText(e, apg(), about)).toEqual({ because: 'A1111 has no words for APG.' });
    expect(parametersText(e, euler(7), about)).toHaveProperty('text');
  });
});

describe('what a reader is told', () => {
  const sd: Answers & { factor: number } = {
    ...{ title: 'SD', told: false, unguided: null, readsText: true, classes: null, factor: 8 },
  };
  const remarks = (c: PictureContender, more: Partial<typeof sd> = {}, negative = '') =>
    guidanceRemarks(c, { ...sd, ...more }, negative);
  test('nothing of what works', () => {
    expect(remarks(euler(7))).toEqual([]);
    expect(remarks(apg())).toEqual([]);
    expect(remarks(newPictureContender('euler_cfg_pp', 8, 0.6))).toEqual([]);
    expect(remarks(euler(7, { guide: methodOf('perp_neg') }), {}, 'blue')).toEqual([]);
    expect(remarks(euler(7, { guide: methodOf('dynamic_thresholding') }), { factor: 1 })).toEqual([]);
  });
  test('what it should know before', () => {
    expect(remarks(newPictureContender('euler_cfg_pp', 8, 7))).toEqual([
      'CFG++ is made for weights from 0 to 1: 0.6 is about as strong as 7.5 is with CFG.',
    ]);
    expect(remarks(euler(7, { guide: methodOf('perp_neg') }))).toEqual([
      'Without a negative prompt there is nothing to keep away from: this is CFG, at three passes an evaluation.',
    ]);
    expect(remarks(euler(7, { guide: methodOf('dynamic_thresholding') }))[0]).toMatch(/latents have none/);
    expect(remarks(apg(), { told: true })).toEqual([
      'SD is told one weight of guidance and answers once: APG needs an answer without the prompt, too. This contender is left out.',
    ]);
  });
});

test('fields that all methods have are the lab’s own settings', () => {
  // A new common field must be placed among them, or else it would be lost in links.
  expect(Object.keys(defaults(ownFields('cfg', true) as never))).toEqual([]);
});
