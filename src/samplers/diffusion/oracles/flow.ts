// Ancestral samplers in the coordinates of a rectified flow: z = (1 − f)·x̂ at the time f = σ/(1 + σ).
import { brownianIncrement } from '../../../math/brownian.ts';
import { minus, plus, scaled, type Oracle, type Vector, type World } from './types.ts';

interface Noise {
  eta: number;
  s_noise: number;
}
const timeOf = (sigma: number) => sigma / (1 + sigma);
const levelOf = (f: number) => f / (1 - f);

/** One ancestral step: `solve` leads z from the time f down to f↓; then z is scaled to the time of t and noise is added. */
const ancestralRf =
  (solve: (z: Vector, f: number, down: number, ask: (z: Vector, f: number) => Vector, first: Vector) => Vector) =>
  (w: World, _: readonly number[], { eta, s_noise }: Noise): ReturnType<Oracle<Noise>> =>
  (x, s, t) => {
    const ask = (z: Vector, f: number) => (shown = w.denoise(scaled(1 / (1 - f), z), levelOf(f)));
    let shown = w.denoise(x, s);
    if (t === 0) return [shown, shown];
    const f = timeOf(s);
    const next = timeOf(t);
    const down = next * (1 + (next / f - 1) * eta); // downstep_ratio
    const z = solve(scaled(1 - f, x), f, down, ask, shown);
    const ratio = (1 - next) / (1 - down);
    const renoise = Math.sqrt(Math.max(0, next ** 2 - (down * ratio) ** 2));
    let end = scaled(ratio, z);
    if (eta > 0 && s_noise > 0) end = plus(end, [renoise * s_noise, w.noise(brownianIncrement(s, t, eta))]);
    return [scaled(1 / (1 - next), end), shown];
  };

export const eulerAncestralRf: Oracle<Noise> = ancestralRf((z, f, down, _, d) =>
  plus(scaled(down / f, z), [1 - down / f, d]),
);

/** The geometric mean of two times, and the velocity there for the whole step. */
export const dpm2AncestralRf: Oracle<Noise> = ancestralRf((z, f, down, ask, d) => {
  const middle = Math.sqrt(f * down);
  const half = plus(z, [(middle - f) / f, minus(z, d)]);
  return plus(z, [(down - f) / middle, minus(half, ask(half, middle))]);
});

export const dpmpp2sAncestralRf: Oracle<Noise> = ancestralRf((z, f, down, ask, d) => {
  const lambda = (time: number) => Math.log((1 - time) / time);
  const inner = 1 / (1 + Math.exp((lambda(f) + lambda(down)) / 2));
  const u = plus(scaled(inner / f, z), [1 - inner / f, d]);
  return plus(scaled(down / f, z), [1 - down / f, ask(u, inner)]);
});
