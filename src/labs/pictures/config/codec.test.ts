import { describe, expect, test } from 'vitest';
import type { AnyField, ParamValue } from '../../../core/field.ts';
import { philox4x32 } from '../../../math/philox.ts';
import { contenderFields, contenderPlan } from '../../../samplers/contenders/contender.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { formatPictures, isPictures, parsePictures } from './codec.ts';
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { guidanceFields, picturesFields } from './fields.ts';
import { DEFAULT_SOURCE, kindOf, modelKinds, openingOf, type ModelSource } from './model.ts';

const roundTrip = (e: PicturesExperiment) => {
  const link = formatPictures(e);
  const { experiment, refusals } = parsePictures(link);
  expect(refusals, link).toEqual([]);
  expect(experiment, link).toEqual(e);
  expect(formatPictures(experiment)).toBe(link);
};
const hub = (repo: string): ModelSource => ({ from: 'hub', repo, revision: 'main', file: null });
const models: readonly ModelSource[] = [
  DEFAULT_SOURCE,
  hub('runwayml/stable-diffusion-v1-5'),
  hub('stabilityai/sd-turbo'),
  hub('SimianLuo/LCM_Dreamshaper_v7'),
  hub('openai/diffusers-cd_imagenet64_l2'),
  hub('facebook/DiT-XL-2-256'),
  hub('google/ddpm-cat-256'),
];

function ends(field: AnyField): readonly ParamValue[] {
  if (field.kind === 'number') return [field.min, field.max];
  if (field.kind === 'boolean') return [true, false];
  return field.kind === 'choice' ? field.options.map((o) => o.value) : [field.default];
}
const euler = (more: Partial<PictureContender> = {}): PictureContender => ({
  ...newPictureContender('euler', 7, 3),
  ...more,
});

describe('round trips', () => {
  test('the default experiment of every kind of model is a short link', () => {
    expect(models.map((m) => kindOf(m))).toEqual(modelKinds);
    for (const model of models) {
      roundTrip(defaultPictures(model));
      const text = formatPictures(defaultPictures(model));
      expect(text).toBe(model.from === 'hub' ? `lab=pictures&model=hub:${model.repo}` : 'lab=pictures');
    }
  });

  test('every shared field and every setting of guidance at both ends of its range, on every kind of model', () => {
    for (const model of models) {
      const usual = defaultPictures(model);
      for (const [name, field] of Object.entries(picturesFields(openingOf(model))))
        for (const value of ends(field)) roundTrip({ ...usual, [name]: value });
      for (const [name, field] of Object.entries(guidanceFields(3)))
        for (const value of [...ends(field), field.default])
          roundTrip({ ...usual, contenders: [euler({ guideUpTo: 1e6, [name]: name === 'guideAbove' ? 5 : value })] });
    }
    roundTrip({ ...defaultPictures(), contenders: [euler({ guideAbove: 0.3, guideUpTo: 5 }), euler()] });
  });

  test('every parameter of every sampler and schedule, with guidance behind it', () => {
    for (const sampler of Object.keys(samplers) as SamplerId[])
      for (const schedule of Object.keys(schedules) as ScheduleId[]) {
        const base = newPictureContender(sampler, 7, 4.5, schedule);
        const fields = contenderFields(base);
        for (const [name, table] of [
          ['params', fields.params],
          ['scheduleParams', fields.scheduleParams],
        ] as const)
          for (const [key, field] of Object.entries(table))
            for (const value of ends(field))
              roundTrip({
                ...defaultPictures(),
                contenders: [{ ...base, [name]: { ...base[name], [key]: value } }],
              });
      }
  });

  test('own σ lists, with and without guidance of their own', () => {
    const list = { schedule: 'explicit', scheduleParams: {}, sigmas: [14.6, 1e-3, 1e-6, 0], steps: 3 } as const;
    for (const guidance of [3, 7.25]) roundTrip({ ...defaultPictures(), contenders: [euler({ ...list, guidance })] });
  });

  test.each([
    ['nothing', ''],
    ['signs that links use', 'a=b&c=d#e?f%20g+h:i,j/k@l "m" \'n\' (o) [p] {q} <r> \\s|t'],
    ['lines', 'first\n\tsecond\r\nthird '],
    ['any script', 'Ελληνικά 日本語 العربية עברית हिन्दी 👩‍👩‍👧‍👦 e\u0301 \u202e\u200b\0'],
    ['as long as it may be', '🎲'.repeat(1000)],
  ])('a prompt of %s', (_, text) => {
    for (const model of models) {
      roundTrip({ ...defaultPictures(model), prompt: text });
      roundTrip({ ...defaultPictures(model), negative: text });
    }
  });

  test('a start picture by name and hash, files on disk, revisions', () => {
    for (const name of ['a.png', 'a@b:c&d=e#f.png', '写真 1.png', 'x'.repeat(200)])
      for (const sha256 of ['0123abcd', 'f'.repeat(64)])
        for (const sigma of [1e-6, 0.75, 1e6]) roundTrip({ ...defaultPictures(), start: { name, sha256, sigma } });
    for (const model of [
      { from: 'file', name: 'my models & more' },
      { from: 'hub', repo: 'a/b', revision: 'refs/pr/3', file: null },
      { from: 'hub', repo: 'a/b', revision: 'v1', file: 'v1-5 pruned.safetensors' },
    ] as const)
      roundTrip(defaultPictures(model));
  });
});

