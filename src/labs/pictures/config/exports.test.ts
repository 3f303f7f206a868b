import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32, withPngText } from '../../../formats/png.ts';
import { PNG_KEYWORD, restoredHash } from '../../../frame/config/restore.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { importParameters } from './a1111.ts';
import { parametersText } from './a1111Write.ts';
import { parsePictures } from './codec.ts';
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { toCsv, toJson, type PicturesExport, type PicturesRow } from './exports.ts';
import { toolNames } from './toolNames.ts';

const context: PicturesExport = {
  adapter: 'Some GPU',
  version: '1.2',
  link: 'https://example.org/?x#lab=pictures&seed=5&fp=1.abc',
  width: 512,
  height: 768,
  model: { title: 'A, model', revision: 'abc', licence: 'openrail', format: 'f16' },
};
const guided = { ...newPictureContender('dpmpp_2m_sde', 12, 5), rescale: 0.7, guideAbove: 0.3, guideUpTo: 5 };
const e: PicturesExperiment = {
  ...defaultPictures({ from: 'hub', repo: 'a/b', revision: 'main', file: null }),
  prompt: 'a "cat",\nby the sea',
  seed: 5,
  contenders: [guided, newPictureContender('euler', 8, 3)],
};
const row = (more: Partial<PicturesRow>): PicturesRow => ({
  ...{ of: 'this run', contender: 0, steps: 12, sigmas: [14.6, 1, 0], nfe: 12, passes: 20, gpuMs: null, wallMs: 600 },
  ...{ error: { mean: 0.1, low: 0.05, high: 0.2 } },
  ...more,
});

/** RFC 4180, read independently. */
const cells = (text: string): string[][] =>
  text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2]!),
    );
const records = (text: string) => {
  const [head, ...lines] = cells(text);
  return lines.map((line) => {
    expect(line).toHaveLength(head!.length);
    return Object.fromEntries(head!.map((name, i) => [name, line[i]!]));
  });
};

describe('CSV', () => {
  test('every setting is a column, and the link stands once', () => {
    const rows = [row({}), row({ of: 'sweep', contender: 1, steps: 4, gpuMs: 3.5, wallMs: 100, error: null })];
    const [one, two, ...more] = records(toCsv(e, rows, context));
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      of: 'this run',
      contender: '1',
      sampler: 'dpmpp_2m_sde',
      'sampler eta': '1',
      schedule: 'karras',
      'schedule rho': '7',
      guidance: '5',
      rescale: '0.7',
      'guided above': '0.3',
      'guided up to': '5',
      steps: '12',
      sigmas: '14.6 1 0',
      nfe: '12',
      passes: '20',
      gpu_ms: '',
      wall_ms: '600',
      step_ms: '50',
      error: '0.1',
      'error low': '0.05',
      'error high': '0.2',
      model: 'hub:a/b',
      'model title': 'A, model',
      revision: 'abc',
      licence: 'openrail',
      weights: 'f16',
      prompt: 'a "cat",\nby the sea',
      width: '512',
      height: '768',
      seed: '5',
      noise: 'ours',
      conventions: 'exact',
      start: '',
      adapter: 'Some GPU',
      version: '1.2',
      link: context.link,
    });
    expect(two).toMatchObject({
      ...{ of: 'sweep', contender: '2', sampler: 'euler', 'sampler eta': '', guidance: '3', 'guided up to': '' },
      ...{ steps: '4', gpu_ms: '3.5', step_ms: '25', error: '', link: '' },
    });
  });
  test('no results are a head alone', () => expect(cells(toCsv(e, [], context))).toHaveLength(1));
});

describe('JSON', () => {
  test('names everything, with null for no bound', () => {
    const json = JSON.parse(toJson(e, [row({})], context, { step: 3 }));
    expect(json).toMatchObject({
      format: 'stepscope-pictures',
      adapter: 'Some GPU',
      shown: { step: 3 },
      model: { name: 'hub:a/b', title: 'A, model', revision: 'abc', licence: 'openrail', format: 'f16' },
      experiment: {
        contenders: [
          { guideUpTo: 5, title: expect.stringContaining('guidance 5 · rescale φ 0.7') },
          { guideUpTo: null },
        ],
      },
      results: [{ stepMs: 50, error: { mean: 0.1, low: 0.05, high: 0.2 } }],
    });
    expect(parsePictures(json.hash).experiment).toEqual(e);
  });
  test('a picture that carries it gives the experiment back', () => {
    const chunk = (type: string, data: Uint8Array) => {
      const body = Uint8Array.from([...type].map((c) => c.charCodeAt(0)).concat([...data]));
      const word = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
      return [...word(data.length), ...body, ...word(crc32(body))];
    };
    const png = Uint8Array.from([
      ...[137, 80, 78, 71, 13, 10, 26, 10],
      ...chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)),
      ...chunk('IDAT', deflateSync(Uint8Array.of(0, 255))),
      ...chunk('IEND', new Uint8Array(0)),
    ]);
    const link = 'https://example.org/#lab=pictures&seed=9&fp=1.abc';
    const file = withPngText(png, PNG_KEYWORD, toJson(e, [], { ...context, link }));
    expect(restoredHash('x.png', file)).toBe('lab=pictures&seed=9&fp=1.abc');
    expect(parsePictures(restoredHash('x.png', file)).experiment.seed).toBe(9);
  });
});

const at = { picture: 0, width: 512, height: 768, model: 'a, b', version: '1.2' };
const cpu: PicturesExperiment = {
  ...e,
  noise: 'torch-cpu',
  perPicture: true,
  count: 4,
  clipSkip: 1,
  negative: 'blurry',
};
const plain = newPictureContender('dpmpp_2m', 20, 7.5);

