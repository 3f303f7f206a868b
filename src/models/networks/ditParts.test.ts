import { describe, expect, it } from 'vitest';
import type { Part, SparsePart } from '../../core/part.ts';
import { normals } from '../../math/normal.ts';
import { bundle } from '../../networks/testing.ts';
import { modelCard } from '../index.ts';
import type { ExitHeads } from '../types.ts';
import { ditDenoiser, loadDit } from './dit.ts';
import { bucketOf } from './ditParts.ts';
import { requireKind } from './index.ts';

const { file, tensors } = bundle('digits');
const net = loadDit(requireKind(file, 'dit').architecture, tensors);
const { d, depth } = net.architecture;
const image = (seed: number, sigma: number) => normals(seed, 1, 1, 784).map((v) => v * (0.6 + sigma));
const away = (a: Float64Array, b: Float64Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
const fresh = (guidance = 1, heads: ExitHeads | null = null) => ditDenoiser(net, [3], guidance).begin!(heads);
const strips = (workers: number, halo: number | 'all', sync = false): Part => ({ kind: 'strips', workers, halo, sync });
const reuse = (blocks: number, ...terms: number[]): Part => ({ kind: 'reuse', blocks, terms });

describe.each(['digits', 'avatars'] as const)('the card of %s', (id) => {
  it('says of its network what its file says', () => {
    const { architecture: a } = requireKind(bundle(id).file, 'dit');
    expect(modelCard(id).network).toEqual({
      blocks: a.depth,
      tokens: a.tokens,
      across: a.width / a.patch,
      d: a.d,
      hidden: a.hidden,
      per: a.patch ** 2 * a.channels,
    });
  });
});

describe('parts of a transformer in float64', () => {
  it('put back at once, what a whole pass kept is that pass, whatever the blocks before', () => {
    for (const blocks of [0, 1, 3]) {
      const denoise = fresh(2.5);
      const x = image(1, 2);
      const whole = denoise(x, 2);
      expect(away(denoise(x, 2, { part: { kind: 'keep', blocks } }), whole)).toBe(0);
      expect(away(denoise(x, 2, { part: reuse(blocks, 1) }), whole)).toBeLessThan(1e-12);
      expect(away(denoise(x, 2, { part: reuse(blocks, 0.5) }), whole)).toBeGreaterThan(0.01);
    }
  });
  it('a sum of terms takes the newest first, and at most the last three are there', () => {
    const denoise = fresh();
    const levels = [6, 4, 3, 2];
    for (const sigma of levels) denoise(image(sigma, sigma), sigma, { part: { kind: 'keep', blocks: 0 } });
    const x = image(9, 1);
    const by = (...terms: number[]) => denoise(x, 1, { part: reuse(0, ...terms) });
    const again = fresh();
    again(image(3, 3), 3, { part: { kind: 'keep', blocks: 0 } });
    expect(away(by(0, 1), again(x, 1, { part: reuse(0, 1) }))).toBeLessThan(1e-12);
    expect(away(by(0, 1), by(1))).toBeGreaterThan(0.01);
    expect(() => by(1, 1, 1, 1)).toThrow('reuses the residuals of 4 whole passes where only 3 had been kept');
  });
  it('as many blocks as there are is the whole network; fewer are not', () => {
    const denoise = fresh();
    const x = image(2, 1.4);
    const by = (blocks: number) =>
      away(denoise(x, 1.4, { part: { kind: 'exit', blocks, head: 'own' } }), denoise(x, 1.4));
    expect([by(depth), by(depth + 4)]).toEqual([0, 0]);
    expect(by(3)).toBeGreaterThan(0.05);
    expect(by(1)).toBeGreaterThan(by(3));
  });
  it('a fitted head answers in place of the network’s, that of the nearest level', () => {
    const head = (v: number) => ({ weight: new Float32Array(16 * d), bias: new Float32Array(16).fill(v) });
    const heads = { levels: [9, 0.1], heads: [[head(1)], [head(2)]] };
    expect([9.5, 1.1, 0.8, 0.01].map((sigma) => bucketOf(heads.levels, sigma))).toEqual([0, 0, 1, 1]);
    const denoise = fresh(2.5, heads);
    // The head gives the velocity: D = (x − σ·v)/(1 + σ).
    const x = image(4, 2);
    const got = denoise(x, 2, { part: { kind: 'exit', blocks: 1, head: 'fitted' } });
    expect(
      away(
        got,
        x.map((v) => (v - 2) / 3),
      ),
    ).toBeLessThan(1e-12);
    expect(() => denoise(x, 2, { part: { kind: 'exit', blocks: 2, head: 'fitted' } })).toThrow('none were fitted');
  });
  it('what was kept of some blocks is not put back for others: two caches of one contender are refused', () => {
    const denoise = fresh();
    const x = image(5, 3);
    denoise(x, 3, { part: { kind: 'keep', blocks: 1 } });
    expect(() => denoise(x, 2, { part: reuse(0, 1) })).toThrow(
      'puts back what the blocks after 0 add, and what was kept is of those after 1',
    );
    denoise(x, 3, { part: { kind: 'keep', blocks: 0 } });
    denoise(x, 2, { part: reuse(0, 1) });
    expect(() => denoise(x, 2, { part: reuse(0, 1, 1) })).toThrow('is of those after 1');
  });
  it('a role puts back what it has kept itself, and a new run begins with nothing', () => {
    const denoise = fresh(2);
    const x = image(5, 3);
    denoise(x, 3, { role: 'class', part: { kind: 'keep', blocks: 0 } });
    expect(() => denoise(x, 3, { role: 'null', part: reuse(0, 1) })).toThrow('where none was kept');
    expect(() => denoise.begin!(null)(x, 3, { role: 'class', part: reuse(0, 1) })).toThrow('where none was kept');
  });
});

describe('strips in float64', () => {
  it('a synchronous pass, one strip, and a state that was seen before, are the whole network', () => {
    const denoise = fresh(2.5);
    const x = image(6, 2);
    const whole = denoise(x, 2);
    expect(away(denoise(x, 2, { part: strips(3, 1, true) }), whole)).toBe(0);
    expect(away(denoise(x, 2, { part: strips(1, 0) }), whole)).toBe(0);
    // What the others had left is what they have.
    expect(away(denoise(x, 2, { part: strips(3, 'all') }), whole)).toBeLessThan(1e-12);
    expect(away(denoise(x, 2, { part: strips(3, 6) }), whole)).toBeLessThan(1e-12);
    expect(away(denoise(x, 2, { part: strips(3, 0) }), whole)).toBeGreaterThan(0.05);
  });
  it('of another state a strip sees itself as it is, and the others as they were', () => {
    const denoise = fresh();
    const [before, now] = [image(7, 2), image(8, 2)];
    denoise(before, 2, { part: strips(7, 'all', true) });
    const got = denoise(now, 2, { part: strips(7, 'all') });
    expect(away(got, fresh()(now, 2))).toBeGreaterThan(0.02);
    // The second pass has left its own keys and values.
    const again = denoise(now, 2, { part: strips(7, 'all') });
    expect(away(again, fresh()(now, 2))).toBeLessThan(away(got, fresh()(now, 2)));
  });
  it('before any pass has left keys there is nothing to see, nor what another role has left', () => {
    const denoise = fresh();
    expect(() => denoise(image(1, 2), 2, { part: strips(2, 'all') })).toThrow('none has left any');
    denoise(image(1, 2), 2, { role: 'class', part: strips(2, 'all', true) });
    expect(() => denoise(image(1, 2), 2, { part: strips(2, 'all') })).toThrow('none has left any');
  });
});

describe('windows in float64', () => {
  const sparse = (refresh: boolean, more: Partial<SparsePart> = {}): Part => ({
    kind: 'sparse',
    keep: 0.25,
    window: 'order',
    refresh,
    ratio: true,
    residual: true,
    drift: 0,
    ...more,
  });
  const x = image(9, 1.4);
  const whole = fresh()(x, 1.4);

  it('a pass that keeps, a window of all, and a state that was seen before by both or by R alone, are the whole network', () => {
    const denoise = fresh();
    expect(away(denoise(x, 1.4, { part: sparse(true) }), whole)).toBe(0);
    expect(away(denoise(x, 1.4, { part: sparse(false) }), whole)).toBeLessThan(1e-12);
    expect(away(denoise(x, 1.4, { part: sparse(true, { ratio: false }) }), whole)).toBe(0);
    expect(away(denoise(x, 1.4, { part: sparse(false, { ratio: false }) }), whole)).toBeLessThan(1e-12);
    expect(away(fresh()(x, 1.4, { part: sparse(false, { keep: 1 }) }), whole)).toBe(0);
    expect(() => fresh()(x, 1.4, { part: sparse(false) })).toThrow('there was none');
  });
  it('without a residual it is not, and the share is what scales it', () => {
    const by = (more: Partial<SparsePart>) => {
      const denoise = fresh();
      denoise(x, 1.4, { part: sparse(true, more) });
      return [1, 2].map(() => denoise(x, 1.4, { part: sparse(false, more) }));
    };
    const bare = by({ ratio: false, residual: false });
    const scaled = by({ residual: false });
    expect(away(bare[0]!, whole)).toBeGreaterThan(0.05);
    expect(away(scaled[0]!, bare[0]!)).toBeGreaterThan(0.05);
    expect(away(scaled[0]!, scaled[1]!)).toBe(0);
    // Grown to 1 after its first use, a share scales no more.
    const grown = by({ residual: false, drift: 1 });
    expect(away(grown[0]!, scaled[0]!)).toBe(0);
    expect(away(grown[1]!, bare[0]!)).toBeLessThan(1e-12);
  });
});

it('a transformer with positions of its own refuses half the size by name', () => {
  expect(() => fresh()(image(1, 2), 2, { part: { kind: 'pooled' } })).toThrow('answers for pictures of one size alone');
});
