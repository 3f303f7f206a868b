// Draws runs in the plane: target, trails, points, and the way from each point to where the reference solution ends.
import { lastFrame, shownFrame, type Track } from '../../state/frames.ts';
import type { Background } from '../../state/viewStore.ts';
import { contourPath } from './contours.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { shrink, toPixelX, toPixelY, type Plane } from '../../../../frame/ui/canvas/plane.ts';

export interface PointsLook {
  readonly background: Background;
  readonly trails: boolean;
  readonly difference: boolean;
  readonly position: number | null;
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
  ctx.moveTo(0, Math.round(plane.size / 2) + 0.5);
  ctx.lineTo(plane.size, Math.round(plane.size / 2) + 0.5);
  ctx.moveTo(Math.round(plane.size / 2) + 0.5, 0);
  ctx.lineTo(Math.round(plane.size / 2) + 0.5, plane.size);
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
    ctx.scale(plane.size, plane.size);
    ctx.lineWidth = 1 / plane.size;
    ctx.strokeStyle = grey;
    ctx.stroke(contourPath(target, plane.view));
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

/** From every point to where its own noise should have led. */
function differences(
  ctx: CanvasRenderingContext2D,
  plane: Plane,
  data: Float32Array,
  scale: number,
  target: Float32Array,
): void {
  ctx.strokeStyle = palette().ink;
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let i = 0; i + 1 < Math.min(data.length, target.length); i += 2) {
    ctx.moveTo(toPixelX(plane, data[i]! * scale), toPixelY(plane, data[i + 1]! * scale));
    ctx.lineTo(toPixelX(plane, target[i]!), toPixelY(plane, target[i + 1]!));
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** One contender; returns the step that is shown, or null before the first picture. */
export function drawRun(
  ctx: CanvasRenderingContext2D,
  plane: Plane,
  track: Track | undefined,
  colour: string,
  reference: Track | undefined,
  look: PointsLook,
): { step: number; sigma: number } | null {
  const shown = shownFrame(track, look.position);
  if (!track || shown?.frame.kind !== 'points') return null;
  const scale = shrink(plane, shown.sigma);
  const data = shown.frame.data;
  const target = pointsOf(reference);
  ctx.strokeStyle = colour;
  if (look.trails) trails(ctx, plane, track, shown.step);
  if (look.difference && target) differences(ctx, plane, data, scale, target);
  ctx.fillStyle = colour;
  ctx.globalAlpha = data.length > 4000 ? 0.6 : 0.85;
  dots(ctx, plane, data, scale, dotRadius(data.length / 2));
  ctx.globalAlpha = 1;
  return shown;
}
