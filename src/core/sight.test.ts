import { describe, expect, it } from 'vitest';
import { bytesOf, workOf, type NetworkFacts, type SparsePart, type StripsPart } from './part.ts';
import { cellsOf, FRESH, pairShare, receivedBy, STALE, stripsOf, UNSEEN } from './sight.ts';

const digits: NetworkFacts = { blocks: 4, tokens: 49, across: 7, d: 96, hidden: 384, per: 16 };
const strips = (workers: number, halo: number | 'all', sync = false): StripsPart => ({
  kind: 'strips',
  workers,
  halo,
  sync,
});

describe('strips', () => {
  it('are rows, shared out evenly; a row is the least', () => {
    expect(stripsOf(2, digits)).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(stripsOf(3, digits)).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect(stripsOf(7, digits)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(stripsOf(9, digits)).toEqual(stripsOf(7, digits));
  });
  it('see themselves now, their halo as it was, and no more', () => {
    const grid = { tokens: 8, across: 2 };
    const row = (halo: number | 'all', query: number) => [
      ...cellsOf(strips(2, halo), grid).slice(query * 8, query * 8 + 8),
    ];
    const [u, f, s] = [UNSEEN, FRESH, STALE];
    expect(row(0, 1)).toEqual([f, f, f, f, u, u, u, u]);
    expect(row(1, 1)).toEqual([f, f, f, f, s, s, u, u]);
    expect(row(1, 6)).toEqual([u, u, s, s, f, f, f, f]);
    expect(row('all', 6)).toEqual([s, s, s, s, f, f, f, f]);
    expect(row(2, 6)).toEqual(row('all', 6));
  });
  it('seven workers get 294 tokens a block of each other, 84 with a halo of a row, and all where they wait', () => {
    expect(receivedBy(strips(7, 'all'), digits)).toBe(294);
    expect(receivedBy(strips(7, 1), digits)).toBe(84);
    expect(receivedBy(strips(7, 1, true), digits)).toBe(294);
    expect(receivedBy(strips(7, 0), digits)).toBe(0);
    expect(receivedBy(strips(2, 1), digits)).toBe(14);
    expect(receivedBy(strips(1, 'all'), digits)).toBe(0);
    // Keys and values of all tokens in four blocks, as a card would hold them once: 150,528 bytes.
    expect(bytesOf(strips(7, 'all'), digits) / 6).toBe(150_528);
    expect(bytesOf(strips(7, 1), digits) / bytesOf(strips(7, 'all'), digits)).toBeCloseTo(2 / 7, 12);
    expect([bytesOf(undefined, digits), bytesOf({ kind: 'keep', blocks: 0 }, digits)]).toEqual([0, 0]);
  });
  it('work as much as the pairs of tokens that they see', () => {
    expect(workOf(strips(7, 'all'), digits)).toBe(1);
    expect(workOf(strips(7, 0, true), digits)).toBe(1);
    expect(pairShare(cellsOf(strips(7, 0), digits))).toBeCloseTo(1 / 7, 12);
    const attention = 4 * 2 * 49 * 49 * 96;
    const whole = 2 * 49 * 16 * 96 + 8 * 96 * 96 + 4 * 49 * (4 * 96 * 96 + 2 * 96 * 384) + attention;
    expect(workOf(strips(7, 0), digits)).toBeCloseTo(1 - (6 / 7) * (attention / whole), 12);
  });
});

describe('windows', () => {
  const sparse = (keep: number, window: SparsePart['window'], refresh = false): SparsePart => ({
    kind: 'sparse',
    keep,
    window,
    refresh,
    ratio: true,
    residual: true,
    drift: 0,
  });
  const share = (keep: number, window: SparsePart['window']) => pairShare(cellsOf(sparse(keep, window), digits));
  it('along the order of 49 tokens they keep 44, 25 and 10 % of the pairs', () => {
    expect([0.5, 0.25, 0.1].map((keep) => share(keep, 'order').toFixed(3))).toEqual(['0.445', '0.248', '0.100']);
    expect([share(1, 'order'), share(1, 'disc')]).toEqual([1, 1]);
    // The end of a row is next to the beginning of the one below, in order, and not in the picture.
    const [order, disc] = (['order', 'disc'] as const).map((window) => cellsOf(sparse(0.1, window), digits));
    expect([order![6 * 49 + 7], disc![6 * 49 + 7]]).toEqual([FRESH, UNSEEN]);
    expect([order![8 * 49 + 15], disc![8 * 49 + 15]]).toEqual([UNSEEN, FRESH]);
  });
  it('a disc has as large an area: at 10 % a token and its four neighbours', () => {
    expect(
      cellsOf(sparse(0.1, 'disc'), digits)
        .subarray(24 * 49, 25 * 49)
        .reduce((n, c) => n + c, 0),
    ).toBe(5);
    expect(share(0.25, 'disc')).toBeCloseTo(0.2, 1);
  });
  it('work as much as the pairs that they see; a refresh weighs the values of the window twice', () => {
    const attention = 4 * 2 * 49 * 49 * 96;
    const whole = 2 * 49 * 16 * 96 + 8 * 96 * 96 + 4 * 49 * (4 * 96 * 96 + 2 * 96 * 384) + attention;
    const kept = share(0.25, 'order');
    expect(workOf(sparse(0.25, 'order'), digits)).toBeCloseTo(1 - (1 - kept) * (attention / whole), 12);
    expect(workOf(sparse(0.25, 'order', true), digits)).toBeCloseTo(1 + (kept / 2) * (attention / whole), 12);
    expect(workOf(sparse(1, 'order', true), digits)).toBe(1);
    // Of 49 tokens attention is a fourteenth.
    expect(attention / whole).toBeCloseTo(0.079, 2);
  });
});
