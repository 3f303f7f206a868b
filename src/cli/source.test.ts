import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gridJson, headOf } from '../experiments/grid/records.ts';
import { PROCESSOR } from '../frame/config/grid.ts';
import { toJson } from '../labs/diffusion/config/exports.ts';
import { parseExperiment } from '../labs/diffusion/config/codec.ts';
import { deviceName, gridHead } from '../frame/state/grid/head.ts';
import { baseOf, diffusionGrid } from '../labs/diffusion/config/grid.ts';
import { pngOf } from './png.ts';
import { metricsOf } from './run.ts';
import { raster } from './raster.ts';
import { askedOf, hashOf, readSource } from './source.ts';
import { described } from './show.ts';

const plain = 'model=grid4&n=64&c=dpmpp_2m:karras:10&c=heun:karras:5';
const grid = `${plain}&axis=steps~4,%208&axis=seed~1,%202,%203&skip=nfe%20%3E%20100`;
let folder: string;
const file = (name: string, data: string | Uint8Array) => {
  writeFileSync(join(folder, name), data);
  return join(folder, name);
};
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && error.name === 'Refused') return error.message;
    throw error;
  }
  return 'nothing';
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepscope-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is run', () => {
  test('with axes the grid on the first contender, without them a cell for each contender', () => {
    const asked = askedOf(grid);
    expect(asked.link).toBe('model=grid4&n=64&c=dpmpp_2m:karras:10');
    expect(asked.spec.axes.map((a) => [a.field, a.values.length])).toEqual([
      ['steps', 2],
      ['seed', 3],
    ]);
    const alone = askedOf(plain);
    expect(alone.link).toBe(plain);
    expect(alone.spec.axes).toEqual([{ field: 'contender', values: ['dpmpp_2m:karras:10', 'heun:karras:5'] }]);
  });
  test('results give back the link they came from', () => {
    const rebuilt = (hash: string) => {
      const { spec, link } = askedOf(hash);
      return hashOf(headOf(spec, link, [], 'x'));
    };
    expect(rebuilt(plain)).toBe(plain);
    expect(askedOf(rebuilt(grid))).toEqual(askedOf(grid));
  });
  test('the head of a grid’s results is the page’s, so that each opens the other’s', () => {
    const asked = askedOf(grid);
    const { experiment } = parseExperiment(grid);
    const base = { experiment, contender: experiment.contenders[0]! };
    expect(headOf(asked.spec, asked.link, metricsOf(asked, null), PROCESSOR)).toEqual(
      gridHead(diffusionGrid, base, asked.spec, deviceName({ backend: 'cpu', name: '' })),
    );
  });
  test('a link is taken as an address, as its hash, or from a file that the page or this program wrote', () => {
    const want = askedOf(grid);
    const { experiment } = parseExperiment(plain);
    const context = { adapter: 'a', version: '1', link: `https://a.example/page/#${grid}` };
    const { spec, link } = want;
    for (const source of [
      grid,
      `#${grid}`,
      `https://a.example/stepscope/?x=1#${grid}`,
      file('a.json', toJson(experiment, [], context)),
      file('a.png', pngOf(raster(2, 2), { format: 'stepscope-grid-sheet', hash: grid })),
      file('results.json', gridJson(headOf(spec, link, [], 'x'), [])),
      file('a.txt', `\n  https://a.example/#${grid}\n`),
      file('b', grid),
    ])
      expect(readSource(source), source).toEqual(want);
    expect(readSource('https://a.example/').base).toEqual(baseOf(parseExperiment('').experiment));
  });
  test.each<[string, () => string, RegExp]>([
    ['another lab', () => 'https://a.example/#lab=language&n=2', /lab 'language'.*the Diffusion and the Pictures lab;/],
    ['no file', () => 'gone.txt', /'gone.txt' is neither a file that is there nor a link/],
    ['a folder', () => folder, /neither a file/],
    ['a text', () => file('c.txt', 'Dear reader'), /holds no link/],
    ['two links', () => file('d.txt', `${plain}\n${grid}`), /holds 2 lines; a file holds one link/],
    ['nothing', () => file('e.txt', ''), /neither a PNG nor a JSON/],
    ['a photo', () => file('f.png', Uint8Array.of(137, 80, 78, 71)), /carries no experiment/],
    ['another JSON', () => file('g.json', '{"a":1}'), /neither a PNG nor a JSON/],
    ['a cut JSON', () => file('h.json', '{"head":'), /neither a PNG nor a JSON/],
    ['an unknown sampler', () => 'c=eulr:karras:10', /cannot be run as it stands.*\n.*'eulr' is not a sampler/],
    ['a typing error', () => 'sed=3', /'sed' means nothing here/],
    ['an unknown axis', () => `${plain}&axis=size~1`, /no axis 'size'/],
    ['a million cells', () => `${plain}&axis=seed~1,2,..,1000&axis=steps~1,2,..,1000`, /1,000,000 cells/],
    ['axes that contradict', () => `${plain}&axis=nfe~9&axis=steps~9`, /both set the number of steps/],
  ])('%s is refused in words', (_, source, words) => {
    expect(refusal(() => readSource(source()))).toMatch(words);
  });
});

test('log-likelihood is measured where an axis asks; by name alone it is refused with what to write', () => {
  const metrics = (link: string, wanted: string[] | null) => metricsOf(askedOf(link), wanted);
  expect(metrics(plain, null)).not.toContain('log_likelihood');
  expect(metrics(`${plain}&axis=likelihood~16`, null)).toContain('log_likelihood');
  expect(metrics(`${plain}&axis=likelihood~16`, ['log_likelihood'])).toEqual(['log_likelihood']);
  expect(refusal(() => metrics(plain, ['sw1', 'log_likelihood']))).toMatch(/add axis=likelihood~32 to the link/);
});

test('a grid in words: its axes, cells and evaluations', () => {
  expect(described(askedOf(`${grid}&axis=sampler~euler, heun, eulr`.replace('100', '14')))).toEqual([
    'Four Gaussians',
    'Where no axis says otherwise: 64 samples · seed 0 · DPM-Solver++(2M) · Karras · 10 steps',
    '',
    'steps (2): 4, 8',
    'seed (3): 1, 2, 3',
    'sampler (3): euler, heun, eulr',
    'left out where nfe > 14',
    '',
    '15 cells, 3 left out',
    // Heun of 4 steps takes 7 evaluations, its last step being Euler's; of 8 it takes 15.
    `${3 * (4 + 8 + 7)} evaluations, 4 to 8 a cell; ${(64 * 3 * (4 + 8 + 7)).toLocaleString('en')} samples evaluated`,
    '6 cells cannot be run:',
    ...[2, 5, 8, 11, 14].map((cell) => `  cell ${cell}: Sampler 'eulr': 'eulr' is not a sampler.`),
  ]);
});
