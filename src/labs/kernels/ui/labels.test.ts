import { expect, test } from 'vitest';
import { placeLabels, type Placed } from './roofline/labels.ts';

const room = { left: 50, right: 400, top: 20, bottom: 300 };
const at = (x: number, y: number, text = '1.naive') => ({ x, y, text });
/** As wide as letters of 10 pixels are at most here. */
const box = ({ x, y, text, anchor }: Placed) => {
  const width = 5.6 * text.length;
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y - 9, bottom: y + 2 };
};
const meet = (a: Placed, b: Placed) => {
  const [p, q] = [box(a), box(b)];
  return p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom;
};

test('a name stands to the right of its point, and to the left where the right is not in the chart', () => {
  expect(placeLabels([at(100, 100)], room)).toEqual([{ x: 107, y: 103.5, text: '1.naive', anchor: 'start' }]);
  expect(placeLabels([at(390, 100)], room)[0]).toMatchObject({ anchor: 'end', x: 383 });
});

test('names of points in a column, of twins and of neighbours do not cover one another', () => {
  const column = [0, 7, 14, 60, 62].map((dy) => at(200, 100 + dy, '3.registers'));
  const row = [0, 30, 60, 90].map((dx) => at(120 + dx, 250));
  const twins = [at(300, 50), at(300, 50)];
  const placed = placeLabels([...column, ...row, ...twins], room);
  for (const [i, a] of placed.entries())
    for (const b of placed.slice(i + 1)) expect(meet(a, b), `${JSON.stringify(a)} ${JSON.stringify(b)}`).toBe(false);
  for (const name of placed) {
    expect(box(name).left).toBeGreaterThanOrEqual(50);
    expect(box(name).right).toBeLessThanOrEqual(400);
  }
});
