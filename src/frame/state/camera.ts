// Zoom and pan that all pictures share. Pure.

/** What part of a picture is seen, in shares of its side: the middle of the view, and how much it is enlarged. */
export interface Camera {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}
export const WHOLE: Camera = { zoom: 1, x: 0.5, y: 0.5 };
export const MOST_ZOOM = 64;

/** Keeps the view inside the picture. */
export function held({ zoom, x, y }: Camera): Camera {
  const z = Math.min(MOST_ZOOM, Math.max(1, zoom));
  const half = 0.5 / z;
  const within = (v: number) => Math.min(1 - half, Math.max(half, v));
  return { zoom: z, x: within(x), y: within(y) };
}
/** Enlarges by a factor; what lies at a place of the canvas (in shares of its side) stays there. */
export function zoomed(c: Camera, factor: number, atX: number, atY: number): Camera {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, c.zoom * factor));
  const shift = (middle: number, at: number) => middle + (at - 0.5) * (1 / c.zoom - 1 / zoom);
  return held({ zoom, x: shift(c.x, atX), y: shift(c.y, atY) });
}
/** Moves the view by shares of the canvas's side. */
export const panned = (c: Camera, dx: number, dy: number): Camera =>
  held({ ...c, x: c.x + dx / c.zoom, y: c.y + dy / c.zoom });
