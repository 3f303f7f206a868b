// One picture of a contender, drawn and pointed at: the same in the grid and large.
import { modelCard, type ModelId } from '../../config/menus.ts';
import { frames } from '../../state/frames.ts';
import { viewStore, type ViewState } from '../../state/viewStore.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { drawImages, tileAt } from '../canvas/images.ts';
import { drawBackground, drawRun, sampleAt } from '../canvas/points.ts';

export interface Shown {
  readonly step: number;
  readonly sigma: number;
  /** Points out of view. */
  readonly outside: number;
}

export interface Against {
  /** What a difference is taken to. */
  readonly slot: number;
  /** Whether the difference is shown. */
  readonly shown: boolean;
}

/** Draws a slot's picture into a square canvas; a difference is to the reference, where the view asks for it. */
export function drawPicture(canvas: HTMLCanvasElement, model: ModelId, slot: number, against?: Against): Shown | null {
  const view = viewStore.getState();
  const look = against ? { ...view, difference: against.shown } : view;
  return drawAs(canvas, model, slot, against?.slot ?? REFERENCE, look);
}

function drawAs(
  canvas: HTMLCanvasElement,
  model: ModelId,
  slot: number,
  against: number,
  look: ViewState,
): Shown | null {
  const { shape, view = 3 } = modelCard(model);
  const size = canvas.clientWidth;
  const ctx = prepare(canvas, size, size);
  const other = frames.get(against);
  const track = frames.get(slot);
  if (shape.kind === 'image')
    return drawImages(ctx, size, track, other, { ...look, difference: look.difference && slot !== against });
  const plane = { size, view, camera: look.camera };
  drawBackground(ctx, plane, frames.get(REFERENCE), look);
  const colour = slot < 0 ? palette().reference : palette().contenders[slot % 8]!;
  return drawRun(ctx, plane, track, colour, slot === against ? undefined : other, look);
}

/** The sample at a place of such a canvas. */
export function pointedAt(size: number, model: ModelId, slot: number, samples: number, px: number, py: number) {
  const { camera, position } = viewStore.getState();
  const { shape, view = 3 } = modelCard(model);
  const track = frames.get(slot);
  return shape.kind === 'image'
    ? tileAt(size, camera, track, samples, px, py)
    : sampleAt({ size, view, camera }, track, position, px, py);
}
