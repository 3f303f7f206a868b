// Texts in the forms that the programs document, and what of them is taken, listed, kept.
import { describe, expect, test } from 'vitest';
import { philox4x32 } from '../../../math/philox.ts';
import { importParameters, type Imported } from './a1111.ts';
import { readParameters, readSettings } from './a1111Text.ts';
import { marksOf } from './promptMarks.ts';
import { formatPictures, parsePictures } from './codec.ts';
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';

const taken = (text: string): Imported => {
  const imported = importParameters(text);
  if (typeof imported === 'string') throw new Error(imported);
  return imported;
};
const keys = ({ refused }: Imported) => refused.map(({ key }) => key);
const because = (imported: Imported, key: string) => imported.refused.find((r) => r.key === key)?.because;

describe('whole texts', () => {
  test('A1111 1.9 and later: schedule apart, prompts over several lines, quoted values with commas', () => {
    const imported = taken(
      [
        'a lighthouse at dusk, oil painting,',
        'by the sea',
        'Negative prompt: blurry, low quality,',
        'watermark',
        'Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 965400086, Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Clip skip: 2, RNG: CPU, Lora hashes: "a: 0123456789ab, b: ba9876543210", Version: v1.9.4',
      ].join('\n'),
    );
    expect(imported.changes).toEqual({
      prompt: 'a lighthouse at dusk, oil painting,\nby the sea',
      negative: 'blurry, low quality,\nwatermark',
      width: 512,
      height: 768,
      count: 1,
      seed: 965400086,
      noise: 'torch-cpu',
      perPicture: true,
      clipSkip: 1,
      conventions: 'exact',
      contenders: [newPictureContender('dpmpp_2m', 20, 7)],
    });
    expect(imported.mapped).toEqual([
      'Prompt, 46 characters',
      'Negative prompt, 30 characters',
      'Steps 20',
      'Guidance 7',
      'Sampler DPM++ 2M as dpmpp_2m with the schedule karras',
      'Size 512 × 768',
      'Seed 965400086',
      'Noise of PyTorch on a CPU, a seed for each picture',
      'CLIP skip 1',
    ]);
    expect(imported.refused.map(({ key, value }) => [key, value])).toEqual([
      ['Model hash', '6ce0161689'],
      ['Model', 'v1-5-pruned-emaonly'],
      ['Lora hashes', 'a: 0123456789ab, b: ba9876543210'],
    ]);
  });

  test('A1111 before 1.9 and the first Forge: the schedule in the sampler’s name, the GPU’s noise unsaid', () => {
    const imported = taken(
      "1girl\nNegative prompt: worst quality,\nSteps: 20, Sampler: DPM++ 2M SDE Heun Karras, CFG scale: 7.5, Seed: 1, Size: 512x512, Model hash: 61f21f5915, Model: abyss, CHG: \"{'RegS': 1, 'RegR': 1}\", Version: f0.0.17v1.8.0rc-latest-277-g0af28699",
    );
    expect(imported.changes).toMatchObject({
      noise: 'torch-cuda',
      perPicture: true,
      clipSkip: 0,
      contenders: [newPictureContender('dpmpp_2m_sde', 20, 7.5, 'karras', { solver_type: 'heun' })],
    });
    expect(keys(imported)).toEqual(['Sampler', 'Model hash', 'Model', 'CHG']);
    expect(because(imported, 'CHG')).toBe('this page knows no such setting');
  });

  test('Forge 2: settings of other models, and an img2img', () => {
    const imported = taken(
      'a cat\nSteps: 9, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 7, Size: 1024x1024, Denoising strength: 0.5, Version: f2.0.1v1.10.1-previous-313, Module 1: ae',
    );
    expect(imported.changes.contenders).toEqual([
      newPictureContender('euler', 9, 1, 'uniform', {}, { spacing: 'simple' }),
    ]);
    expect(keys(imported)).toEqual(['Distilled CFG Scale', 'Denoising strength', 'Module 1']);
    expect(because(imported, 'Denoising strength')).toMatch(/not in the file/);
  });

  test('SD.Next: keys in another order, a rescale, a second pass', () => {
    const imported = taken(
      'a dog\nNegative prompt: \nSteps: 30, Size: 640x512, Sampler: UniPC, Seed: 4294967295, CFG scale: 6, CFG rescale: 0.7, App: SD.Next, Version: 1b3c3ff, Operations: txt2img; hires, Pipeline: StableDiffusionPipeline, Hires upscale: 2, Denoising strength: 0.3',
    );
    expect(imported.changes).toMatchObject({
      prompt: 'a dog',
      negative: '',
      seed: 4294967295,
      width: 640,
      height: 512,
    });
    expect(imported.changes.contenders).toEqual([
      {
        ...newPictureContender('unipc', 30, 6, 'uniform', { order: 3, variant: 'bh1' }, { spacing: 'leading' }),
        rescale: 0.7,
      },
    ]);
    expect(keys(imported)).toEqual(['Hires upscale', 'Denoising strength']);
    expect(because(imported, 'Denoising strength')).toBe('there is no second pass at a larger size');
  });

  test('the oldest form, without a negative prompt', () => {
    const imported = taken(
      'a (coquettish) girl\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 965400086, Size: 512x512',
    );
    expect(imported.changes.contenders).toEqual([
      newPictureContender('euler_ancestral', 20, 7, 'uniform', {}, { spacing: 'normal' }),
    ]);
    expect(imported.refused.map((r) => [r.key, r.value])).toEqual([
      ['Prompt', '(coquettish)'],
      ['Sampler', 'Euler a'],
    ]);
  });

  test('lines that extensions put behind the settings', () => {
    const imported = taken('x\nSteps: 5, Sampler: Heun, CFG scale: 2, Seed: 3\nTemplate: {a|b}\nNegative Template: c');
    expect(imported.changes).toMatchObject({ prompt: 'x', negative: '', seed: 3 });
    expect(imported.refused).toContainEqual({
      key: 'text behind the settings',
      value: 'Template: {a|b}\nNegative Template: c',
      because: 'an extension’s own words are not read',
    });
  });
});

