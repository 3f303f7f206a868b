// Latents ↔ pictures in float64 against diffusers' autoencoders (training/golden-diffusers/vae and taesd).
import { describe, expect, it } from 'vitest';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import { goldenDiffusers, nmse, numbers } from '../../models/diffusers/golden.ts';
import { cpuRunner, type Runner } from './parts.ts';
import { decoderWith, encodePictureWith } from './pictures.ts';
import { tinyFiles, tinyPixelFiles } from './testing.ts';

const { signal } = new AbortController();
/** Latents of 4×2, pictures of 16×8. */
const size = { height: 16, width: 8 };
/** Pictures and latents are handed over in float32. */
const exact = 1e-14;
const kl = goldenDiffusers('vae').golden;
const taesd = goldenDiffusers('taesd').golden;
const scaling = 0.18215;

async function decoder(files = tinyFiles(), runner = cpuRunner) {
  return decoderWith(runner, files, await readDiffusion(files, signal), size, signal);
}
/** The decoder of diffusers is given latents over the scaling factor; ours is given them as samplers have them. */
const latents = (stored: Parameters<typeof numbers>[0], scale: number) => numbers(stored).map((v) => v * scale);

describe('a decoder', () => {
  it.each([
    ['AutoencoderKL', 'vae', kl, scaling],
    ['AutoencoderTiny', 'taesd', taesd, 1],
  ] as const)('%s decodes as diffusers does, sample by sample', async (_, family, golden, scale) => {
    const made = await decoder(tinyFiles({}, family));
    expect([made.latents, made.numbers]).toEqual([4 * 8, 3 * 128]);
    const told: [number, Float32Array][] = [];
    const pictures = await made.decode(latents(golden.inputs['latent']!, scale), (...one) => void told.push(one));
    expect(nmse(pictures, numbers(golden.outputs['decoded']!))).toBeLessThan(exact);
    expect(told.map(([sample]) => sample)).toEqual([0, 1]);
    expect(told[1]![1]).toEqual(pictures.subarray(384));
  });
  it('stays loaded between calls, and is freed once', async () => {
    const log: string[] = [];
    const watched: Runner = async (graph, stored) => {
      log.push('load');
      const run = await cpuRunner(graph, stored);
      return { ...run, activationBytes: 7, destroy: () => void log.push('free') };
    };
    const made = await decoder(tinyFiles(), watched);
    const one = latents(kl.inputs['latent']!, scaling).subarray(0, 32);
    expect(await made.decode(one)).toEqual(await made.decode(one));
    expect(made.activationBytes).toBe(7);
    made.destroy();
    expect(log).toEqual(['load', 'free']);
  });
  it('is cancelled between samples, and goes on afterwards', async () => {
    const made = await decoder();
    const two = latents(kl.inputs['latent']!, scaling);
    const stop = new AbortController();
    const seen: number[] = [];
    const onPicture = (sample: number) => {
      seen.push(sample);
      stop.abort();
    };
    await expect(made.decode(two, onPicture, stop.signal)).rejects.toThrow('cancelled');
    expect(seen).toEqual([0]);
    expect(await made.decode(two)).toHaveLength(768);
  });
  it('of pixels gives them back', async () => {
    const files = tinyPixelFiles('ddpm');
    const made = await decoderWith(cpuRunner, files, await readDiffusion(files, signal), size, signal);
    const x = Float32Array.from({ length: 3 * 128 }, (_, i) => i);
    expect([await made.decode(x), made.activationBytes]).toEqual([x, 0]);
  });
  it('refuses half a sample', async () => {
    await expect((await decoder()).decode(new Float32Array(33))).rejects.toThrow(
      '33 numbers are no whole samples of 32',
    );
  });
});

describe('a picture as a start', () => {
  const encoded = async (files: ReturnType<typeof tinyFiles>, picture: ArrayLike<number>) =>
    encodePictureWith(cpuRunner, files, await readDiffusion(files, signal), picture, size, signal);
  it('AutoencoderKL: the mean of the posterior, scaled', async () => {
    const moments = numbers(kl.outputs['moments']!);
    const pictures = numbers(kl.inputs['sample']!);
    for (const s of [0, 1]) {
      const mean = moments.subarray(s * 64, s * 64 + 32).map((v) => v * scaling);
      const got = await encoded(tinyFiles(), pictures.subarray(s * 384, (s + 1) * 384));
      expect(nmse(got, mean)).toBeLessThan(exact);
    }
  });
  it('AutoencoderKL with a shift: (z − shift)·scaling', async () => {
    const files = tinyFiles();
    const name = 'vae/config.json';
    const bytes = await files.read(name, 0, files.list.find((f) => f.name === name)!.bytes, signal);
    const config = {
      ...(JSON.parse(new TextDecoder().decode(bytes)) as object),
      shift_factor: 0.25,
      scaling_factor: 2,
    };
    const shifted = tinyFiles({ [name]: new TextEncoder().encode(JSON.stringify(config)) });
    const picture = numbers(kl.inputs['sample']!).subarray(0, 384);
    const mean = numbers(kl.outputs['moments']!).subarray(0, 32);
    const made = await encoded(shifted, picture);
    expect(
      nmse(
        made,
        mean.map((v) => (v - 0.25) * 2),
      ),
    ).toBeLessThan(exact);
    // And back: what the decoder is given is the mean again.
    const back = await (await decoder(shifted)).decode(made);
    expect(nmse(back, await (await decoder()).decode(mean.map((v) => v * scaling)))).toBeLessThan(1e-12);
  });
  it('AutoencoderTiny', async () => {
    const got = await encoded(tinyFiles({}, 'taesd'), numbers(taesd.inputs['sample']!).subarray(0, 384));
    expect(nmse(got, numbers(taesd.outputs['latents']!).subarray(0, 32))).toBeLessThan(exact);
  });
  it('of a model of pixels is itself', async () => {
    const x = Float32Array.from({ length: 384 }, (_, i) => i / 384);
    expect(await encoded(tinyPixelFiles('ddpm'), x)).toEqual(x);
  });
  it('is refused in another size, and with numbers that are none', async () => {
    await expect(encoded(tinyFiles(), new Float32Array(5))).rejects.toThrow('reads 3 channels of 8×16: 384');
    const broken = new Float32Array(384);
    broken[9] = NaN;
    await expect(encoded(tinyFiles(), broken)).rejects.toThrow('Number 9 of the picture is NaN');
  });
});
