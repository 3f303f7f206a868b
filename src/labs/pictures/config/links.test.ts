// Links of this lab, word for word: what a link with everything in it says, and every field at its smallest, its largest,
// one beyond and junk, with the sentence that a reader sees.
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../core/refusal.ts';
import { formatPictures, parsePictures } from './codec.ts';
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PicturesExperiment } from './experiment.ts';

const hash = '3f'.repeat(32);
const everything: PicturesExperiment = {
  model: { from: 'hub', repo: 'runwayml/stable-diffusion-v1-5', revision: 'main', file: null },
  prompt: 'a cat, 100% + one more\nby the sea',
  negative: 'blurry & dark',
  width: 512,
  height: 768,
  count: 16,
  seed: 4294967295,
  noise: 'torch-cpu',
  perPicture: true,
  conventions: 'diffusers',
  clipSkip: 1,
  label: 7,
  start: { name: 'cat 1.png', sha256: hash, sigma: 4.5 },
  reference: 100,
  budgets: [1, 9, 1000],
  format: 'int8',
  kernels: { softmax: '1.tree', matmul: '1.naive' },
  contenders: [
    {
      ...newPictureContender('dpmpp_2m_sde', 12, 3, 'karras', { eta: 0.5 }, { rho: 5 }),
      rescale: 0.7,
      guideAbove: 0.3,
      guideUpTo: 5,
    },
    newPictureContender('euler', 20, 7.5),
    {
      ...newPictureContender('heun', 3, 1),
      schedule: 'explicit',
      scheduleParams: {},
      sigmas: [20, 4.5, 1e-6, 0],
    },
  ],
};
const whole =
  'lab=pictures&model=hub:runwayml/stable-diffusion-v1-5&prompt=a+cat,+100%25+%2B+one+more%0Aby+the+sea&neg=blurry+%26+dark' +
  `&size=512x768&n=16&seed=4294967295&noise=torch-cpu&gen=each&conv=diffusers&skip=1&class=7&start=${hash}:cat+1.png@4.5` +
  '&ref=100&steps=1.9.1000&fmt=int8&kernels=matmul:1.naive,softmax:1.tree' +
  '&c=dpmpp_2m_sde(eta=0.5):karras(rho=5):12:w=3,phi=0.7,from=0.3,to=5&c=euler:karras:20' +
  '&c=heun:explicit(20_4.5_0.000001_0):w=1&fp=1.vZD4';

describe('a link that says everything', () => {
  test('word for word, there and back', () => {
    expect(formatPictures(everything, '1.vZD4')).toBe(whole);
    expect(parsePictures(`#${whole}`)).toEqual({ experiment: everything, refusals: [], fingerprint: '1.vZD4' });
    expect(formatPictures(everything, '')).toBe(whole.replace('&fp=1.vZD4', ''));
    expect(parsePictures('lab=pictures&fp=').fingerprint).toBeNull();
  });
  test('in any order, with what a mail program does to it, and defaults said aloud', () => {
    const pairs = whole.split('&');
    const order = [
      ...pairs.filter((p) => !p.startsWith('c=')).toReversed(),
      ...pairs.filter((p) => p.startsWith('c=')),
    ];
    expect(parsePictures(order.join('&')).experiment).toEqual(everything);
    const escaped = whole.replaceAll(':', '%3A').replaceAll('(', '%28').replaceAll('+', '%20');
    expect(parsePictures(`&&${escaped}&`).experiment).toEqual(everything);
    const aloud =
      'model=text-avatars&neg=&size=0x0&n=4&seed=0&noise=ours&gen=one&conv=exact&skip=0&class=-1&ref=64&steps=4.6.8.12.16.24.32&fmt=auto';
    expect(parsePictures(aloud)).toEqual({ experiment: defaultPictures(), refusals: [], fingerprint: null });
  });
  test('without guidance a contender has the model’s own; without steps ten', () => {
    const c = (link: string) => parsePictures(link).experiment.contenders;
    expect(c('c=euler')).toEqual([newPictureContender('euler', 10, 3)]);
    expect(c('c=euler:w=5')).toEqual([newPictureContender('euler', 10, 5)]);
    expect(c('c=euler:karras(rho=5)')).toEqual([newPictureContender('euler', 10, 3, 'karras', {}, { rho: 5 })]);
    expect(c('model=hub:stabilityai/sd-turbo&c=euler:karras:4')).toEqual([newPictureContender('euler', 4, 1)]);
    expect(c('model=hub:a/b&c=euler:karras:4')).toEqual([newPictureContender('euler', 4, 7.5)]);
  });
});

const refusal = (...[where, value, because, used]: readonly string[]) => ({ where, value, because, used }) as Refusal;
const wholeNumber = (min: number, max: number) => `it must be a whole number from ${min} to ${max}`;
const size = (value: string) =>
  refusal(
    'size',
    value,
    'it must be width x height, each a multiple of 8 from 8 to 2048, or 0 for the model’s own',
    'the model’s own',
  );
