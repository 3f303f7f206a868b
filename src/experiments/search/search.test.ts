import { describe, expect, test } from 'vitest';
import { normals } from '../../math/normal.ts';
import { searchBest, worseThanBest, type Candidate, type Found, type Progress, type SearchOptions } from './search.ts';

interface Point extends Candidate {
  readonly at: number;
}
const point = (at: number): Point => ({ key: at.toFixed(4), at });
const defaults: SearchOptions<Point> = {
  initial: [0, 1, 2, 3, 4, 5, 6, 7].map(point),
  baseline: null,
  neighbours: ({ at }, round) => [-1, 1].map((d) => point(at + d * 0.5 ** (round + 1))),
  better: 'lower',
  log: false,
  seeds: 2,
  keep: 2,
  rounds: 3,
  validation: 8,
  runs: 1000,
};
/** Drives a search with `value(candidate, seed)`. */
function drive(
  options: Partial<SearchOptions<Point>>,
  value: (at: number, seed: number) => number | null,
): { found: Found<Point>; asked: string[]; told: Progress<Point>[] } {
  const asked: string[] = [];
  const told: Progress<Point>[] = [];
  const search = searchBest({ ...defaults, ...options }, (p) => told.push(p));
  let next = search.next();
  while (!next.done) {
    const { candidate, seed } = next.value;
    asked.push(`${candidate.key}/${seed}`);
    next = search.next(value(candidate.at, seed));
  }
  return { found: next.value, asked, told };
}
/** Standard normals of their own for a world, candidate and seed. */
const noise = (world: number, at: number, seed: number) =>
  normals(world, Math.round(at * 1000) + 50_000, 200, 1)[seed]!;
const bowl = (at: number) => (at - 3.3) ** 2;

describe('without noise', () => {
  test('halving keeps the nearest, moves go on from there, and the best is alone', () => {
    const { found, asked } = drive({}, (at, seed) => bowl(at) + seed);
    expect(found.finalists[0]!.candidate.at).toBe(3.25);
    expect(found.finalists.map((f) => f.verdict)).toEqual(['best', 'worse']);
    expect(new Set(asked).size).toBe(asked.length); // nothing is run twice
    expect(found.spent).toBe(asked.length);
  });
  test('higher is better where it is, and logarithms are compared where they are asked for', () => {
    const up = drive({ better: 'higher' }, (at, seed) => -bowl(at) + seed);
    expect(up.found.finalists[0]!.candidate.at).toBe(3.25);
    const logs = drive({ log: true }, (at, seed) => Math.exp(bowl(at)) * 10 ** seed);
    expect(logs.found.finalists[0]!.candidate.at).toBe(3.25);
    // eight fresh seeds s … s + 7: the geometric mean is 10^(s + 3.5), the arithmetic one is not
    const { mean, seeds } = logs.found.finalists[0]!;
    expect(seeds).toBe(8);
    expect(Math.log10(mean! / Math.exp(bowl(3.25))) % 1).toBeCloseTo(0.5, 9);
  });
  test('one that fails, or has no value, is told so and runs no more', () => {
    const { found, asked } = drive({ log: true }, (at, seed) =>
      at === 3 ? null : bowl(at) * (at === 4 ? -1 : 1) + seed * 1e-9,
    );
    const fate = (key: string) => found.standings.find((s) => s.candidate.key === key)?.fate;
    expect([fate('3.0000'), fate('4.0000')]).toEqual(['failed', 'failed']);
    expect(asked.filter((a) => a.startsWith('3.0000'))).toEqual(['3.0000/0']);
    expect(found.finalists.every((f) => f.fate === 'in')).toBe(true);
  });
  test('all fail, or there are none: no finalists, and no endless walk', () => {
    expect(drive({}, () => null).found.finalists).toEqual([]);
    expect(drive({ initial: [] }, () => 1).found).toEqual({ finalists: [], standings: [], spent: 0 });
  });
  test('the runs that were allowed are kept to, validation included', () => {
    for (const runs of [40, 60, 100]) {
      const { asked, found } = drive({ runs }, (at, seed) => bowl(at) + seed);
      expect(asked.length).toBeLessThanOrEqual(runs);
      expect(found.finalists[0]!.seeds).toBe(8);
    }
  });
  test('the baseline stays to the end, however bad', () => {
    const { found } = drive({ baseline: point(40) }, (at, seed) => bowl(at) + seed);
    expect(found.finalists.at(-1)!.candidate.at).toBe(40);
    expect(found.finalists.at(-1)!.verdict).toBe('worse');
  });
  test('progress rises and names its stage', () => {
    const { told } = drive({}, (at, seed) => bowl(at) + seed);
    expect(told.map((t) => t.spent)).toEqual(told.map((t) => t.spent).toSorted((a, b) => a - b));
    expect(new Set(told.map((t) => t.stage))).toEqual(new Set(['halving', 'moving', 'validating']));
  });
});

