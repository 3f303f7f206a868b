import { describe, expect, it } from 'vitest';
import { rowsRead, type ConvShape } from '../../kernels/conv/convShape.ts';
import { slabsOf } from '../../kernels/norm/groupNorm.ts';
import { GraphBuilder, padEnd } from '../../models/graph/builder.ts';
import type { Tensor } from '../../models/graph/types.ts';
import { mostWhole, reaches, stripsOf, whole, type Strip } from './strips.ts';

let next = 1000;
const temp = () => next++;
const norm = { groups: 4, epsilon: 1e-5, activation: 'silu' } as const;
const picture = { samples: 1, height: 48, width: 32, channels: 8 };
const bytesOf = ({ samples, height, width, channels }: Omit<Tensor, 'id'>) => 4 * samples * height * width * channels;
const MOST = bytesOf(picture) - 1;

describe('which pictures lie in strips', () => {
  it('what convolutions make and read, through their norms', () => {
    const b = new GraphBuilder();
    const x = b.input('x', picture);
    const h = b.conv('a', x, 8);
    const g = b.conv('b', b.groupNorm('n', h, norm), 8);
    b.output('out', b.conv('c', g, 3));
    expect([...stripsOf(b.finish(), MOST, temp).keys()]).toEqual([h.id, g.id]);
  });
  it('no output, and none that something else reads', () => {
    const b = new GraphBuilder();
    const x = b.input('x', picture);
    const h = b.conv('a', x, 8);
    b.output('h', h);
    const g = b.conv('b', h, 8);
    const c = b.conv('c', g, 8);
    b.output('out', b.mean(c));
    expect([...stripsOf(b.finish(), MOST, temp).keys()]).toEqual([g.id]);
  });
  it('none whose norm is read by something else', () => {
    const b = new GraphBuilder();
    const h = b.conv('a', b.input('x', picture), 8);
    b.output('out', b.mean(b.groupNorm('n', h, norm)));
    expect(stripsOf(b.finish(), MOST, temp).size).toBe(0);
  });
  it('none of which another size than its double is read', () => {
    const b = new GraphBuilder();
    const h = b.conv('a', b.input('x', picture), 8);
    b.output('out', b.conv('b', h, 3, { resize: { height: 95, width: 64 } }));
    expect(stripsOf(b.finish(), MOST, temp).size).toBe(0);
  });
  it('small ones that are read beside large ones, and sums with what is added', () => {
    const b = new GraphBuilder();
    const x = b.input('x', picture);
    const small = b.conv('a', x, 4);
    const large = b.conv('b', x, 8);
    const joined = b.conv('c', [small, large], 4);
    const added = b.conv('d', joined, 4, { residual: small });
    b.output('out', b.conv('e', added, 3));
    expect([...stripsOf(b.finish(), MOST, temp).keys()].sort()).toEqual([small.id, large.id, added.id].sort());
  });
  it('neither of two, where one cannot', () => {
    const b = new GraphBuilder();
    const x = b.input('x', picture);
    const large = b.conv('a', x, 8);
    b.output('out', b.conv('c', [large, x], 4));
    expect(stripsOf(b.finish(), MOST, temp).size).toBe(0);
  });
  it('no more than may be bound, and never more than 64 MiB whole', () => {
    expect(mostWhole(1000)).toBe(1000);
    expect(mostWhole(2 ** 31)).toBe(2 ** 26);
  });
});

describe('strips', () => {
  const b = new GraphBuilder();
  const wide = b.conv('a', b.input('x', picture), 16);
  const thin = b.conv('b', wide, 8);
  b.output('out', b.conv('c', thin, 3));
  const bytes = new Map<number, number>();
  const cut = stripsOf(b.finish(), bytesOf(picture) / 2, (n) => {
    bytes.set(next, n);
    return temp();
  });
  const strips = cut.get(wide.id)!;

  it('follow one another over all rows, with those of their neighbours beside them', () => {
    expect(strips.length).toBeGreaterThan(3);
    let row = 0;
    for (const { own, stored } of strips) {
      expect(own.first).toBe(row);
      row += own.rows;
      expect(stored.first).toBe(Math.max(0, own.first - 1));
      expect(stored.first + stored.rows).toBe(Math.min(picture.height, row + 1));
    }
    expect(row).toBe(picture.height);
  });
  it('take half of what is to lie whole, at most', () => {
    for (const { id, stored } of strips) {
      expect(bytes.get(id)).toBe(stored.rows * 32 * 16 * 4);
      expect(bytes.get(id)).toBeLessThanOrEqual(bytesOf(picture) / 4);
    }
  });
  it('are cut where slabs of the norm begin, and alike for one size', () => {
    const { perSlab } = slabsOf(48 * 32);
    for (const { own } of strips) expect((own.first * 32) % perSlab).toBe(0);
    const rows = (list: readonly Strip[]) => list.map(({ own, stored }) => ({ own, stored }));
    expect(rows(cut.get(thin.id)!)).toEqual(rows(strips));
  });
});

describe('what is computed from which strip', () => {
  const b = new GraphBuilder();
  const h = b.conv('a', b.input('x', picture), 8);
  b.output('out', b.conv('c', b.conv('d', h, 8, { stride: 2, padding: padEnd }), 3));
  const strips = stripsOf(b.finish(), MOST / 4, temp).get(h.id)!;
  const shape = { samples: 1, height: 48, width: 32, channels: [8], kernel: 3 } as const;
  const cases: readonly (readonly [string, ConvShape, number])[] = [
    ['3×3', shape, 48],
    ['1×1', { ...shape, kernel: 1, padding: 'none' }, 48],
    ['doubled', { ...shape, upsample: true }, 96],
    ['halved', { ...shape, stride: 2, padding: 'after' }, 24],
  ];
  it.each(cases)('%s: every row once, of rows that the strip has', (_, args, height) => {
    for (const all of [
      { first: 0, rows: height },
      { first: 5, rows: 13 },
    ]) {
      let row = all.first;
      const found = reaches(all, strips, args);
      expect(found.length).toBeGreaterThan(1);
      for (const { rows, from } of found) {
        expect(rows.first).toBe(row);
        row += rows.rows;
        const read = rowsRead(rows, args);
        const { stored } = strips[from]!;
        expect(read.first).toBeGreaterThanOrEqual(stored.first);
        expect(read.first + read.rows).toBeLessThanOrEqual(stored.first + stored.rows);
      }
      expect(row).toBe(all.first + all.rows);
    }
  });
  it('all at once from a whole picture', () => {
    expect(reaches({ first: 0, rows: 48 }, [whole(h)], shape)).toEqual([{ rows: { first: 0, rows: 48 }, from: 0 }]);
  });
  it('refuses rows that lie in no strip together', () => {
    const bare = strips.map((strip) => ({ ...strip, stored: strip.own }));
    expect(() => reaches({ first: 0, rows: 48 }, bare, shape)).toThrow('no strip has all that row');
  });
});