const line = (rest: string) => taken(`x\nSteps: 20, CFG scale: 7, Seed: 1, ${rest}`);
const first = (rest: string) => line(rest).changes.contenders?.[0];

describe('samplers and schedules', () => {
  test.each([
    ['Sampler: DPM++ 2M, Version: v1.9.0', 'dpmpp_2m', 'karras', {}],
    ['Sampler: DPM++ 2M, Version: v1.10.1', 'dpmpp_2m', 'karras', {}],
    ['Sampler: DPM++ 2M, Schedule type: Automatic', 'dpmpp_2m', 'karras', {}],
    ['Sampler: DPM++ 2M, Version: v1.8.0', 'dpmpp_2m', 'uniform', { spacing: 'normal' }],
    ['Sampler: DPM++ 2M', 'dpmpp_2m', 'uniform', { spacing: 'normal' }],
    ['Sampler: DPM++ 3M SDE, Schedule type: Automatic', 'dpmpp_3m_sde', 'exponential', {}],
    ['Sampler: Euler, Schedule type: Automatic', 'euler', 'uniform', { spacing: 'normal' }],
    ['Sampler: DPM++ SDE Karras', 'dpmpp_sde', 'karras', {}],
    ['Sampler: DPM++ 2M Exponential', 'dpmpp_2m', 'exponential', {}],
    ['Sampler: Euler SGMUniform', 'euler', 'uniform', { spacing: 'sgm_uniform' }],
    ['Sampler: Euler, Schedule type: Align Your Steps', 'euler', 'ays', { end: 'append' }],
    ['Sampler: Euler, Schedule type: Beta', 'euler', 'beta_sigma', {}],
    ['Sampler: DDIM', 'ddim', 'uniform', { spacing: 'leading' }],
    ['Sampler: LMS Karras', 'lms', 'karras', {}],
    ['Sampler: DPM2 a Karras', 'dpm_2_ancestral', 'karras', {}],
    ['Sampler: PLMS', 'pndm', 'uniform', { spacing: 'leading' }],
    ['Sampler: Restart, Version: v1.10.0', 'restart', 'karras', {}],
    // By the names of others, and ours.
    ['Sampler: DEIS', 'deis', 'uniform', { spacing: 'normal' }],
    ['Sampler: dpmpp_2m_sde_gpu', 'dpmpp_2m_sde', 'uniform', { spacing: 'normal' }],
  ])('%s', (rest, sampler, schedule, params) =>
    expect(first(rest)).toMatchObject({ sampler, schedule, scheduleParams: params, steps: 20, guidance: 7 }),
  );

  test.each([
    ['Sampler: DPM adaptive Karras', 'Sampler', /chooses its own steps/],
    ['Sampler: Default', 'Sampler', /no such sampler/],
    ['Model: x', 'Sampler', /names none/],
  ])('%s leaves the contenders alone', (rest, key, why) => {
    const imported = line(rest);
    expect(imported.changes.contenders).toBeUndefined();
    expect(because(imported, key)).toMatch(why);
  });

  test('an unknown schedule is replaced by the usual one; η and ρ go where there are such', () => {
    const unknown = line('Sampler: DPM++ 2M, Schedule type: Align Your Steps GITS');
    expect(unknown.changes.contenders?.[0]).toMatchObject({ schedule: 'karras' });
    expect(because(unknown, 'Schedule type')).toMatch(/usual one is taken/);
    expect(first('Sampler: Euler a, Eta: 0.5')?.params).toMatchObject({ eta: 0.5 });
    expect(first('Sampler: DDIM, Eta DDIM: 0.25')?.params).toEqual({ eta: 0.25 });
    expect(first('Sampler: Euler, Schedule type: Karras, Schedule rho: 5')?.scheduleParams).toEqual({ rho: 5 });
    expect(because(line('Sampler: Euler, Eta: 0.5'), 'Eta')).toBe('this sampler has no η');
    expect(because(line('Sampler: Euler, Schedule rho: 5'), 'Schedule rho')).toMatch(/model’s own range/);
    expect(because(line('Sampler: DPM++ 3M SDE'), 'Sampler')).toMatch(/drawn otherwise/);
    expect(line('Sampler: DPM2').refused[0]!.because).toMatch(/last level but one/);
  });
});

