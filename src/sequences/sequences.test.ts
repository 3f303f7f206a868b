import { describe, expect, test } from 'vitest';
import { normals } from '../math/normal.ts';
import { coherence, movingDigits, moved, nextDenoiser, posterior, readFrame, trueVideos } from './digits.ts';
import { fitBias, forgotten, klByFrame, klOfFit, nextFrame, rolloutFactor, videoCovariance } from './scene.ts';

const exact = (noise: number, window: number, frames: number) =>
  rolloutFactor(
    noise,
    window,
    Array.from({ length: frames }, (_, k) => ({
      gain: 1,
      deviation: Math.sqrt(nextFrame(noise, Math.min(k, window)).variance),
    })),
  );

describe('a scene under noise .5, 16 frames', () => {
  test.each([
    [1, 3.12593],
    [2, 1.58549],
    [4, 0.59727],
    [8, 0.1187],
    [15, 0],
  ])('exact conditionals of the last %i frames: KL %f, which is what is forgotten', (window, kl) => {
    const all = klByFrame(0.5, exact(0.5, window, 16), 16);
    expect(all.at(-1)).toBeCloseTo(kl, 5);
    const lost = forgotten(0.5, window, 16);
    for (const [k, v] of all.entries()) expect(v).toBeCloseTo(lost[k]!, 12);
    for (const v of all.slice(0, window + 1)) expect(v).toBeCloseTo(0, 12);
  });
  test('all frames given, the rollout’s covariance is the video’s', () => {
    const l = exact(0.5, 15, 16);
    const truth = videoCovariance(0.5, 16);
    for (let i = 0; i < 16; i++)
      for (let j = 0; j < 16; j++) {
        let sum = 0;
        for (let k = 0; k < 16; k++) sum += l[i * 16 + k]! * l[j * 16 + k]!;
        expect(sum).toBeCloseTo(truth[i * 16 + j]!, 12);
      }
  });
  // On the grid on which Euler is best it loses cos(Θ/n)^n of each frame's width, whatever came before.
  const euler = (steps: number, frames: number) =>
    Array.from({ length: frames }, (_, k) => {
      const c = Math.sqrt(nextFrame(0.5, k).variance);
      const theta = Math.atan(20 / c) - Math.atan(0.02 / c);
      return { gain: 1, deviation: c * Math.cos(theta / steps) ** steps };
    });
  test.each([
    [8, 4, 0.0894],
    [8, 8, 0.1792],
    [8, 16, 0.3587],
    [8, 32, 0.7175],
    [4, 16, 1.6548],
    [16, 16, 0.0846],
  ])('Euler in %i steps, %i frames, all before given: KL %f, additive over frames', (steps, frames, kl) => {
    const all = klByFrame(0.5, rolloutFactor(0.5, frames, euler(steps, frames)), frames);
    expect(Math.abs(all.at(-1)! - kl)).toBeLessThan(0.003);
    const first = all[1]! - all[0]!;
    expect(all.at(-1)! - all.at(-2)!).toBeCloseTo(first, 3);
  });
  test('covariances fitted to chains find it, less the bias of their number', () => {
    const l = exact(0.5, 2, 16);
    const n = 20_000;
    const z = normals(7, 1, n, 16);
    const chains = new Float64Array(n * 16);
    for (let c = 0; c < n; c++)
      for (let i = 0; i < 16; i++) for (let j = 0; j <= i; j++) chains[c * 16 + i]! += l[i * 16 + j]! * z[c * 16 + j]!;
    expect(fitBias(n, 16)).toBeCloseTo(0.0034, 4);
    expect(Math.abs(klOfFit(0.5, chains, 16) - 1.58549)).toBeLessThan(0.05);
    expect(klOfFit(0.5, chains.slice(0, 16 * 16), 16)).toBe(Infinity);
  });
});

describe('moving pictures', () => {
  // Two pictures of 4 by 4 pixels on a torus of 4 by 4 places.
  const pictures = {
    n: 2,
    dim: 16,
    data: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  };
  const law = movingDigits(pictures, 4, 4, 0.1);
  const top = (w: Float64Array) =>
    Array.from(w.entries())
      .filter(([, v]) => v > Math.max(...w) - 1)
      .map(([s]) => s);
  test('states move over the torus, and so do their frames', () => {
    expect(law.count).toBe(32);
    expect(moved(0, 4, [-1, 0], 1)).toBe(3);
    expect(moved(16, 4, [0, 1], 5)).toBe(20);
    expect(Array.from(law.frames.slice(3 * 16, 3 * 16 + 4))).toEqual([0, 0, 0, 1]);
    expect(Array.from(law.frames.slice(4 * 16, 5 * 16)).indexOf(1)).toBe(4);
  });
  test('one frame tells picture and place, two tell the direction, none tells nothing', () => {
    const at = (s: number) => law.frames.slice(s * 16, (s + 1) * 16);
    expect(new Set(posterior(law, [], 1)).size).toBe(1);
    expect(top(posterior(law, [at(5)], 1))).toEqual([1, 4, 6, 9]);
    expect(top(posterior(law, [at(5), at(6)], 1))).toEqual([7]);
    expect(top(posterior(law, [at(7), at(4), at(5)], 1))).toEqual([6]); // across the edge
  });
  test('the denoiser is the mean of what may come: all of it in much noise, one of it in little', () => {
    const at = (s: number) => law.frames.slice(s * 16, (s + 1) * 16);
    const next = nextDenoiser(law, posterior(law, [at(5)], 1));
    const mean = next(new Float64Array(16), 1e4);
    for (const s of [1, 4, 6, 9]) expect(mean[s]).toBeCloseTo(0.25, 3);
    expect(mean[5]).toBeCloseTo(0, 3);
    const one = next(at(6), 0.05);
    expect(one[6]).toBeCloseTo(1, 6);
    expect(one[4]).toBeCloseTo(0, 6);
    // Between a frame and what is seen, by the two variances: .01 of .0125.
    const off = at(6);
    off[15] = 0.5;
    expect(next(off, 0.05)[15]).toBeCloseTo(0.5 * 0.8, 6);
  });
  test('true videos go straight on with one picture, and are read as they are', () => {
    const frames = trueVideos(law, 5, 6, 3);
    const read = frames.map((f) => readFrame(law, f));
    expect(
      coherence(
        read.map(({ states }) => states),
        4,
      ),
    ).toEqual({ same: 1, straight: 1 });
    expect(read[0]!.off[0]).toBeLessThan(0.2);
    expect(new Set(read[0]!.states).size).toBeGreaterThan(1);
  });
  test('coherence by hand', () => {
    // The first goes right, right, down; the second becomes another picture.
    expect(
      coherence(
        [
          [0, 0],
          [1, 1],
          [2, 18],
          [6, 19],
        ],
        4,
      ),
    ).toEqual({ same: 5 / 6, straight: 1 / 4 });
  });
});
