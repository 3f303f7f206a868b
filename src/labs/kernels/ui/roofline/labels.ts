// Where the names of points stand: beside their points, in one another's way as little as can be. Pure.

export interface Named {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}
export interface Placed extends Named {
  readonly anchor: 'start' | 'end' | 'middle';
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of text at 10 pixels: a guess is enough to keep names apart. */
const LETTER = 5.6;
const HEIGHT = 11;
const BESIDE = 7;

/** To the right, the left, above, below; then a line higher or lower on either side. */
const PLACES = [
  ['start', BESIDE, 3.5],
  ['end', -BESIDE, 3.5],
  ['middle', 0, -8],
  ['middle', 0, 16],
  ['start', BESIDE, -8],
  ['start', BESIDE, 15],
  ['end', -BESIDE, -8],
  ['end', -BESIDE, 15],
] as const;
const SHIFT = { start: 0, middle: 0.5, end: 1 } as const;

function boxOf({ x, y, text, anchor }: Placed): Box {
  const width = LETTER * text.length;
  const left = x - SHIFT[anchor] * width;
  return { left, right: left + width, top: y - HEIGHT + 2, bottom: y + 2 };
}
/** Area that two boxes share. */
const shared = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
/** Area of a box that sticks out of another. */
const outside = (a: Box, room: Box): number => (a.right - a.left) * (a.bottom - a.top) - shared(a, room);

/** Every point's name, in the order of the points. */
export function placeLabels(points: readonly Named[], room: Box): readonly Placed[] {
  const marks = points.map(({ x, y }): Box => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  const placed: Placed[] = [];
  const taken: Box[] = [];
  for (const [i, point] of points.entries()) {
    const others = [...taken, ...marks.filter((_, k) => k !== i)];
    const choices = PLACES.map(([anchor, dx, dy]) => ({ ...point, x: point.x + dx, y: point.y + dy, anchor }));
    const costs = choices.map((choice) => {
      const box = boxOf(choice);
      return others.reduce((sum, other) => sum + shared(box, other), 0) + 4 * outside(box, room);
    });
    const best = choices[costs.indexOf(Math.min(...costs))]!;
    placed.push(best);
    taken.push(boxOf(best));
  }
  return placed;
}
