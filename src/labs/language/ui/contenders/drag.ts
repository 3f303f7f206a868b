// Where a dragged pill lands among pills that may stand in several lines. Pure.
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Index of the pill under the pointer, else of the nearest one of the nearest line. */
export function dropIndex(boxes: readonly Box[], x: number, y: number): number {
  let best = 0;
  let least = Infinity;
  for (const [i, b] of boxes.entries()) {
    const dx = Math.max(b.left - x, 0, x - b.right);
    const dy = Math.max(b.top - y, 0, y - b.bottom);
    const away = dx + 1000 * dy;
    if (away < least) [best, least] = [i, away];
  }
  return best;
}
