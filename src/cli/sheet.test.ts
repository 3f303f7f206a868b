import { describe, expect, test } from 'vitest';
import { headOf, rowOf, type CellRow } from '../experiments/grid/records.ts';
import { cellAt } from '../experiments/grid/cells.ts';
import { modelCard } from '../models/index.ts';
import { cellPicture, SIDE } from './cellPicture.ts';
import { inWords, progressOn } from './progress.ts';
import { raster, type Raster } from './raster.ts';
import { heldBy, metricsOf } from './run.ts';
import { drawSheet, planSheet } from './sheet.ts';
import { askedOf } from './source.ts';

const axes = [
  { field: 'sampler', values: ['euler', 'heun'] },
  { field: 'seed', values: ['1', '2'] },
  { field: 'steps', values: ['4', '8', '16'] },
];
const pixel = ({ width, data }: Raster, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe('a sheet', () => {
  test('the last axis goes across, the others down; one axis alone is wrapped', () => {
    expect(planSheet({ axes })).toEqual({
      columns: 3,
      rows: 4,
      heads: ['steps 4', 'steps 8', 'steps 16'],
      sides: ['euler, seed 1', 'euler, seed 2', 'heun, seed 1', 'heun, seed 2'],
    });
    const alone = planSheet({ axes: [{ field: 'contender', values: ['a', 'b', 'c', 'd', 'e'] }] });
    expect(alone).toMatchObject({ columns: 3, rows: 2, heads: [], sides: ['', ''] });
    expect([0, 4].map((i) => alone.captionOf!(i))).toEqual(['a', 'e']);
  });
  test('every picture stands in its place; what failed or is left out is grey', () => {
    const spec = { axes: axes.slice(1), skip: [] };
    const head = headOf(spec, 'model=ring8', ['sw1'], 'x');
    const rows: CellRow[] = [0, 1, 2, 3, 4].map((i) =>
      rowOf(cellAt(spec, i), i === 1 ? { failed: 'why' } : { nfe: 4, passes: 4, metrics: [i] }, head),
    );
    const sheet = drawSheet(head, rows, ['Title'], (i) => raster(40, 40, [i + 1, 0, 0]));
    const found = new Map<number, number[]>();
    for (let y = 0; y < sheet.height; y++)
      for (let x = 0; x < sheet.width; x++) {
        const [r, g] = pixel(sheet, x, y);
        if (g === 0 && r! > 0 && r! < 10 && !found.has(r!)) found.set(r!, [x, y]);
      }
    expect([...found.keys()].toSorted()).toEqual([1, 3, 4, 5]); // not the failed one, nor the sixth
    const [a, c, d, e] = [1, 3, 4, 5].map((k) => found.get(k)!);
    expect(c![0]! - a![0]!).toBe(2 * 48);
    expect([d![0], e![0]! - d![0]!]).toEqual([a![0], 48]);
    expect(d![1]! - a![1]!).toBeGreaterThan(40);
    expect(pixel(sheet, a![0]! + 48 + 5, a![1]! + 5)).toEqual([240, 240, 242]);
  });
  test('pictures of several sizes are all whole: none lies on another', () => {
    const sizes = { axes: [{ field: 'seed', values: ['1', '2', '3', '4'] }], skip: [] };
    const head = headOf(sizes, 'model=ring8', [], 'x');
    const rows = [0, 1, 2, 3].map((i) => rowOf(cellAt(sizes, i), { nfe: 4, passes: 4, metrics: [] }, head));
    const of = (i: number) => (i === 1 ? raster(80, 120, [2, 0, 0]) : raster(40, 40, [i + 1, 0, 0]));
    const sheet = drawSheet(head, rows, ['Title'], of);
    const area = [0, 0, 0, 0, 0];
    for (let y = 0; y < sheet.height; y++)
      for (let x = 0; x < sheet.width; x++) {
        const [r, g] = pixel(sheet, x, y);
        if (g === 0 && r! > 0 && r! < 5) area[r!]!++;
      }
    expect(area).toEqual([0, 1600, 9600, 1600, 1600]); // the last stands under the second
  });
  test('one of very many cells is made smaller instead of larger than memory', () => {
    const many = [{ field: 'seed', values: Array.from({ length: 2500 }, (_, i) => String(i)) }];
    const head = headOf({ axes: many, skip: [] }, '', [], 'x');
    const row = rowOf({ index: 0, values: { seed: '0' } }, { nfe: 1, passes: 1, metrics: [] }, head);
    const { width, height } = drawSheet(head, [row], [], () => raster(168, 168));
    expect(width * height).toBeLessThan(60e6);
    expect(width).toBeGreaterThan(50 * 80);
  });
});

test('a cell’s picture: points where they are in the plane, images as they are', () => {
  const card = modelCard('ring8'); // shows 3 to each side
  const to = cellPicture({ kind: 'points', data: Float32Array.of(1.5, 1.5, 99, 0, NaN, 0) }, card);
  expect([to.width, to.height]).toEqual([SIDE, SIDE]);
  const blue = [];
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) if (pixel(to, x, y)[0]! < 100) blue.push([x, y]);
  expect(blue).toEqual([
    [125, 41],
    [126, 41],
    [125, 42],
    [126, 42],
  ]); // three quarters across, a quarter down
  const rgba = Uint8ClampedArray.of(10, 20, 30, 255, 40, 50, 60, 255);
  const image = cellPicture({ kind: 'image', rgba, width: 2, height: 1, columns: 2, tile: 1 }, modelCard('digits'));
  expect([image.width, image.height]).toEqual([168, 84]);
  expect([pixel(image, 83, 83), pixel(image, 84, 0)]).toEqual([
    [10, 20, 30],
    [40, 50, 60],
  ]);
});

