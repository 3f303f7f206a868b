import { WHOLE, type Camera } from '../../state/camera.ts';

// The plane as the 2-D canvases show it. A state at noise level σ is drawn as x/√(1 + (σ/s)²), which shrinks pure noise
// to the size of the target, so that a whole run fits one frame and its paths can be followed.
export interface Plane {
  /** CSS pixels per side. */
  readonly size: number;
  /** Half-width of the square shown, in data units. */
  readonly view: number;
  /** The whole square when absent. */
  readonly camera?: Camera;
}
const SPREAD = 0.42;

export const shrink = (plane: Plane, sigma: number): number => 1 / Math.sqrt(1 + (sigma / (plane.view * SPREAD)) ** 2);
/** From shares of the picture's side to pixels of the canvas. */
const seen = (p: Plane, share: number, middle: 'x' | 'y'): number => {
  const { zoom, [middle]: centre } = p.camera ?? WHOLE;
  return ((share - centre) * zoom + 0.5) * p.size;
};
export const toPixelX = (p: Plane, x: number): number => seen(p, (x / p.view + 1) / 2, 'x');
export const toPixelY = (p: Plane, y: number): number => seen(p, (1 - y / p.view) / 2, 'y');
export function toData(p: Plane, px: number, py: number): readonly [number, number] {
  const { zoom, x, y } = p.camera ?? WHOLE;
  const u = (px / p.size - 0.5) / zoom + x;
  const v = (py / p.size - 0.5) / zoom + y;
  return [(2 * u - 1) * p.view, (1 - 2 * v) * p.view];
}

/** Lets what is drawn in pixels of the whole picture be seen through the camera. */
export function through(ctx: CanvasRenderingContext2D, size: number, { zoom, x, y }: Camera): void {
  ctx.translate(size / 2, size / 2);
  ctx.scale(zoom, zoom);
  ctx.translate(-x * size, -y * size);
}

/** Sizes a canvas for the screen's pixels, clears it, and returns its context in CSS pixels. */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  // Drawn by the processor: a few thousand marks are quick there, and a GPU canvas would compete with the run, badly so
  // on a software adapter.
  const ctx = canvas.getContext('2d', { willReadFrequently: true })!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
}
