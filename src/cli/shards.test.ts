// The program itself, as a process: shards, one of them killed, merged to what one process writes.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gridCells } from '../engine/grid.ts';
import { resultsIn, stepscope } from './processTesting.ts';
import { askedOf } from './source.ts';

const GRID = 'model=grid4&n=1000&c=dpmpp_2m:karras:10&axis=sampler~euler, heun&axis=steps~30, 60&axis=seed~1, 2, 3';
const SMALL = 'model=grid4&n=8&c=euler:karras:3&axis=steps~2, 3, 4, 5&axis=seed~1, 2, 3, 4';
const { lab, base, spec } = askedOf(GRID);
const cellsOf = (part: number, of: number) => gridCells(lab.maker, { base, spec, shard: { part, of } }).length;

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);
const run = (link: string, out: string, ...more: string[]) =>
  stepscope(['run', link, '--out', at(out), '--backend', 'cpu', ...more]);
/** Ends the process once its journal has so many lines. */
const after = (journal: string, count: number, signal: NodeJS.Signals) => (kill: (signal: NodeJS.Signals) => void) => {
  if (lines(journal) < count) return false;
  kill(signal);
  return true;
};
const results = (name: string) => resultsIn(at(name));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepscope-shards-'));
  expect((await stepscope(['--version'])).code).toBe(0); // builds it, where the sources have changed
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('three shards of twelve cells', () => {
  const killed = [1, 2, 3].toSorted((a, b) => cellsOf(b, 3) - cellsOf(a, 3))[0]!; // the one with the most cells
  const others = [1, 2, 3].filter((part) => part !== killed);
  const journal = () => at(`s${killed}`, `shard-${killed}-of-3.jsonl`);
  const merge = (...parts: number[]) =>
    stepscope(['merge', ...parts.map((part) => at(`s${part}`)), '--out', at('merged')]);

  test('one is killed in the middle, goes on, and all are merged to what one process writes, byte for byte', async () => {
    const whole = await run(GRID, 'whole');
    expect(whole).toMatchObject({ code: 0, out: `${at('whole')}: 12 cells, 0 failed\n` });
    expect(whole.err).toMatch(/^0 of 12 cells\n(\d+ of 12 cells, \d+ s left\n)*12 of 12 cells\n$/);
    for (const part of others) expect((await run(GRID, `s${part}`, '--shard', `${part}/3`)).code).toBe(0);
    const cut = await stepscope(
      ['run', GRID, '--out', at(`s${killed}`), '--backend', 'cpu', '--shard', `${killed}/3`],
      after(journal(), 2, 'SIGKILL'),
    );
    expect(cut.signal).toBe('SIGKILL');
    const there = lines(journal()) - 1;
    expect(there).toBeGreaterThanOrEqual(1);
    expect(there).toBeLessThan(cellsOf(killed, 3));

    const early = await merge(1, 2, 3);
    expect(early).toMatchObject({ code: 2, out: '' });
    expect(early.err).toContain(`shard-${killed}-of-3.jsonl is not finished: ${cellsOf(killed, 3) - there} of its`);
    appendFileSync(journal(), '{"index":0,"val'); // as if it had been killed while it wrote
    const first = readFileSync(journal(), 'utf8')
      .split('\n')
      .slice(0, there + 1);
    const resumed = await run(GRID, `s${killed}`, '--shard', `${killed}/3`);
    expect(resumed.err).toMatch(new RegExp(`^${there} of ${cellsOf(killed, 3)} cells`));
    expect(resumed.code).toBe(0);
    const now = readFileSync(journal(), 'utf8').split('\n');
    expect(now.slice(0, there + 1)).toEqual(first); // what was there was not computed again
    expect(now.length - 2).toBe(cellsOf(killed, 3));

    const missing = await merge(...others);
    expect(missing).toMatchObject({ code: 2, err: `Missing: shard ${killed}/3.\n` });
    expect(existsSync(at('merged'))).toBe(false);
    expect(await merge(3, 1, 2)).toMatchObject({ code: 0, out: `${at('merged')}: 12 cells of 3 shards, 0 failed\n` });
    const [want, got] = [results('whole'), results('merged')];
    expect(Object.keys(want)).toHaveLength(12 + 3); // a picture each, two tables, the sheet
    expect(Object.keys(got)).toEqual(Object.keys(want));
    for (const [name, bytes] of Object.entries(want)) expect(got[name] === bytes, name).toBe(true);
    // Clocks are in a file of their own.
    expect(lines(at('merged', 'times.csv'))).toBe(13);
    expect(readFileSync(at('merged', 'results.json'), 'utf8')).not.toMatch(/gpu|wall|_ms/i);
  });

  test('one directory may take all shards, and the merged results too', async () => {
    for (const part of [2, 1]) expect((await run(SMALL, 'shared', '--shard', `${part}/2`)).code).toBe(0);
    expect((await stepscope(['merge', at('shared'), '--out', at('shared')])).code).toBe(0);
    expect((await run(SMALL, 'alone')).code).toBe(0);
    expect(results('shared')).toEqual(results('alone'));
  });

  test('a directory of another experiment, of other shards or of another device is left as it is', async () => {
    const before = results('s1');
    const foreign = await run(GRID.replace('60', '61'), 's1', '--shard', '1/3');
    expect(foreign).toMatchObject({ code: 2, out: '' });
    expect(foreign.err).toBe(`'${at('s1')}' holds the results of other axes. Take another directory for these.\n`);
    expect((await run(GRID, 's1', '--shard', '1/2')).err).toContain('holds the results of shard 1/3, and this is 1/2');
    expect((await run(GRID, 'merged', '--metrics', 'sw1')).err).toContain('with other metrics. Take another directory');
    expect((await run(GRID.replace('n=1000', 'n=999'), 's1', '--shard', '1/3')).err).toContain('another experiment');
    expect(results('s1')).toEqual(before);
    const odd = await run(SMALL, 'other', '--shard', '1/3');
    expect(odd.code).toBe(0);
    const mixed = await stepscope(['merge', at('s1'), at('other'), '--out', at('mixed')]);
    expect(mixed.code).toBe(2);
    expect(mixed.err).toContain('shard-1-of-3.jsonl is of another experiment than');
    expect((await stepscope(['merge', at('nowhere'), '--out', at('m')])).err).toContain(
      'is no directory that is there',
    );
  });
});