test('columns are what the models of a grid have, unless some are asked for', () => {
  const of = (hash: string) => metricsOf(askedOf(hash), null);
  const paired = ['paired_median', 'paired_p95', 'paired_rms'];
  expect(of('model=ring8')).toEqual([...paired, 'energy', 'sw1', 'sw2', 'mmd', 'nll', 'mode_weights']);
  expect(of('model=moons')).not.toContain('mode_weights');
  expect(of('model=digits')).toEqual([...paired, 'fd', 'kid', 'accuracy']);
  expect(of('axis=model~ring8, digits')).toHaveLength(12);
  expect(metricsOf(askedOf('model=digits'), ['sw1'])).toEqual(['sw1']);
  expect(() => metricsOf(askedOf('model=digits'), ['error'])).toThrow("The Diffusion lab has no metric 'error'");
});

test('a cell’s picture carries the link of that cell alone', () => {
  const asked = askedOf('model=grid4&n=64&c=euler:karras:4&axis=steps~6, 7&axis=seed~1, 2');
  const head = headOf(asked.spec, asked.link, ['sw1'], 'x');
  const row = rowOf(cellAt(asked.spec, 3), { nfe: 7, passes: 7, metrics: [0.5] }, head);
  expect(heldBy(asked, row, head, '1')).toMatchObject({
    hash: 'model=grid4&seed=2&n=64&c=euler:karras:7',
    values: { steps: '7', seed: '2' },
    metrics: { sw1: 0.5 },
  });
});

describe('progress', () => {
  test('a log gets a line now and then, and the last one', () => {
    const written: string[] = [];
    let at = 0;
    const p = progressOn({ write: (t) => written.push(t) }, 10, 2, () => at);
    p.left(null);
    for (let i = 0; i < 8; i++) {
      at += 4000;
      p.left((7 - i) * 4000);
      p.ended();
    }
    p.close();
    expect(written).toEqual([
      '2 of 10 cells\n',
      '4 of 10 cells, 20 s left\n',
      '7 of 10 cells, 8 s left\n',
      '10 of 10 cells\n',
    ]);
  });
  test('a terminal gets one line, written over', () => {
    const written: string[] = [];
    const p = progressOn({ write: (t) => written.push(t), isTTY: true }, 2, 0);
    p.left(90_000);
    p.ended();
    p.left(1000);
    p.ended();
    p.close();
    expect(
      written
        .join('')
        .split('\r')
        .slice(1)
        .map((t) => t.trimEnd()),
    ).toEqual(['0 of 2 cells, 2 min left', '1 of 2 cells, 2 min left', '1 of 2 cells, 1 s left', '2 of 2 cells']);
    expect([400, 59_000, 3_600_000, 9_000_000].map(inWords)).toEqual([
      '0 s left',
      '59 s left',
      '1 h 0 min left',
      '2 h 30 min left',
    ]);
  });
});
