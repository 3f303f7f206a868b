// One picture of a contender, drawn: a step by its preview, the end as the autoencoder decoded it.
import type { Camera } from '../../../../frame/state/camera.ts';
import type { Slot } from '../../../../frame/state/slots.ts';
import { heatImage, magnitudes } from '../../../../frame/ui/canvas/difference.ts';
import { sigmaText } from '../../../../frame/ui/format.ts';
import { decodedOf } from '../../state/decoded.ts';
import { frames, shownOf, type Shown, type Tiles } from '../../state/frames.ts';
import type { Pixels } from '../../state/types.ts';
import { runStore } from '../../state/runStore.ts';
import { viewStore } from '../../state/viewStore.ts';

const bitmaps = new WeakMap<Uint8ClampedArray, HTMLCanvasElement>();
/** Pixels as a canvas of their own size. */
export function bitmap({ rgba, width, height }: Pixels): HTMLCanvasElement {
  const kept = bitmaps.get(rgba);
  if (kept) return kept;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
  bitmaps.set(rgba, canvas);
  return canvas;
}

const tiles = new WeakMap<Uint8ClampedArray, Map<number, Pixels>>();
/** One sample out of a grid of them. */
export function tileOf({ rgba, width, height, columns }: Tiles, sample: number, samples: number): Pixels {
  const kept = tiles.get(rgba) ?? new Map<number, Pixels>();
  tiles.set(rgba, kept);
  const known = kept.get(sample);
  if (known) return known;
  const w = width / columns;
  const h = height / Math.ceil(samples / columns);
  const [left, top] = [(sample % columns) * w, Math.floor(sample / columns) * h];
  const out = new Uint8ClampedArray(4 * w * h);
  for (let y = 0; y < h; y++) {
    const from = 4 * ((top + y) * width + left);
    out.set(rgba.subarray(from, from + 4 * w), 4 * y * w);
  }
  const tile = { rgba: out, width: w, height: h };
  kept.set(sample, tile);
  return tile;
}

/** A sample as it is shown: finished ones are exact, and steps that were decoded; other steps are previews. */
export function sampleOf(
  shown: Shown | null,
  sample: number,
  samples: number,
): (Pixels & { readonly exact: boolean }) | null {
  if (!shown) return null;
  const done = shown.kind === 'pictures' ? shown.pictures[sample] : decodedOf(shown.frame)?.[sample];
  if (done) return { ...done, exact: true };
  return shown.frame ? { ...tileOf(shown.frame.tiles, sample, samples), exact: false } : null;
}

const heated = new WeakMap<
  Uint8ClampedArray,
  { readonly other: Uint8ClampedArray; readonly gain: number; readonly as: Pixels }
>();
/** Null where the two are not of one size: a preview and a picture. */
function differenceOf(a: Pixels, b: Pixels, gain: number): Pixels | null {
  if (a.width !== b.width || a.height !== b.height) return null;
  const kept = heated.get(a.rgba);
  if (kept?.other === b.rgba && kept.gain === gain) return kept.as;
  const as = { rgba: heatImage(magnitudes(a, b), gain), width: a.width, height: a.height };
  heated.set(a.rgba, { other: b.rgba, gain, as });
  return as;
}

/** Fills a canvas of any shape with the part of a picture that the camera sees, centred. */
function paint(canvas: HTMLCanvasElement, pixels: Pixels, camera: Camera, smooth: boolean): void {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const pen = canvas.getContext('2d')!;
  pen.clearRect(0, 0, wide, high);
  const { width, height } = pixels;
  const [w, h] = [width / camera.zoom, height / camera.zoom];
  const scale = Math.min(wide / width, high / height);
  const [dw, dh] = [width * scale, height * scale];
  pen.imageSmoothingEnabled = smooth;
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(
    bitmap(pixels),
    camera.x * width - w / 2,
    camera.y * height - h / 2,
    w,
    h,
    (wide - dw) / 2,
    (high - dh) / 2,
    dw,
    dh,
  );
}

/** Until its turn comes, a contender shows what it made before. */
const BEFORE = 'of the run before';

export interface Against {
  readonly slot: Slot;
  readonly shown: boolean;
}

/** "11/12 · σ 0.03" of a step, and whether it is more than a preview; or that it is the decoded picture. */
const labelOf = (shown: Shown, exact: boolean): string => {
  if (shown.kind === 'pictures') return 'decoded';
  const { step, sigma } = shown.frame;
  return `${step}/${shown.steps} · σ ${sigmaText(sigma)}${exact && shown.frame.latents ? ' · decoded' : ''}`;
};

/** Draws a sample of a contender; returns what stands below it, null where there is nothing yet. */
export function drawSample(
  canvas: HTMLCanvasElement,
  slot: Slot,
  sample: number,
  samples: number,
  against?: Against,
): string | null {
  const { position, camera, gain } = viewStore.getState();
  const shown = shownOf(frames.get(slot), position);
  const own = sampleOf(shown, sample, samples);
  if (!shown || !own) {
    canvas.getContext('2d')!.clearRect(0, 0, canvas.width, canvas.height);
    return null;
  }
  canvas.dataset['exact'] = String(own.exact);
  const before = frames.get(slot)!.run !== runStore.getState().run;
  canvas.style.opacity = before ? '0.35' : '1';
  if (against?.shown && against.slot !== slot) {
    const other = sampleOf(shownOf(frames.get(against.slot), position), sample, samples);
    const heat = other && differenceOf(own, other, gain);
    if (heat) {
      paint(canvas, heat, camera, false);
      return before ? BEFORE : labelOf(shown, own.exact);
    }
  }
  // Enlarged, pixels are what one wants to see; whole, and of previews, the picture is.
  paint(canvas, own, camera, !own.exact || camera.zoom === 1);
  return before ? BEFORE : labelOf(shown, own.exact);
}
