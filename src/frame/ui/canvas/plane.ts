// The plane as the 2-D canvases show it. A state at noise level σ is drawn as x/√(1 + (σ/s)²), which shrinks pure noise
// to the size of the target, so that a whole run fits one frame and its paths can be followed.
export interface Plane {
  /** CSS pixels per side. */
  readonly size: number;
  /** Half-width of the square shown, in data units. */
  readonly view: number;
}
const SPREAD = 0.42;

export const shrink = (plane: Plane, sigma: number): number => 1 / Math.sqrt(1 + (sigma / (plane.view * SPREAD)) ** 2);
export const toPixelX = (p: Plane, x: number): number => (x / p.view + 1) * (p.size / 2);
export const toPixelY = (p: Plane, y: number): number => (1 - y / p.view) * (p.size / 2);
export const toData = (p: Plane, px: number, py: number): readonly [number, number] => [
  ((2 * px) / p.size - 1) * p.view,
  (1 - (2 * py) / p.size) * p.view,
];

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
