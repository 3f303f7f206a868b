import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generate } from '../../scripts/tables.ts';
import { metrics } from '../metrics/samples/index.ts';
import { samplers } from '../samplers/diffusion/index.ts';
import { schedules } from '../schedules/index.ts';
import { algorithms } from '../samplers/decoding/algorithms.ts';
import { stages } from '../samplers/decoding/stages.ts';
import { parseExperiment } from './diffusion/config/codec.ts';
import { parseKernels } from './kernels/config/codec.ts';
import { isLanguage, parseLanguage } from './language/config/codec.ts';
import { isPictures, parsePictures } from './pictures/config/codec.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the tables of the registries are as their generator writes them, and name everything', () => {
  const tables = readFileSync(new URL('../../docs/tables.md', import.meta.url), 'utf8');
  expect(tables).toBe(generate());
  for (const id of [
    ...Object.keys(samplers),
    ...Object.keys(schedules),
    ...Object.keys(metrics),
    ...Object.keys(algorithms),
    ...Object.keys(stages),
  ])
    expect(tables, id).toContain(`\`${id}\``);
});

test('it counts what the registries hold', () => {
  const [, ...counts] = /(\d+) samplers and (\d+) noise schedules/.exec(readme) ?? [];
  expect(counts.map(Number)).toEqual([Object.keys(samplers).length, Object.keys(schedules).length]);
});

function parse(link: string) {
  if (isLanguage(link)) return parseLanguage(link);
  if (isPictures(link)) return parsePictures(link);
  return link.startsWith('#lab=kernels') ? parseKernels(link) : parseExperiment(link);
}

test('its links are valid experiments', () => {
  const links = [...readme.matchAll(/`(#(?:model|lab)=[^`]+)`/g)].map((m) => m[1]!);
  expect(links.length).toBeGreaterThanOrEqual(3);
  for (const link of links) expect(parse(link).refusals, link).toEqual([]);
});

test('the page of peers is made from the results of the benchmark', async () => {
  const path = '../../bench/tables.mjs';
  const { generate } = (await import(path)) as { generate(): string };
  expect(generate()).toContain('ratio');
  expect(readFileSync(new URL('../../docs/bench.md', import.meta.url), 'utf8')).toBe(generate());
});
