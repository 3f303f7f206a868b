import { describe, expect, it } from 'vitest';
import { checkerboard, cloudSize, moons, spiral } from './definitions.ts';
import { cleanPoints, drawnCloud, drawnLimits } from './drawn.ts';
import { modelIds, models, modelCard } from './index.ts';
import { exactDenoiser, exactTarget, targetLogDensity, targetSamples } from './target.ts';

describe('the registry', () => {
  it.each(modelIds)('%s is consistent', (id) => {
    const card = modelCard(id);
    expect(card.id).toBe(id);
    expect(card.range.min).toBeGreaterThan(0);
    expect(card.range.max).toBeGreaterThan(card.range.min);
    expect(card.samples.default).toBeLessThanOrEqual(card.samples.max);
    if (card.shape.kind === 'image')
      expect(card.shape.dim).toBe(card.shape.channels * card.shape.height * card.shape.width);
    else expect(card.view).toBeGreaterThan(0);
    expect(card.folder !== undefined).toBe(card.learned || card.kind === 'network' || card.kind === 'dataset');
    expect(card.guidance || card.kind === 'mixture').toBe(card.classes.length > 0);
    expect(exactTarget({ model: id, points: [] }) === null).toBe(card.shape.kind === 'image');
  });
});

describe.each(modelIds.filter((id) => models[id].shape.kind === 'point'))('%s', (id) => {
  const target = exactTarget({ model: id, points: [] })!;
  const { view, range } = modelCard(id);
  it('draws keyed, independent, finite samples that the canvas shows', () => {
    const [a, again, b] = [
      targetSamples(target, 500, 1),
      targetSamples(target, 200, 1),
      targetSamples(target, 500, 1, 1),
    ];
    expect([...(again.data as Float64Array)]).toEqual([...(a.data as Float64Array)].slice(0, 400));
    expect(a.data[0]).not.toBe(b.data[0]);
    for (const v of a.data as Float64Array) expect(Math.abs(v)).toBeLessThan(view!);
  });
  it('gives its own samples more density than uniform noise, and denoises them to themselves', () => {
    const x = targetSamples(target, 400, 2, 0, range.min).data as Float64Array;
    const mean = (v: Float64Array) => v.reduce((s, y) => s + y, 0) / v.length;
    const noise = x.map((_, i) => Math.sin(i * 12.9898) * view!);
    expect(mean(targetLogDensity(target, x, range.min))).toBeGreaterThan(
      mean(targetLogDensity(target, noise, range.min)) + 1,
    );
    exactDenoiser(target)(x, range.min).forEach((v, at) => expect(Math.abs(v - x[at]!)).toBeLessThan(0.12));
  });
});

describe('clouds', () => {
  // From training/targets2d.py: the trained networks and the exact targets must mean the same points.
  it('match the formulas of the training side at the first, middle and last point', () => {
    expect([moons(), spiral(), checkerboard()].map((c) => c.data.length)).toEqual([4096, 4096, 4096]);
    const s = Math.sqrt(0.5 / cloudSize);
    expect(spiral().data[0]).toBeCloseTo(
      (0.3 + 2 * s) * Math.cos(3.5 * Math.PI * s) + (0.2548776662466927 - 0.5) * 0.12,
      12,
    );
    expect(moons().data[0]).toBeCloseTo(
      1.5 * (Math.cos((Math.PI * 0.5) / 1024) - 0.5) + (0.2548776662466927 - 0.5) * 0.24,
      12,
    );
    for (let i = 0; i < cloudSize; i++)
      expect(Math.abs(Math.floor(checkerboard().data[2 * i]!) + Math.floor(checkerboard().data[2 * i + 1]!)) % 2).toBe(
        0,
      );
  });
});

describe('a drawing', () => {
  it('keeps good points in order and drops repeats silently', () => {
    expect(
      cleanPoints([
        [1, 2],
        [0, -0],
        [0, 0],
        [1, 2],
        [-3, 4],
      ]),
    ).toEqual({
      points: [
        [1, 2],
        [0, 0],
        [-3, 4],
      ],
      refused: [],
    });
  });
  it('says what it refused and why, once per kind of fault', () => {
    const { points, refused } = cleanPoints([[NaN, 1], [1, Infinity], [101, 0], [1], [1, 2, 3], [5, 5]]);
    expect(points).toEqual([[5, 5]]);
    expect(refused).toEqual([
      { because: 'coordinates must be finite numbers', value: 'point 1 (NaN, 1) and 1 more' },
      { because: 'coordinates must lie within ±100', value: 'point 3 (101, 0)' },
      { because: 'a point is two numbers', value: 'point 4 (1) and 1 more' },
    ]);
  });
  it('holds at most 4,096 points', () => {
    const { points, refused } = cleanPoints(Array.from({ length: 5000 }, (_, i) => [i / 100, 0]));
    expect(points.length).toBe(drawnLimits.points);
    expect(refused[0]?.value).toBe('point 4097 (40.96, 0) and 903 more');
  });
  it('works empty (a heart of 200 points) and with a single point', () => {
    expect(drawnCloud([]).n).toBe(200);
    const one = exactTarget({ model: 'drawn', points: [[1, -1]] })!;
    expect([...exactDenoiser(one)(Float64Array.of(40, 40), 20)]).toEqual([1, -1]);
  });
});
