// The difference of two pictures as colours.
import { heat } from './heat.ts';

interface Rgba {
  readonly rgba: Uint8ClampedArray;
}

/** Mean over the colours of |a − b|, in units of the image's range from −1 to 1: 1 is half of all there is. */
export function magnitudes(a: Rgba, b: Rgba): Float32Array {
  const out = new Float32Array(a.rgba.length / 4);
  for (let i = 0; i < out.length; i++)
    for (let c = 4 * i; c < 4 * i + 3; c++) out[i]! += Math.abs(a.rgba[c]! - (b.rgba[c] ?? 0)) / (3 * 127.5);
  return out;
}

/** Magnitudes on the colour scale whose top is 1/gain. */
export function heatImage(values: ArrayLike<number>, gain: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) rgba.set([...heat(values[i]! * gain), 255], 4 * i);
  return rgba;
}