describe('a run that ends early or in part', () => {
  test('cells that fail are told, kept and counted: status 1', async () => {
    const part = await run('model=grid4&n=8&c=euler:karras:3&axis=sampler~euler, eulr', 'failing');
    expect(part).toMatchObject({
      code: 1,
      out: expect.stringContaining("2 cells, 1 failed\n  cell 1: Sampler 'eulr'"),
    });
    const [, one, two] = readFileSync(at('failing', 'results.csv'), 'utf8').split('\r\n');
    expect(one).toMatch(/^0,euler,3,3,\d/);
    expect(two).toMatch(/^1,eulr,,,,.*'eulr' is not a sampler\.$/);
  });
  test('an experiment without axes has a cell for each contender', async () => {
    const { code } = await run('model=grid4&n=8&c=euler:karras:3&c=heun:karras:2', 'plain', '--no-pictures');
    expect(code).toBe(0);
    const [head, ...rows] = readFileSync(at('plain', 'results.csv'), 'utf8').trim().split('\r\n');
    expect(head).toMatch(/^cell,contender,nfe,passes,paired_median/);
    expect(rows.map((row) => row.split(',').slice(0, 3))).toEqual([
      ['0', 'euler:karras:3', '3'],
      ['1', 'heun:karras:2', '3'],
    ]);
    expect(existsSync(at('plain', 'sheet.png'))).toBe(false);
  });
  test.runIf(existsSync('/dev/full'))('a full disk is said, and the same command goes on', async () => {
    mkdirSync(at('full', 'cells'), { recursive: true });
    symlinkSync('/dev/full', at('full', 'cells', '00002.png'));
    const full = await run(SMALL, 'full');
    expect(full.code).toBe(3);
    expect(full.err).toContain(
      `There is no space left for the results. 2 of 16 cells are kept in '${at('full')}'; the same command goes on with the rest.`,
    );
    rmSync(at('full', 'cells', '00002.png'));
    expect((await run(SMALL, 'full')).code).toBe(0);
    expect(results('full')).toEqual(results('alone'));
  });
  test('a place that is no directory is refused', async () => {
    writeFileSync(at('file'), '');
    const { code, err } = await run(SMALL, 'file');
    expect(code).toBe(2);
    expect(err).toContain(`'${at('file')}' is a file, or in one; a directory is needed there.`);
  });
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with what is done kept', async (signal) => {
    const name = `stopped-${signal}`;
    const ended = await stepscope(
      ['run', GRID, '--out', at(name), '--backend', 'cpu', '--no-pictures', '--metrics', 'sw1'],
      after(at(name, 'shard-1-of-1.jsonl'), 2, signal),
    );
    expect(ended.code).toBe(signal === 'SIGINT' ? 130 : 143);
    const [, done] = /Stopped\. (\d+) of 12 cells are kept/.exec(ended.err)!;
    expect(Number(done)).toBe(lines(at(name, 'shard-1-of-1.jsonl')) - 1);
    expect(Number(done)).toBeLessThan(12);
    expect(existsSync(at(name, 'results.json'))).toBe(false);
  });
});