describe('with noise', () => {
  test('N = 400 searches among eight equals: a winner is declared in at most the share that 95 % allows', () => {
    // Under equality a lone best among k finalists must be told from each of the others: rarer than 5 %. 400 searches see a
    // share of 9 % or more with probability above .99.
    const alone = Array.from({ length: 400 }, (_, world) => {
      const { found } = drive({ rounds: 0 }, (at, seed) => noise(world, at, seed));
      return found.finalists.filter((f) => f.verdict === 'best' || f.verdict === 'tied').length === 1;
    }).filter(Boolean).length;
    expect(alone / 400).toBeLessThan(0.085);
  });
  test('N = 100: a candidate better by 3 deviations is found and stands alone nearly always', () => {
    const right = Array.from({ length: 100 }, (_, world) => {
      const { found } = drive({ rounds: 0 }, (at, seed) => (at === 5 ? -3 : 0) + noise(world, at, seed));
      const [first, second] = found.finalists;
      return first?.candidate.at === 5 && second?.verdict !== 'tied';
    }).filter(Boolean).length;
    expect(right).toBeGreaterThanOrEqual(90);
  });
  test('fresh seeds are fresh: no finalist’s mean is of a run that chose it', () => {
    const { found, asked } = drive({}, (at, seed) => bowl(at) + noise(1, at, seed));
    const key = found.finalists[0]!.candidate.key;
    const seeds = asked.filter((a) => a.startsWith(`${key}/`)).map((a) => Number(a.split('/')[1]));
    const used = seeds.slice(-8);
    const mean =
      used.reduce(
        (sum, s) => sum + bowl(found.finalists[0]!.candidate.at) + noise(1, found.finalists[0]!.candidate.at, s),
        0,
      ) / 8;
    expect(found.finalists[0]!.mean).toBeCloseTo(mean, 12);
    expect(seeds.length).toBeGreaterThanOrEqual(8 + defaults.seeds); // those that chose it come on top
    expect(Math.min(...used)).toBeGreaterThan(Math.max(...seeds.slice(0, -8)));
  });
  test('worseThanBest: 20,000 pairs of equals are told apart in 5 % of cases, to a fifth of it', () => {
    const rounds = 20_000;
    const z = normals(5, 0, rounds * 12, 1);
    let told = 0;
    for (let r = 0; r < rounds; r++) {
      const row = (k: number) => Array.from(z.slice(r * 12 + k * 6, r * 12 + k * 6 + 6));
      if (worseThanBest([row(0), row(1)]).some(Boolean)) told++;
    }
    expect(Math.abs(told / rounds - 0.05)).toBeLessThan(0.01); // sd of the share: .0015
  });
  test('worseThanBest: what all share of a seed hides nothing', () => {
    const shared = [100, -50, 3, 42];
    const rows = [0, 1, 1.02].map((m, i) => shared.map((s, k) => s + m + 0.01 * ((i + k) % 2)));
    expect(worseThanBest(rows)).toEqual([false, true, true]);
    expect(worseThanBest([[1], [2]])).toEqual([false, false]); // one seed says nothing
  });
});
