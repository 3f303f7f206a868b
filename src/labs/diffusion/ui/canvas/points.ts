// Draws runs in the plane: target, trails, points, and the way from each point to where the reference solution ends.
import { frames, lastFrame, shownFrame, type Track } from '../../state/frames.ts';
import type { Background } from '../../state/viewStore.ts';
import { contourPath } from './contours.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { heatColour } from '../../../../frame/ui/canvas/heat.ts';
import { shrink, through, toPixelX, toPixelY, type Plane } from '../../../../frame/ui/canvas/plane.ts';
import { WHOLE } from '../../../../frame/state/camera.ts';

export interface PointsLook {
  readonly background: Background;
  readonly trails: boolean;
  readonly difference: boolean;
  readonly position: number | null;
  readonly gain: number;
  /** The sample to mark; null for none. */
  readonly sample: number | null;
}
/** More trails than this cover each other. */
const MAX_TRAILS = 120;

const pointsOf = (track: Track | undefined): Float32Array | undefined => {
  const frame = lastFrame(track)?.frame;
  return frame?.kind === 'points' ? frame.data : undefined;
};
/** Dots shrink as there are more of them. */
function dotRadius(count: number): number {
  if (count > 6000) return 0.7;
  if (count > 2000) return 1;
  return count > 700 ? 1.4 : 1.8;
}