describe('single settings', () => {
  test.each([
    ['Size: 500x512', 'Size', /multiples of 8/],
    ['Size: 4096x512', 'Size', /multiples of 8/],
    ['Size: 0x512', 'Size', /multiples of 8/],
    ['Size: wide', 'Size', /multiples of 8/],
    ['Clip skip: 13', 'Clip skip', /CLIP skip here is a whole number from 0 to 11/],
    ['Clip skip: 0', 'Clip skip', /from 0 to 11/],
    ['RNG: MPS', 'RNG', /CUDA is taken/],
    ['ENSD: 31337', 'ENSD', /no seed of its own/],
    ['Variation seed: 5', 'Variation seed', /two seeds/],
    ['VAE: kl-f8', 'VAE', /brings/],
    ['Refiner switch at: 0.8', 'Refiner switch at', /second model/],
    ['ControlNet 0: "Module: canny, Weight: 1"', 'ControlNet 0', /words and noise/],
    ['NGMS: 0.5', 'NGMS', /every other step/],
  ])('%s', (rest, key, why) => expect(because(line(`Sampler: Euler, ${rest}`), key)).toMatch(why));
  test('numbers out of range and junk are listed and leave the usual ones', () => {
    const imported = taken('x\nSteps: 1001, Sampler: Euler, CFG scale: 31, Seed: -1, Size: 64x64');
    expect(keys(imported)).toEqual(['Steps', 'CFG scale', 'Seed']);
    expect(imported.changes).not.toHaveProperty('seed');
    expect(imported.changes.contenders).toMatchObject([{ steps: 10, guidance: 7.5 }]);
    for (const seed of ['1e3', '0x10', '', '4294967296', '1.5', ' ', 'Infinity'])
      expect(taken(`x\nSteps: 5, Sampler: Euler, CFG scale: 3, Seed: ${seed}`).changes).not.toHaveProperty('seed');
  });
  test('the sources of noise', () => {
    expect(line('RNG: CPU').changes).toMatchObject({ noise: 'torch-cpu', perPicture: true });
    for (const rest of ['RNG: GPU', 'RNG: NV', 'Model: x'])
      expect(line(rest).changes).toMatchObject({ noise: 'torch-cuda', perPicture: true });
  });
  test('a long prompt is cut in words', () => {
    const imported = taken(`${'x'.repeat(2001)}\nSteps: 5, Sampler: Euler, CFG scale: 3, Seed: 1`);
    expect(imported.changes.prompt).toHaveLength(2000);
    expect(imported.refused[0]).toEqual({
      key: 'Prompt',
      value: '2001 characters',
      because: 'at most 2000 are read: its first',
    });
  });
});

