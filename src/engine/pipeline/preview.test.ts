import { describe, expect, it } from 'vitest';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { normals } from '../../math/normal.ts';
import type { Runner } from './parts.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { previewWith, probesFor } from './preview.ts';
import { tinyFiles, tinyPixelFiles } from './testing.ts';

const { signal } = new AbortController();
const scaling = 0.18215;
/** A decoder that is `pixel` of each latent, everywhere in the latent's square of four by four pixels. */
const decoding =
  (pixel: (latents: readonly number[], call: number, place: number) => readonly number[]): Runner =>
  async (graph) => {
    const { height, width } = graph.inputs.get('latents')!;
    let call = 0;
    return {
      activationBytes: 0,
      async run({ latents }) {
        const out = new Float64Array(16 * height * width * 3);
        for (let y = 0; y < 4 * height; y++)
          for (let x = 0; x < 4 * width; x++) {
            const at = (y >> 2) * width + (x >> 2);
            const own = [0, 1, 2, 3].map((c) => latents![4 * at + c]! * scaling);
            out.set(pixel(own, call, at), 3 * (4 * width * y + x));
          }
        call++;
        return new Map([['out', out]]);
      },
      destroy: () => undefined,
    };
  };
const fitted = async (runner: Runner) => {
  const files = tinyFiles();
  return previewWith(runner, files, await readDiffusion(files, signal), signal);
};

describe('the preview of a model', () => {
  it('is its decoder where that is linear', async () => {
    const { fit, factor, rgb } = await fitted(
      decoding(([a, b, c, d]) => [0.3 * a! - 0.2 * d! + 0.1, 0.5 * b!, c! - a! - 0.4]),
    );
    expect(fit).toBeGreaterThan(1 - 1e-12);
    expect(factor).toBe(4);
    const [y, x] = [1, 2];
    const both = normals(1, 0, 2, 4 * 12);
    const latents = both.subarray(48);
    // The second of two samples.
    const made = rgb(both, { height: 3, width: 4 }).subarray(36);
    expect(() => rgb(both.subarray(1), { height: 3, width: 4 })).toThrow('95 numbers are no whole samples of 4×3×4');
    const own = [0, 1, 2, 3].map((c) => latents[c * 12 + y * 4 + x]!);
    const expected = [0.3 * own[0]! - 0.2 * own[3]! + 0.1, 0.5 * own[1]!, own[2]! - own[0]! - 0.4];
    expected.forEach((v, k) => expect(Math.abs(made[k * 12 + y * 4 + x]! - v)).toBeLessThan(1e-6));
  });
  it('is judged by probes that it was not fitted to', async () => {
    // A decoder that says nothing of its latents: what is explained of it was learned by heart.
    const noise = normals(4, 0, 15, 3 * 256);
    const { fit } = await fitted(
      decoding((_, call, place) => [0, 1, 2].map((k) => noise[call * 768 + 3 * place + k]!)),
    );
    expect(fit).toBeLessThan(0);
    expect(fit).toBeGreaterThan(-0.2);
  });
  it('takes fewer probes of a large decoder where a processor emulates the GPU', async () => {
    const at = (isSoftware: boolean) => ({ info: { isSoftware } }) as GpuContext;
    const model = await readDiffusion(tinyFiles(), signal);
    const wide = { ...model.vae!, channels: [128, 256, 512, 512] } as typeof model.vae;
    expect(probesFor(at(true), model)).toEqual(probesFor(at(false), model));
    expect(probesFor(at(false), { ...model, vae: wide })).toEqual(probesFor(at(false), model));
    expect(probesFor(at(true), { ...model, vae: wide }).side).toBeLessThan(probesFor(at(true), model).side);
  });
  it('of a model of pixels is the picture', async () => {
    const files = tinyPixelFiles('ddpm');
    const runner: Runner = () => Promise.reject(new Error('nothing is loaded'));
    const { map, fit, factor } = await previewWith(runner, files, await readDiffusion(files, signal), signal);
    expect([map.from, map.to, fit, factor]).toEqual([3, 3, 1, 1]);
  });
  it('stops when it is told to, and frees the decoder', async () => {
    const files = tinyFiles();
    const stop = new AbortController();
    let freed = 0;
    const runner: Runner = async (graph, stored) => ({
      ...(await decoding(() => [0, 0, 0])(graph, stored)),
      destroy: () => void freed++,
    });
    const model = await readDiffusion(files, signal);
    stop.abort();
    await expect(previewWith(runner, files, model, stop.signal)).rejects.toThrow('cancelled');
    expect(freed).toBe(1);
  });
});