function dots(ctx: CanvasRenderingContext2D, plane: Plane, data: Float32Array, scale: number, radius: number): void {
  ctx.beginPath();
  for (let i = 0; i + 1 < data.length; i += 2) {
    const x = toPixelX(plane, data[i]! * scale);
    const y = toPixelY(plane, data[i + 1]! * scale);
    if (radius < 1.2) ctx.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    else {
      ctx.moveTo(x + radius, y);
      ctx.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
  ctx.fill();
}

export function drawBackground(
  ctx: CanvasRenderingContext2D,
  plane: Plane,
  reference: Track | undefined,
  look: PointsLook,
): void {
  const { faint, reference: grey } = palette();
  ctx.strokeStyle = faint;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const axisX = Math.round(toPixelX(plane, 0)) + 0.5;
  const axisY = Math.round(toPixelY(plane, 0)) + 0.5;
  ctx.moveTo(0, axisY);
  ctx.lineTo(plane.size, axisY);
  ctx.moveTo(axisX, 0);
  ctx.lineTo(axisX, plane.size);
  ctx.stroke();
  const target = pointsOf(reference);
  if (!target || look.background === 'none') return;
  if (look.background === 'points') {
    ctx.globalAlpha = 0.55;
    ctx.fillStyle = grey;
    dots(ctx, plane, target, 1, dotRadius(target.length / 2));
  } else {
    ctx.save();
    ctx.globalAlpha = 0.75;
    const camera = plane.camera ?? WHOLE;
    through(ctx, plane.size, camera);
    ctx.scale(plane.size, plane.size);
    ctx.lineWidth = 1 / plane.size / camera.zoom;
    ctx.strokeStyle = grey;
    ctx.stroke(contourPath(frames.density(), target, plane.view));
    ctx.restore();
  }
  ctx.globalAlpha = 1;
}

function trails(ctx: CanvasRenderingContext2D, plane: Plane, track: Track, upTo: number): void {
  const passed = track.frames.filter((f) => f.step <= upTo && f.frame.kind === 'points');
  const first = passed[0]?.frame;
  if (passed.length < 2 || first?.kind !== 'points') return;
  const scales = passed.map((f) => shrink(plane, f.sigma));
  const count = Math.min(first.data.length / 2, MAX_TRAILS);
  ctx.globalAlpha = 0.34;
  ctx.lineWidth = 0.75;
  ctx.beginPath();
  for (let i = 0; i < count; i++)
    for (const [k, { frame }] of passed.entries()) {
      if (frame.kind !== 'points') continue;
      const x = toPixelX(plane, frame.data[2 * i]! * scales[k]!);
      const y = toPixelY(plane, frame.data[2 * i + 1]! * scales[k]!);
      if (k === 0) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** Levels of the colour scale that lines are sorted into: one stroke for each. */
const SHADES = 16;

/**
 * From where each sample's own noise should have led towards where it is, `gain` times as long, in the colour of its
 * length: the top of the scale is 1/gain.
 */
function differences(
  ctx: CanvasRenderingContext2D,
  plane: Plane,
  data: Float32Array,
  scale: number,
  target: Float32Array,
  gain: number,
): void {
  const shades = Array.from({ length: SHADES }, () => new Path2D());
  for (let i = 0; i + 1 < Math.min(data.length, target.length); i += 2) {
    const [tx, ty] = [target[i]!, target[i + 1]!];
    const [dx, dy] = [data[i]! * scale - tx, data[i + 1]! * scale - ty];
    const shade = Math.min(SHADES - 1, Math.floor(Math.hypot(dx, dy) * gain * SHADES));
    const path = shades[Math.max(0, shade || 0)]!;
    path.moveTo(toPixelX(plane, tx), toPixelY(plane, ty));
    path.lineTo(toPixelX(plane, tx + gain * dx), toPixelY(plane, ty + gain * dy));
  }
  ctx.globalAlpha = 0.85;
  ctx.lineWidth = 1.2;
  shades.forEach((path, i) => {
    ctx.strokeStyle = heatColour((i + 0.5) / SHADES);
    ctx.stroke(path);
  });
  ctx.globalAlpha = 1;
}

/** A ring around one sample, and its whole path. */
function markSample(ctx: CanvasRenderingContext2D, plane: Plane, track: Track, upTo: number, sample: number): void {
  const path = track.frames.flatMap(({ step, sigma, frame }) => {
    if (step > upTo || frame.kind !== 'points' || 2 * sample + 1 >= frame.data.length) return [];
    const scale = shrink(plane, sigma);
    return [[toPixelX(plane, frame.data[2 * sample]! * scale), toPixelY(plane, frame.data[2 * sample + 1]! * scale)]];
  });
  const last = path.at(-1);
  if (!last) return;
  ctx.strokeStyle = palette().ink;
  ctx.lineWidth = 1;
  ctx.beginPath();
  path.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x!, y!) : ctx.lineTo(x!, y!)));
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(last[0]!, last[1]!, 7, 0, 2 * Math.PI);
  ctx.lineWidth = 1.8;
  ctx.stroke();
}

/** The sample nearest to a place of the canvas, within reach; null where there is none. */
export function sampleAt(
  plane: Plane,
  track: Track | undefined,
  position: number | null,
  px: number,
  py: number,
): number | null {
  const shown = shownFrame(track, position);
  if (shown?.frame.kind !== 'points') return null;
  const scale = shrink(plane, shown.sigma);
  const { data } = shown.frame;
  let best: number | null = null;
  let least = 12;
  for (let i = 0; i + 1 < data.length; i += 2) {
    const distance = Math.hypot(toPixelX(plane, data[i]! * scale) - px, toPixelY(plane, data[i + 1]! * scale) - py);
    if (distance < least) [best, least] = [i / 2, distance];
  }
  return best;
}

/** How many points lie outside of the canvas; what is not finite is nowhere, and so outside. */
export function outOfView(plane: Plane, data: ArrayLike<number>, scale: number): number {
  let count = 0;
  for (let i = 0; i + 1 < data.length; i += 2) {
    const [x, y] = [toPixelX(plane, data[i]! * scale), toPixelY(plane, data[i + 1]! * scale)];
    if (!(x >= 0 && x <= plane.size && y >= 0 && y <= plane.size)) count++;
  }
  return count;
}

/** One contender; returns the step that is shown, or null before the first picture. */
export function drawRun(
  ctx: CanvasRenderingContext2D,
  plane: Plane,
  track: Track | undefined,
  colour: string,
  reference: Track | undefined,
  look: PointsLook,
): { step: number; sigma: number; outside: number } | null {
  const shown = shownFrame(track, look.position);
  if (!track || shown?.frame.kind !== 'points') return null;
  const scale = shrink(plane, shown.sigma);
  const data = shown.frame.data;
  const target = pointsOf(reference);
  ctx.strokeStyle = colour;
  if (look.trails) trails(ctx, plane, track, shown.step);
  if (look.difference && target) differences(ctx, plane, data, scale, target, look.gain);
  ctx.fillStyle = colour;
  ctx.globalAlpha = data.length > 4000 ? 0.6 : 0.85;
  dots(ctx, plane, data, scale, dotRadius(data.length / 2));
  ctx.globalAlpha = 1;
  if (look.sample !== null) markSample(ctx, plane, track, shown.step, look.sample);
  return { step: shown.step, sigma: shown.sigma, outside: outOfView(plane, data, scale) };
}
