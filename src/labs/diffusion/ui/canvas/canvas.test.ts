// What pictures show and what a pointer finds in them, without a canvas.
import { describe, expect, test, vi } from 'vitest';
import { WHOLE } from '../../../../frame/state/camera.ts';
import { heat } from '../../../../frame/ui/canvas/heat.ts';
import { toData, toPixelX, toPixelY } from '../../../../frame/ui/canvas/plane.ts';
import type { Track } from '../../state/frames.ts';
import { heatImage, magnitudes } from '../../../../frame/ui/canvas/difference.ts';
import { bySample, tileAt } from './images.ts';
import { outOfView, sampleAt } from './points.ts';

// The palette watches the page for its colours.
vi.hoisted(() => {
  vi.stubGlobal('document', { documentElement: {} });
  vi.stubGlobal(
    'MutationObserver',
    class {
      observe() {}
    },
  );
});

const track = (frame: Track['frames'][number]['frame']): Track => ({
  run: 1,
  steps: 1,
  difference: null,
  frames: [{ step: 1, sigma: 0, frame }],
});
const close = { zoom: 4, x: 0.75, y: 0.25 };

describe('points', () => {
  const plane = { size: 400, view: 2 };
  const data = Float32Array.of(0, 0, 1, 1, 1.5, -1.5, 9, 0, NaN, 0);
  test('a zoomed plane shows its part, and pixels lead back to the data', () => {
    const near = { ...plane, camera: close };
    expect([toPixelX(plane, 1), toPixelY(plane, 1)]).toEqual([300, 100]);
    expect([toPixelX(near, 1), toPixelY(near, 1)]).toEqual([200, 200]);
    expect(toData(near, 200, 200)).toEqual([1, 1]);
    expect(toData(plane, ...([300, 100] as const))).toEqual([1, 1]);
  });
  test('what lies outside is counted, also what is nowhere', () => {
    expect(outOfView(plane, data, 1)).toBe(2);
    expect(outOfView({ ...plane, camera: close }, data, 1)).toBe(4);
    expect(outOfView(plane, data, 1 / 9)).toBe(1);
  });
  test('the nearest sample within reach of the pointer', () => {
    const points = track({ kind: 'points', data });
    expect(sampleAt(plane, points, null, 305, 104)).toBe(1);
    expect(sampleAt(plane, points, null, 320, 100)).toBeNull();
    expect(sampleAt({ ...plane, camera: close }, points, null, 195, 200)).toBe(1);
    expect(sampleAt(plane, undefined, null, 0, 0)).toBeNull();
  });
});

describe('images', () => {
  const image = (...bytes: number[]) =>
    ({ kind: 'image', rgba: new Uint8ClampedArray(bytes), width: 2, height: 1, columns: 2, tile: 1 }) as const;
  test('differences are means over the colours in units of the range from −1 to 1', () => {
    const values = magnitudes(image(255, 0, 0, 255, 10, 20, 30, 255), image(0, 0, 0, 255, 10, 20, 30, 0));
    expect([...values]).toEqual([expect.closeTo(2 / 3, 6), 0]);
  });
  test('and the top of the colours is one over the gain', () => {
    const rgb = (v: number, gain: number) => [...heatImage([v], gain)];
    expect(rgb(0.1, 10)).toEqual([...heat(1), 255]);
    expect(rgb(0.05, 10)).toEqual([...heat(0.5), 255]);
    expect([heat(0), heat(1), heat(-1), heat(7), heat(NaN)]).toEqual([
      [68, 1, 84],
      [253, 231, 37],
      [68, 1, 84],
      [253, 231, 37],
      [68, 1, 84],
    ]);
  });
  test('the tile under the pointer, also zoomed; none beyond the last sample or beside the picture', () => {
    const grid = track({
      kind: 'image',
      rgba: new Uint8ClampedArray(4 * 8 * 12),
      width: 12,
      height: 8,
      columns: 3,
      tile: 4,
    });
    // 12×8 pixels in a square of 120: ten times as large, 20 from the top.
    const at = (px: number, py: number, camera = WHOLE) => tileAt(120, camera, grid, 5, px, py);
    expect([at(1, 21), at(119, 59), at(1, 61), at(81, 99)]).toEqual([0, 2, 3, null]);
    expect([at(60, 10), at(60, 105)]).toEqual([null, null]);
    expect(at(60, 60, { zoom: 2, x: 0.25, y: 0.25 })).toBe(0);
  });
  test('by sample: as many as are wanted at this width, then as large as it allows', () => {
    expect(bySample(720, 64)).toEqual({ count: 10, tile: 72 });
    expect(bySample(750, 64)).toEqual({ count: 10, tile: 75 });
    expect(bySample(1200, 4)).toEqual({ count: 4, tile: 160 });
    expect(bySample(50, 4)).toEqual({ count: 1, tile: 50 });
  });
});
