import { describe, expect, it } from 'vitest';
import { normals } from '../../math/normal.ts';
import {
  averaged,
  explained,
  featureCount,
  fitMap,
  identityPreview,
  preview,
  previewKinds,
  probeLatents,
  type PreviewKind,
  type PreviewMap,
} from './previewMap.ts';

const size = { channels: 4, height: 12, width: 9 };
const pixels = 108;
const probes = Array.from({ length: 12 }, (_, i) => probeLatents(size, i));
/** A map of drawn weights, and what it makes of each probe. */
function drawn(kind: PreviewKind) {
  const count = featureCount(kind, 4);
  const map: PreviewMap = { kind, from: 4, to: 3, weights: normals(3, 0, 3, count) };
  return { map, made: probes.map((latents) => ({ latents, picture: preview(map, latents, size) })) };
}

describe('probes', () => {
  it('are smooth, and differ by channel and number', () => {
    for (const [i, probe] of probes.entries())
      for (let c = 0; c < 4; c++) {
        const plane = probe.subarray(c * pixels, (c + 1) * pixels);
        const mean = plane.reduce((a, b) => a + b, 0) / pixels;
        const variance = plane.reduce((a, b) => a + (b - mean) ** 2, 0) / pixels;
        // Half the variance lies in the field, half in its level.
        expect(variance).toBeCloseTo(0.5, 10);
        const step = plane.reduce((a, v, p) => (p % 9 === 0 ? a : a + (v - plane[p - 1]!) ** 2), 0) / 96;
        // White noise changes by twice its variance from pixel to pixel; filtered, by less the wider the filter is.
        if (i % 5 === 4) expect(step / variance).toBeLessThan(0.3);
      }
    expect(probes[1]).not.toEqual(probes[6]);
    expect(probes[3]).toEqual(probeLatents(size, 3));
  });
  it('have deviation 1 over many of them', () => {
    const many = Array.from({ length: 400 }, (_, i) => probeLatents({ channels: 4, height: 4, width: 4 }, i));
    const squares = many.reduce((sum, probe) => sum + probe.reduce((a, v) => a + v * v, 0), 0) / (400 * 64);
    // 1600 levels: their mean square has a deviation of √(2/1600) = 0.035, half of which counts.
    expect(Math.abs(squares - 1)).toBeLessThan(0.07);
  });
});

describe.each(previewKinds)('%s', (kind) => {
  it('recovers a decoder of its own kind', () => {
    const { map, made } = drawn(kind);
    const fitted = fitMap(kind, made.slice(0, 8), size, 3);
    expect(explained(fitted, made.slice(8), size)).toBeGreaterThan(1 - 1e-11);
    // Wide filters make the latents around one another alike, so that their weights are known less well than the sum.
    const near = kind === 'around' ? 1e-3 : 1e-6;
    fitted.weights.forEach((w, i) => expect(Math.abs(w - map.weights[i]!)).toBeLessThan(near));
    for (const { latents, picture } of made.slice(8))
      preview(fitted, latents, size).forEach((v, i) => expect(Math.abs(v - picture[i]!)).toBeLessThan(2e-6));
  });
});

it('reads the latents around a pixel at their places', () => {
  const weights = new Float64Array(10);
  // Row above, one to the right.
  weights[2] = 1;
  const map: PreviewMap = { kind: 'around', from: 1, to: 1, weights };
  const x = Float64Array.from({ length: 12 }, (_, i) => i);
  expect([...preview(map, x, { height: 3, width: 4 })]).toEqual([1, 2, 3, 3, 1, 2, 3, 3, 5, 6, 7, 7]);
});
it('says how little of a decoder it explains', () => {
  // Channels 0 and 1 as they are, and a product of the others that no line follows.
  const weights = Float64Array.from({ length: 15 }, (_, i) => (i < 2 || i === 12 ? 1 : 0));
  const map: PreviewMap = { kind: 'quadratic', from: 4, to: 1, weights };
  const made = probes.map((latents) => ({ latents, picture: preview(map, latents, size) }));
  const fitted = fitMap('linear', made.slice(0, 8), size, 1);
  const part = explained(fitted, made.slice(8), size);
  expect(part).toBeGreaterThan(0.1);
  expect(part).toBeLessThan(0.9);
});
it('refuses fewer pixels than numbers', () => {
  expect(() => fitMap('around', [], size, 3)).toThrow('0 pixels cannot fix 37 numbers');
});
it('a mean is taken over the pixels of each latent, a model of pixels shown as it is', () => {
  const picture = Float64Array.from({ length: 2 * 24 }, (_, i) => i);
  expect([...averaged(picture, 2, { height: 2, width: 3 }, 2)]).toEqual([
    3.5, 5.5, 7.5, 15.5, 17.5, 19.5, 27.5, 29.5, 31.5, 39.5, 41.5, 43.5,
  ]);
  const x = Float32Array.from({ length: 3 * 6 }, (_, i) => i / 7);
  expect(preview(identityPreview(3), x, { height: 2, width: 3 })).toEqual(x);
});