describe('settings as A1111 writes them', () => {
  test('word for word', () => {
    expect(parametersText(cpu, { ...plain, rescale: 0.7 }, { ...at, picture: 2 })).toEqual({
      text: [
        'a "cat",',
        'by the sea',
        'Negative prompt: blurry',
        'Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, CFG rescale: 0.7, Seed: 7, Size: 512x768, Model: "a, b", Clip skip: 2, RNG: CPU, Batch size: 4, Batch pos: 2, Version: Stepscope 1.2',
      ].join('\n'),
    });
  });

  /** Every sampler with the settings by which that program knows it, at every schedule that it knows. */
  const contenders: PictureContender[] = (Object.keys(samplers) as SamplerId[]).flatMap((id) => [
    newPictureContender(id, 9, 4),
    newPictureContender(id, 9, 4, 'exponential'),
    newPictureContender(id, 9, 4, 'uniform', {}, { spacing: 'normal' }),
    newPictureContender(id, 9, 4, 'uniform', {}, { spacing: 'leading' }),
    newPictureContender(id, 9, 4, 'beta_sigma'),
    newPictureContender(id, 9, 4, 'ays', {}, { end: 'append' }),
    newPictureContender(id, 9, 4, 'karras', {}, { rho: 5 }),
  ]);
  const more = [
    newPictureContender('unipc', 9, 4, 'uniform', { order: 3, variant: 'bh1' }, { spacing: 'leading' }),
    newPictureContender('ddim', 9, 4, 'uniform', { eta: 0.5 }, { spacing: 'leading' }),
    newPictureContender('euler_ancestral', 9, 4, 'karras', { eta: 0.25 }),
    newPictureContender('dpmpp_2m_sde', 9, 4, 'exponential', { solver_type: 'heun' }),
    { ...newPictureContender('euler', 9, 4), rescale: 0.5 },
  ];
  test('what is written is read back as the same contender, prompt, seed, size and noise', () => {
    const written = [...contenders, ...more].flatMap((c) => {
      const text = parametersText(cpu, c, at);
      if ('because' in text) return [];
      const imported = importParameters(text.text);
      if (typeof imported === 'string') throw new Error(imported);
      expect(imported.changes, text.text).toEqual({
        ...{ prompt: cpu.prompt, negative: cpu.negative, width: 512, height: 768, count: 1, seed: 5 },
        ...{ noise: 'torch-cpu', perPicture: true, clipSkip: 1, conventions: 'exact', contenders: [c] },
      });
      expect(imported.refused.map((r) => r.key).filter((key) => key !== 'Sampler')).toEqual(['Model']);
      return [c];
    });
    expect(new Set(written.map((c) => c.sampler)).size).toBeGreaterThanOrEqual(12);
    for (const c of more) expect(written).toContain(c);
  });
  test.each<[Partial<PicturesExperiment>, Partial<PicturesExperiment>]>([
    [
      { noise: 'ours', perPicture: false },
      { noise: 'ours', perPicture: false },
    ],
    [{ noise: 'torch-cuda' }, { noise: 'torch-cuda', perPicture: true }],
    [
      { prompt: '', negative: '' },
      { prompt: '', negative: '' },
    ],
    [{ prompt: 'Steps: 3, a: b, c: d' }, { prompt: 'Steps: 3, a: b, c: d' }],
    [{ seed: 4294967295 }, { seed: 4294967295 }],
    [{ clipSkip: 0 }, { clipSkip: 0 }],
  ])('%j', (given, want) => {
    const text = parametersText({ ...cpu, ...given }, plain, at);
    expect('text' in text && importParameters(text.text)).toMatchObject({ changes: want });
  });
  test('seeds of single pictures go round', () => {
    const text = parametersText({ ...cpu, seed: 4294967295 }, plain, { ...at, picture: 1 });
    expect('text' in text && text.text).toContain('Seed: 0,');
  });

  test.each<[Partial<PicturesExperiment>, Partial<PictureContender>, number, RegExp]>([
    [{}, { guideUpTo: 5 }, 0, /guides at every level/],
    [{}, { guideAbove: 0.5 }, 0, /guides at every level/],
    [{}, { sampler: 'rk4', params: {} }, 0, /no name for .*Runge/],
    [{}, newPictureContender('unipc', 9, 4, 'uniform', { order: 3, variant: 'bh1' }), 0, /leading times/],
    [{}, newPictureContender('euler', 9, 4, 'uniform'), 0, /no name for this schedule/],
    [{}, { schedule: 'explicit', sigmas: [1, 0], scheduleParams: {} }, 0, /no name for this schedule/],
    [{ perPicture: false }, {}, 1, /share one generator/],
    [{ prompt: 'a\nNegative prompt: b' }, {}, 0, /Negative prompt/],
    [{ start: { name: 'x', sha256: '01234567', sigma: 1 } }, {}, 0, /started from/],
  ])('%# has none', (given, c, picture, want) => {
    const text = parametersText({ ...cpu, ...given }, { ...plain, ...c }, { ...at, picture });
    expect('because' in text ? text.because : text.text).toMatch(want);
  });
});

test('our settings by the names of tools', () => {
  expect(toolNames(plain, 'A1111')).toEqual({ sampler: 'DPM++ 2M', schedule: 'Karras' });
  expect(toolNames(newPictureContender('unipc', 9, 4), 'A1111').sampler).toBeUndefined();
  expect(toolNames(newPictureContender('euler', 9, 4, 'beta_time'), 'ComfyUI')).toEqual({
    sampler: 'euler',
    schedule: 'beta',
  });
});