describe('texts that no link can hold', () => {
  test('half a character alone, more than 2,000 characters, and line ends in a name are changed, never thrown', () => {
    const odd = formatPictures({
      ...defaultPictures(),
      prompt: 'a\ud83cb',
      negative: 'x'.repeat(1999) + '🎲',
      start: { name: 'a\nb\udc00', sha256: '01234567', sigma: 1 },
    });
    const { experiment, refusals } = parsePictures(odd);
    expect(refusals).toEqual([]);
    expect(experiment).toMatchObject({
      prompt: 'a�b',
      negative: 'x'.repeat(1999),
      start: { name: 'a b�', sha256: '01234567', sigma: 1 },
    });
    roundTrip(experiment);
    roundTrip(parsePictures('lab=pictures&prompt=a\ud83cb&model=file:\udc00&start=01234567:\ud83c@1').experiment);
  });
  test('a name of line ends alone is still a name', () => {
    const link = formatPictures({ ...defaultPictures(), start: { name: '', sha256: '01234567', sigma: 1 } });
    expect(parsePictures(link).experiment.start?.name).toBe('picture');
  });
});

test('whose links they are', () => {
  expect(['#lab=pictures', 'lab=pictures&n=2', '#n=2&lab=pictures'].map(isPictures)).toEqual([true, true, true]);
  expect(['', '#lab=diffusion', 'lab=pictures2', 'xlab=pictures'].map(isPictures)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('2,000 random texts, some near the grammar, are experiments that run and give their links back', () => {
  const pieces = [
    ...['&model=', 'text-avatars', 'hub:', 'a/b-turbo', 'file:x', '&prompt=', '&neg=', '&size=', '64x0', '8x2048'],
    ...['&n=', '&seed=', '&gen=each', '&noise=torch-cpu', '&conv=diffusers', '&skip=', '&class=', '-1', '-0', '1e400'],
    ...['&start=', '0123abcd:', 'x@', '@', '&ref=', '&steps=', '4.8', '.', '&fmt=int4', '&kernels=', '&fp='],
    ...['&c=euler', '&c=lcm:', 'karras', 'karras(rho=5)', '(', ')', ':w=', ',phi=', ',from=', ',to=', '∞', '9', '0.5'],
    ...['&c=heun:explicit(9_', '_', '0)', '=', ',', '&', '%', '%zz', '+', '\n', '\ud83c', '\udfb2', '\0'],
  ];
  const words = new Uint32Array(4);
  const seen = new Map<string, string>();
  for (let i = 0; i < 2000; i++) {
    let text = 'lab=pictures';
    for (let k = 0; k < 16; k++) text += pieces[philox4x32(i, k, 0, 0, 7, 7, words)[0]! % pieces.length]!;
    const { experiment } = parsePictures(text);
    roundTrip(experiment);
    const link = formatPictures(experiment);
    const same = seen.get(link);
    expect(same ?? JSON.stringify(experiment), 'equal links are equal experiments').toBe(JSON.stringify(experiment));
    seen.set(link, JSON.stringify(experiment));
    for (const c of experiment.contenders)
      if (c.steps < 50) expect(contenderPlan(c, { min: 0.03, max: 14.6 }).nfe).toBeGreaterThan(0);
  }
  expect(seen.size).toBeGreaterThan(300);
});