const steps = (value: string) =>
  refusal(
    'steps',
    value,
    'they must be at most 24 rising whole numbers from 1 to 1000, joined by dots',
    'the usual numbers of steps',
  );
const start = (value: string) =>
  refusal(
    'start picture',
    value,
    'it must be 8 to 64 hexadecimal digits of the picture’s SHA-256, a colon, its name, an @ and a σ',
    'pure noise',
  );
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i + 1).join('.');

describe('fields at their ends', () => {
  test.each<[string, Partial<PicturesExperiment>]>([
    ['size=8x2048', { width: 8, height: 2048 }],
    ['size=0x64', { width: 0, height: 64 }],
    ['n=1', { count: 1 }],
    ['n=16', { count: 16 }],
    ['seed=4294967295', { seed: 4294967295 }],
    ['seed=-0', { seed: 0 }],
    ['noise=torch-cuda', { noise: 'torch-cuda' }],
    ['gen=each', { perPicture: true }],
    ['skip=11', { clipSkip: 11 }],
    ['class=1048575', { label: 1048575 }],
    ['ref=1000', { reference: 1000 }],
    ['steps=999.1000', { budgets: [999, 1000] }],
    [`steps=${numbers(24)}`, { budgets: Array.from({ length: 24 }, (_, i) => i + 1) }],
    ['start=01234567:x@0.000001', { start: { sha256: '01234567', name: 'x', sigma: 1e-6 } }],
    [`start=${hash}:a@b:c@1e6`, { start: { sha256: hash, name: 'a@b:c', sigma: 1e6 } }],
    ['prompt=', { prompt: '' }],
    [`prompt=${'x'.repeat(2000)}`, { prompt: 'x'.repeat(2000) }],
    ['c=euler:karras:4:w=0', { contenders: [newPictureContender('euler', 4, 0)] }],
    ['c=euler:karras:4:w=30', { contenders: [newPictureContender('euler', 4, 30)] }],
    ['c=euler:karras:4:phi=1', { contenders: [{ ...newPictureContender('euler', 4, 3), rescale: 1 }] }],
    ['c=euler:karras:4:to=0.1', { contenders: [{ ...newPictureContender('euler', 4, 3), guideUpTo: 0.1 }] }],
    ['c=euler:karras:4:from=9,to=∞', { contenders: [{ ...newPictureContender('euler', 4, 3), guideAbove: 9 }] }],
  ])('%s is taken', (link, want) => {
    const { experiment, refusals } = parsePictures(link);
    expect(refusals).toEqual([]);
    expect(experiment).toMatchObject(want);
  });

  test.each<[string, Refusal[]]>([
    [
      'model=sotu',
      [
        refusal(
          'model',
          'sotu',
          "there is no bundled model 'sotu'; write hub:owner/name for one from the hub",
          'text-avatars',
        ),
      ],
    ],
    ['model=hub:a', []],
    ['model=hub:', [refusal('model', 'hub:', "'' is not a repository name like owner/name", 'text-avatars')]],
    ['size=512', [size('512')]],
    ['size=12x64', [size('12x64')]],
    ['size=64x2056', [size('64x2056')]],
    ['size=-8x64', [size('-8x64')]],
    ['size=64x64x64', [size('64x64x64')]],
    ['n=0', [refusal('Pictures', '0', wholeNumber(1, 16), '4')]],
    ['n=17', [refusal('Pictures', '17', wholeNumber(1, 16), '4')]],
    ['model=hub:a/b&n=17', [refusal('Pictures', '17', wholeNumber(1, 16), '1')]],
    ['seed=4294967296', [refusal('Seed', '4294967296', wholeNumber(0, 4294967295), '0')]],
    ['noise=cpu', [refusal('Noise', 'cpu', 'it is not one of the choices', 'ours')]],
    ['gen=1', [refusal('gen', '1', 'it must be each or one', 'one')]],
    ['conv=Exact', [refusal('Conventions', 'Exact', 'it is not one of the choices', 'exact')]],
    ['skip=12', [refusal('CLIP skip', '12', wholeNumber(0, 11), '0')]],
    ['class=-2', [refusal('Class', '-2', wholeNumber(-1, 1048575), '-1')]],
    ['ref=1001', [refusal('Reference steps', '1001', wholeNumber(0, 1000), '64')]],
    ['fmt=q4', [refusal('Weights', 'q4', 'it is not one of the choices', 'auto')]],
    ['steps=', [steps('')]],
    ['steps=4.4', [steps('4.4')]],
    ['steps=0.4', [steps('0.4')]],
    ['steps=1001', [steps('1001')]],
    [`steps=${numbers(25)}`, [steps(numbers(25))]],
    ['start=', [start('')]],
    ['start=0123456:x@1', [start('0123456:x@1')]],
    ['start=0123456G:x@1', [start('0123456G:x@1')]],
    [`start=${hash}0:x@1`, [start(`${hash}0:x@1`.slice(0, 80))]],
    ['start=01234567:@1', [start('01234567:@1')]],
    ['start=01234567:x%0A@1', [start('01234567:x\n@1')]],
    [
      'start=01234567:x@0',
      [refusal('start picture', '01234567:x@0', 'σ must be a number from 0.000001 to 1000000', 'pure noise')],
    ],
    [
      `start=01234567:${'x'.repeat(201)}@1`,
      [
        refusal(
          'start picture',
          `01234567:${'x'.repeat(71)}`,
          'a picture’s name has at most 200 characters',
          'pure noise',
        ),
      ],
    ],
    [
      `prompt=${'x'.repeat(2001)}`,
      [refusal('prompt', '2001 characters', 'a prompt has at most 2000 characters', 'its first 2000')],
    ],
    [
      `neg=${'x'.repeat(2001)}`,
      [
        refusal(
          'negative prompt',
          '2001 characters',
          'a negative prompt has at most 2000 characters',
          'its first 2000',
        ),
      ],
    ],
    ['c=euler:karras:4:w=31', [refusal('contender 1 Guidance', '31', 'it must be a number from 0 to 30', '3')]],
    ['c=euler:karras:4:w=', [refusal('contender 1 Guidance', '', 'it must be a number from 0 to 30', '3')]],
    ['c=euler:karras:4:phi=1.1', [refusal('contender 1 Rescale φ', '1.1', 'it must be a number from 0 to 1', '0')]],
    [
      'c=euler:karras:4:from=-1',
      [refusal('contender 1 Guided above σ', '-1', 'it must be a number from 0 to 1000000', '0')],
    ],
    [
      'c=euler:karras:4:to=0',
      [refusal('contender 1 Guided up to σ', '0', 'it must be a number from 0.000001 to 1000000', '∞')],
    ],
    [
      'c=euler:karras:4:from=5,to=5',
      [
        refusal(
          'contender 1 guidance interval',
          '5 to 5',
          'it must end at a higher σ than it begins above',
          'every level',
        ),
      ],
    ],
    ['c=euler:karras:4:w=2,w=5', [refusal('contender 1', 'w=5', 'it is given twice', '2')]],
    [
      'c=euler:karras:4:cfg=5,=2,x',
      [
        refusal('contender 1', 'cfg=5', "there is no guidance setting 'cfg'", 'nothing'),
        refusal('contender 1', '=2', "there is no guidance setting '=2'", 'nothing'),
        refusal('contender 1', 'x', "there is no guidance setting 'x'", 'nothing'),
      ],
    ],
    ['c=euler:karras:4:9:w=5', [refusal('contender 1', '9', 'nothing belongs after the number of steps', 'left out')]],
    ['c=nope:w=5', [refusal('contender 1', 'nope', "'nope' is not a sampler", 'the usual contenders of the model')]],
    ['zz', [refusal('link', 'zz=', "'zz' means nothing here", 'left out')]],
    ['neg=a&neg=b', [refusal('neg', 'b', 'it is given twice', 'a')]],
  ])('%s is refused in these words', (link, want) => expect(parsePictures(link).refusals).toEqual(want));

  test('nine contenders are eight, and a link of 250,001 characters is not read', () => {
    const nine = Array.from({ length: 9 }, (_, i) => `c=euler:karras:${i + 1}`).join('&');
    const { experiment, refusals } = parsePictures(nine);
    expect(experiment.contenders.map((c) => c.steps)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(refusals).toEqual([refusal('contender 9', 'euler:karras:9', 'at most 8 are compared', 'left out')]);
    expect(parsePictures(`seed=5&fp=${'x'.repeat(249_990)}`)).toMatchObject({ experiment: { seed: 5 }, refusals: [] });
    expect(parsePictures(`seed=5&fp=${'x'.repeat(249_991)}`)).toMatchObject({
      experiment: defaultPictures(),
      refusals: [{ where: 'link', because: 'a link has at most 250000 characters' }],
    });
  });
});

test('latent consistency models open at the weight of their pipeline; links that say none mean what they meant', () => {
  const model = 'model=hub:SimianLuo/LCM_Dreamshaper_v7';
  const guidances = (hash: string) =>
    parsePictures(`lab=pictures&${hash}`).experiment.contenders.map((c) => c.guidance);
  expect(guidances(model)).toEqual([8.5, 8.5]);
  expect(guidances(`${model}&c=lcm:uniform:4&c=lcm:uniform:4:w=8.5`)).toEqual([1, 8.5]);
  const { experiment } = parsePictures(`lab=pictures&${model}`);
  expect(formatPictures(experiment)).not.toContain('c=');
  const [first] = experiment.contenders;
  expect(formatPictures({ ...experiment, contenders: [first!] })).toContain('c=lcm:uniform:4:w=8.5');
});