describe('what a prompt asks for that is not done', () => {
  test.each([
    ['(word:1.3)', ['(word:1.3)']],
    ['a (b) c', ['(b)']],
    ['((deep)) and [less]', ['(deep) [less]']],
    ['[cat:dog:0.5]', ['[cat:dog:0.5]']],
    ['[cow|horse]', ['[cow|horse]']],
    ['<lora:add_detail:0.7>', ['<lora:add_detail:0.7>']],
    ['one BREAK two', ['BREAK']],
    ['a AND b', ['AND']],
    ['\\(name\\)', ['\\( \\)']],
    ['(a:1.1), (b:1.2), (c:1.3), (d:1.4)', ['(a:1.1) (b:1.2) (c:1.3) and 1 more']],
    ['plain words: with a colon, 3 < 4, break and bread', []],
  ])('%s', (prompt, values) => expect(marksOf(prompt).map((m) => m.value)).toEqual(values));
  test('the text is kept as it stands, in both prompts', () => {
    const imported = taken('a (b:1.2)\nNegative prompt: [c]\nSteps: 5, Sampler: Euler, CFG scale: 3, Seed: 1');
    expect(imported.changes).toMatchObject({ prompt: 'a (b:1.2)', negative: '[c]' });
    expect(keys(imported)).toEqual(['Prompt', 'Negative prompt']);
  });
});

describe('the line of settings', () => {
  test('quotes, escapes, a quote that does not end, parts without a key', () => {
    expect([...readSettings('A: 1, B c: "x, \\"y\\": z", D: "open, E: 2, junk, F: , A: 9')]).toEqual([
      ['A', '1'],
      ['B c', 'x, "y": z'],
      ['D', '"open'],
      ['E', '2'],
      ['F', ''],
    ]);
    expect([...readSettings('A: "bad \\q escape", __proto__: 1')]).toEqual([
      ['A', '"bad \\q escape"'],
      ['__proto__', '1'],
    ]);
  });
  test.each([
    ['', /no line of settings/],
    ['only a prompt: with colons, and: commas, and: more', /no line of settings/],
    ['Steps: 20, Sampler: Euler', /no line of settings/],
    ['Steps: many, Sampler: Euler, Seed: 1', /no line of settings/],
    ['x'.repeat(200_001), /200001 characters/],
  ])('%# is no such text', (text, why) => expect(readParameters(text)).toMatch(why));
  test('a prompt that speaks of steps is no line of settings', () => {
    expect(readParameters('Steps: 3, up: the, stairs: now\nSteps: 9, Sampler: Euler, Seed: 1')).toMatchObject({
      prompt: 'Steps: 3, up: the, stairs: now',
    });
  });
});

test('2,000 random texts: nothing is thrown, and what is taken makes a link that reads back', () => {
  const pieces = [
    ...['Steps: 20', 'Sampler: ', 'DPM++ 2M', ' Karras', 'Euler a', 'Schedule type: ', 'Size: 64x64', 'Seed: ', '1'],
    ...['CFG scale: 7', ', ', ', ', ', ', '\n', 'Negative prompt: ', '"', '\\', '(a:1.2)', '[', ']', '<lora:', '>'],
    ...[':', '{', '}', '\ud83c', '\0', '__proto__: ', 'Clip skip: 2', 'RNG: CPU', '-', '1e9', 'BREAK', 'Eta: 0.5'],
  ];
  const words = new Uint32Array(4);
  let read = 0;
  for (let i = 0; i < 2000; i++) {
    let text = i % 2 === 0 ? '' : 'x\nSteps: 5, Seed: 2, ';
    for (let k = 0; k < 20; k++) text += pieces[philox4x32(i, k, 0, 0, 5, 9, words)[0]! % pieces.length]!;
    const imported = importParameters(text);
    if (typeof imported === 'string') continue;
    read++;
    const e = { ...defaultPictures(), ...imported.changes };
    const { experiment, refusals } = parsePictures(formatPictures(e));
    expect(refusals, text).toEqual([]);
    expect(experiment, text).toEqual(e);
    for (const { key, value, because } of imported.refused) {
      expect(value.length).toBeLessThanOrEqual(120);
      expect([typeof key, because.length > 8]).toEqual(['string', true]);
    }
  }
  expect(read).toBeGreaterThan(500);
});
