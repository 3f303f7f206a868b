import { expect, test } from 'vitest';
import { held, MOST_ZOOM, panned, WHOLE, zoomed } from './camera.ts';

/** Where the camera shows a place of the picture, in shares of the canvas. */
const seen = (c: typeof WHOLE, x: number, y: number) => [(x - c.x) * c.zoom + 0.5, (y - c.y) * c.zoom + 0.5];

test('zooming keeps what is under the pointer where it is', () => {
  const once = zoomed(WHOLE, 2, 0.25, 0.75);
  expect(once).toEqual({ zoom: 2, x: 0.375, y: 0.625 });
  expect(seen(once, 0.25, 0.75)).toEqual([0.25, 0.75]);
  const twice = zoomed(once, 3, 0.5, 0.5);
  expect([twice.zoom, twice.x, twice.y]).toEqual([6, once.x, once.y]);
});
test('the view never leaves the picture, and zoom has two ends', () => {
  expect(held({ zoom: 2, x: 0, y: 9 })).toEqual({ zoom: 2, x: 0.25, y: 0.75 });
  expect(zoomed(WHOLE, 0.1, 0, 0)).toEqual(WHOLE);
  expect(zoomed(WHOLE, 1e9, 0.5, 0.5).zoom).toBe(MOST_ZOOM);
  expect(zoomed({ zoom: 4, x: 0.2, y: 0.2 }, 0.01, 0.9, 0.1)).toEqual(WHOLE);
});
test('panning moves by shares of the canvas, less the closer one is', () => {
  expect(panned({ zoom: 4, x: 0.5, y: 0.5 }, 0.2, -0.4)).toEqual({ zoom: 4, x: 0.55, y: 0.4 });
  expect(panned(WHOLE, 0.3, 0.3)).toEqual(WHOLE);
});
