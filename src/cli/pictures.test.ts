// Links of the Pictures lab: what is run of them, and what is refused before a GPU is opened.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellAt } from '../experiments/grid/cells.ts';
import { gridJson, headOf, rowOf } from '../experiments/grid/records.ts';
import { gridHead } from '../frame/state/grid/head.ts';
import { readDiffusion } from '../hub/diffusionConfigs.ts';
import { parsePictures } from '../labs/pictures/config/codec.ts';
import { baseOf, picturesGrid } from '../labs/pictures/config/grid.ts';
import { readArgs, type RunCommand } from './args.ts';
import type { Place } from './lab.ts';
import { openBundledFolder, openFolder } from './modelFolder.ts';
import { heldBy, metricsOf, run } from './run.ts';
import { described } from './show.ts';
import { askedOf, hashOf, readSource } from './source.ts';

const plain = 'lab=pictures&prompt=a+face&n=2&ref=0&c=euler:karras:2:w=1&c=heun:karras:3';
const grid = `${plain}&axis=guidance~1, 2&axis=seed~1, 2, 3&omit=seed = 2`;
const root = new URL('../../', import.meta.url);
const bundled = fileURLToPath(new URL('public/models/text-avatars/', root));
const never = new AbortController().signal;
let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepscope-pictures-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const quiet = { write: () => true };
const place: Place = { root, version: '1', out: quiet, err: quiet, signal: never };
/** Why a run is refused. */
const refusal = (link: string, ...more: string[]): Promise<string> =>
  run(readArgs(['run', link, '--out', at('out'), ...more]) as RunCommand, place).then(
    () => 'it ran',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('what is run', () => {
  test('with axes the grid on the first contender, without them a cell for each contender', () => {
    const asked = askedOf(grid);
    expect(asked.link).toBe('lab=pictures&prompt=a+face&n=2&ref=0&c=euler:karras:2:w=1');
    expect(asked.spec.axes.map((a) => [a.field, a.values.length])).toEqual([
      ['guidance', 2],
      ['seed', 3],
    ]);
    expect(askedOf(plain)).toMatchObject({
      link: plain,
      spec: { axes: [{ field: 'contender', values: ['euler:karras:2:w=1', 'heun:karras:3'] }] },
    });
  });
  test('results give back the link they came from, and their head is the page’s', () => {
    const asked = askedOf(grid);
    const head = headOf(asked.spec, asked.link, metricsOf(asked, null), 'x');
    expect(head).toEqual(gridHead(picturesGrid, baseOf(parsePictures(grid).experiment), asked.spec, 'x'));
    expect(askedOf(hashOf(head))).toEqual(asked);
    writeFileSync(at('results.json'), gridJson(head, []));
    expect(readSource(at('results.json'))).toEqual(asked);
    const alone = askedOf(plain);
    expect(hashOf(headOf(alone.spec, alone.link, [], 'x'))).toBe(plain);
  });
  test('a cell’s picture carries the link of that cell alone', () => {
    const asked = askedOf(grid);
    const head = headOf(asked.spec, asked.link, ['baseline'], 'x');
    const row = rowOf(cellAt(asked.spec, 5), { nfe: 2, passes: 4, metrics: [0.5] }, head);
    expect(heldBy(asked, row, head, '1')).toMatchObject({
      hash: 'lab=pictures&prompt=a+face&n=2&seed=3&ref=0&c=euler:karras:2:w=2',
      metrics: { baseline: 0.5 },
    });
  });
  test('in words: its axes, cells and evaluations', () => {
    expect(described(askedOf(`${grid}&axis=sampler~euler, eulr`))).toEqual([
      'Text to avatars',
      'Where no axis says otherwise: “a face” · 2 pictures · seed 0 · Euler (= DDIM) · Karras · guidance 1 · 2 steps',
      '',
      'guidance (2): 1, 2',
      'seed (3): 1, 2, 3',
      'sampler (2): euler, eulr',
      'left out where seed = 2',
      '',
      '8 cells, 4 left out',
      '8 evaluations, 2 a cell; 16 samples evaluated',
      '4 cells cannot be run:',
      ...[1, 5, 7, 11].map((cell) => `  cell ${cell}: Sampler 'eulr': 'eulr' is not a sampler.`),
    ]);
  });
  test('columns are what its cells are measured by, unless some are asked for', () => {
    expect(metricsOf(askedOf('lab=pictures&axis=steps~4, 8'), null)).toEqual(['error', 'baseline']);
    expect(metricsOf(askedOf('lab=pictures&axis=steps~4, 8'), ['baseline'])).toEqual(['baseline']);
    expect(metricsOf(askedOf('lab=pictures&ref=0&axis=seed~4, 8'), null)).toEqual([]);
  });
});

describe('refused in a sentence, before anything is run', () => {
  test.each<[string, string, string[], RegExp]>([
    [
      'a start picture',
      `${plain}&start=0123456789abcdef:cat.png@5`,
      [],
      /starts from the picture “cat.png”, which it names and cannot carry/,
    ],
    ['the processor', plain, ['--backend', 'cpu'], /computes on a GPU alone/],
    ['a metric of the other lab', plain, ['--metrics', 'sw1'], /no metric 'sw1'; there is baseline/],
    ['errors against nothing', plain, ['--metrics', 'error'], /names no solution .* ref=64/],
    ['a model of the hub', 'lab=pictures&model=hub:a/b', [], /hub:a\/b does not come with the program.*--model DIR/],
    [
      'two other models',
      `${plain}&axis=model~hub:a/b, file:c`,
      ['--model', 'x'],
      /2 models that do not come with the program: hub:a\/b, file:c/,
    ],
    ['a folder for nothing', plain, ['--model', 'x'], /names text-avatars alone, which comes with the program/],
    [
      'a folder that is not there',
      'lab=pictures&model=file:b',
      ['--model', 'gone'],
      /'gone' is no directory that is there: file:b/,
    ],
    ['a folder for the other lab', 'model=ring8', ['--model', 'x'], /--model is for links of the Pictures lab/],
    ['no cells', `${plain}&axis=seed~1&omit=seed = 1`, [], /leave out every cell/],
    ['an unknown axis', `${plain}&axis=learned~1`, [], /no axis 'learned'/],
    ['an unknown sampler', 'lab=pictures&c=eulr:karras:10', [], /'eulr' is not a sampler/],
    ['a lab that has a page alone', 'lab=language', [], /lab 'language'.*the Diffusion and the Pictures lab/],
  ])('%s', async (_, link, more, words) => {
    const because = await refusal(link, ...more);
    expect(because).toMatch(/^Refused: /);
    expect(because).toMatch(words);
  });
  test('a folder that holds no model, or one whose parts are missing', async () => {
    mkdirSync(at('empty'));
    const link = 'lab=pictures&model=file:b';
    expect(await refusal(link, '--model', at('empty'))).toMatch(/^Refused: b holds no diffusion model: it is empty/);
    cpSync(bundled, at('half'), { recursive: true });
    rmSync(at('half', 'vae'), { recursive: true });
    expect(await refusal(link, '--model', at('half'))).toMatch(/^Refused: b has no vae\/config.json/);
  });
});

describe('a model in a folder', () => {
  const source = { from: 'file', name: 'b' } as const;
  test('has the files of the folder, those of programs excepted, and is read in slices', async () => {
    cpSync(bundled, at('whole'), { recursive: true });
    mkdirSync(at('whole', '.git'));
    writeFileSync(at('whole', '.git', 'config.json'), '{}');
    const files = openFolder(source, at('whole'));
    expect(files.list.map((f) => f.name)).toContain('unet/diffusion_pytorch_model.safetensors');
    expect(files.list.filter((f) => f.name.includes('.git'))).toEqual([]);
    const text = readFileSync(at('whole', 'unet/config.json'));
    expect(await files.read('unet/config.json', 3, 90, never)).toEqual(new Uint8Array(text.subarray(3, 90)));
    expect(files.got.store).toBe(87);
    await expect(files.read('unet/config.json', 0, text.length + 1, never)).rejects.toThrow(
      `unet/config.json in '${at('whole')}' ends after ${text.length} bytes; ${text.length + 1} are needed.`,
    );
    expect((await readDiffusion(files, never)).texts).toHaveLength(1);
  });
  test('that comes with the program is the one of its card', () => {
    const own = { from: 'bundled', id: 'text-avatars' } as const;
    cpSync(bundled, at('own'), { recursive: true });
    expect(openBundledFolder(own, at('own')).title).toBe('text-avatars');
    writeFileSync(at('own', 'model_index.json'), '{}');
    expect(() => openBundledFolder(own, at('own'))).toThrow(/model_index.json of text-avatars is damaged/);
    rmSync(at('own', 'model_index.json'));
    expect(() => openBundledFolder(own, at('own'))).toThrow(/model_index.json of text-avatars is missing/);
  });
});
