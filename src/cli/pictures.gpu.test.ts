// The program on links of the Pictures lab, on the adapter of this process: the page's own engine, whole or in shards.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gridCells } from '../engine/grid.ts';
import type { CellRow, GridHead } from '../experiments/grid/records.ts';
import { restoredHash } from '../frame/config/restore.ts';
import { parsePictures } from '../labs/pictures/config/codec.ts';
import { benchOf, pixelsOf, ran } from '../labs/pictures/engine/testing.ts';
import { pixelsOf as pixelsOfFile } from './png.ts';
import { resultsIn, stepscope } from './processTesting.ts';
import { askedOf } from './source.ts';

const GRID = 'lab=pictures&n=1&ref=4&fmt=f32&c=euler:karras:2:w=1&axis=guidance~1, 3';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepscope-pictures-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);
const run = (out: string, ...more: string[]) => stepscope(['run', GRID, '--out', at(out), ...more]);

test('a grid has the pictures and numbers of the page’s engine; two shards merge to it byte for byte, and it goes on', async () => {
  const { lab, base, spec } = askedOf(GRID);
  const parts = [1, 2].map((part) => gridCells(lab.maker, { base, spec, shard: { part, of: 2 } }).length);
  expect(parts).toEqual([1, 1]); // each shard has a cell

  expect(await run('whole')).toMatchObject({ code: 0, out: `${at('whole')}: 2 cells, 0 failed\n` });
  const { head, cells } = JSON.parse(readFileSync(at('whole', 'results.json'), 'utf8')) as {
    head: GridHead;
    cells: CellRow[];
  };
  expect(head.metrics).toEqual(['error', 'baseline']);
  expect(cells.map(({ nfe, passes }) => [nfe, passes])).toEqual([
    [2, 2],
    [2, 4],
  ]);
  expect(cells[0]!.metrics[1]).toBe(0);
  expect(cells[1]!.metrics[1]).toBeGreaterThan(0.01);

  const file = new Uint8Array(readFileSync(at('whole', 'cells', '00001.png')));
  const { experiment } = parsePictures(restoredHash('00001.png', file));
  expect(experiment.contenders).toMatchObject([{ sampler: 'euler', steps: 2, guidance: 3 }]);
  const { bench, free } = await benchOf();
  const { events } = await ran(bench, experiment);
  free();
  const { width, height, data } = pixelsOfFile(file)!;
  expect([width, height]).toEqual([64, 64]);
  expect([...data]).toEqual(pixelsOf(events, 0).filter((_, i) => i % 4 < 3));

  for (const part of [2, 1]) expect(await run('parts', '--shard', `${part}/2`)).toMatchObject({ code: 0 });
  const merged = await stepscope(['merge', at('parts'), '--out', at('parts')]);
  expect(merged).toMatchObject({ code: 0, out: expect.stringContaining('2 cells of 2 shards, 0 failed') });
  const whole = resultsIn(at('whole'));
  expect(Object.keys(whole)).toEqual([
    'cells/00000.png',
    'cells/00001.png',
    'results.csv',
    'results.json',
    'sheet.png',
  ]);
  expect(resultsIn(at('parts'))).toEqual(whole);

  // Killed after its first cell: the journal ends there, and the same command goes on.
  const journal = at('whole', 'shard-1-of-1.jsonl');
  const [first, one] = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, `${first}\n${one}\n{"index":1,"val`);
  for (const name of ['results.json', 'results.csv', 'sheet.png', 'cells/00001.png']) rmSync(at('whole', name));
  expect(await run('whole')).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^1 of 2 cells$[^]*^2 of 2 cells$/m),
  });
  expect(readFileSync(journal, 'utf8').split('\n')[1]).toBe(one);
  expect(resultsIn(at('whole'))).toEqual(whole);
});

test('a model in a folder is the one that the link names', async () => {
  cpSync(fileURLToPath(new URL('../../public/models/text-avatars/', import.meta.url)), at('faces'), {
    recursive: true,
  });
  const link = `${GRID.replace('n=1', 'model=file:faces&n=1&prompt=a+face')}&omit=guidance = 3`;
  const ended = await stepscope(['run', link, '--out', at('local'), '--model', at('faces'), '--metrics', 'baseline']);
  expect(ended).toMatchObject({ code: 0, out: `${at('local')}: 1 cell, 0 failed\n` });
  const plain = link.replace('model=file:faces&', '');
  expect(await stepscope(['run', plain, '--out', at('bundled')])).toMatchObject({ code: 0 });
  const picture = (out: string) => pixelsOfFile(readFileSync(at(out, 'cells', '00000.png')))!;
  expect(picture('local')).toEqual(picture('bundled'));
  expect(picture('local').data.some((v) => v !== picture('local').data[0])).toBe(true);
});
