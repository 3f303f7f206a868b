// The program on the adapter of this process: Dawn in a process of its own, and the numbers of the reference.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CellRow, GridHead } from '../experiments/grid/records.ts';
import { reportOf } from '../engine/report.ts';
import { nodeContext } from '../gpu/testing.ts';
import { resultsIn, stepscope } from './processTesting.ts';

const GRID = 'model=grid4&n=128&c=euler:karras:6&axis=sampler~euler, heun&axis=seed~1, 2&axis=likelihood~8';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepscope-gpu-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const run = (out: string, ...more: string[]) => stepscope(['run', GRID, '--out', join(folder, out), ...more]);
const read = (out: string) =>
  JSON.parse(readFileSync(join(folder, out, 'results.json'), 'utf8')) as { head: GridHead; cells: CellRow[] };

test('a grid on this adapter gives the numbers of the float64 reference, whole or in shards', async () => {
  expect(await run('gpu')).toMatchObject({ code: 0 });
  expect(await run('cpu', '--backend', 'cpu')).toMatchObject({ code: 0 });
  const [gpu, cpu] = [read('gpu'), read('cpu')];
  expect(gpu.head.device).toBe((await reportOf(await nodeContext())).name);
  expect(cpu.head.device).toBe('processor, float64');
  for (const [i, { metrics, nfe }] of cpu.cells.entries()) {
    expect(gpu.cells[i]!.nfe).toBe(nfe);
    for (const id of ['paired_median', 'sw1']) {
      const at = cpu.head.metrics.indexOf(id);
      expect(metrics[at]).toBeGreaterThan(0);
      expect(Math.abs(gpu.cells[i]!.metrics[at]! - metrics[at]!)).toBeLessThan(1e-4);
    }
    const flow = cpu.head.metrics.indexOf('log_likelihood');
    expect(metrics[flow]).toBeLessThan(1);
    expect(Math.abs(gpu.cells[i]!.metrics[flow]! - metrics[flow]!)).toBeLessThan(1e-2); // differences in float32
  }
  for (const part of [1, 2]) expect(await run('parts', '--shard', `${part}/2`)).toMatchObject({ code: 0 });
  const merged = await stepscope(['merge', join(folder, 'parts'), '--out', join(folder, 'parts')]);
  expect(merged.code).toBe(0);
  expect(resultsIn(join(folder, 'parts'))).toEqual(resultsIn(join(folder, 'gpu')));
  // A run of the other device does not go on in this directory.
  expect(await run('cpu')).toMatchObject({
    code: 2,
    err: expect.stringContaining('another device (processor, float64)'),
  });
});

test('an adapter that is not there is refused with the names of those that are', async () => {
  const { code, err } = await run('none', '--adapter', 'a GPU of another planet');
  expect(code).toBe(2);
  expect(err).toContain("There is no GPU here whose name holds 'a GPU of another planet' and that WebGPU can use.");
  expect(err).toMatch(/name: '.+'/);
  expect(err).toContain('--backend cpu');
});
