import { brownianIncrement } from '../../../math/brownian.ts';
import { minus, plus, scaled, slopeOf, type Oracle, type Vector, type World } from './types.ts';

// CFG++, https://arxiv.org/abs/2406.08070, algorithm 2, as loops: what is guided is D, what noise is made of is u, which
// was told nothing. The multistep forms are those of ComfyUI's samplers of these names.
interface Noise {
  eta: number;
  s_noise: number;
}
const both = (w: World, x: Vector, s: number) => {
  const u = w.denoise(x, s, 'null');
  return { u, d: w.denoise(x, s) };
};
function ancestral(s: number, t: number, eta: number): [down: number, up: number] {
  const up = Math.min(t, eta * Math.sqrt((t ** 2 * (s ** 2 - t ** 2)) / s ** 2));
  return [Math.sqrt(t ** 2 - up ** 2), up];
}
const noised = (w: World, x: Vector, deviation: number, s: number, t: number, eta: number): Vector =>
  deviation > 0 ? plus(x, [deviation, w.noise(brownianIncrement(s, t, eta ** 2))]) : x;
/** Denoised with guidance, renoised without. */
const renoised = (x: Vector, { u, d }: { u: Vector; d: Vector }, s: number, t: number) =>
  plus(d, [t, slopeOf(x, u, s)]);

export const eulerCfgPp: Oracle<object> = (w) => (x, s, t) => {
  const said = both(w, x, s);
  return [renoised(x, said, s, t), said.d];
};

export const eulerAncestralCfgPp: Oracle<Noise> =
  (w, _, { eta, s_noise }) =>
  (x, s, t) => {
    const said = both(w, x, s);
    const [down, up] = ancestral(s, t, eta);
    return [noised(w, renoised(x, said, s, down), s_noise * up, s, t, eta), said.d];
  };

export const dpmpp2mCfgPp: Oracle<object> = (w) => {
  let old: { u: Vector; h: number } | undefined;
  return (x, s, t) => {
    const said = both(w, x, s);
    if (t === 0) return [said.d, said.d];
    const h = Math.log(s) - Math.log(t);
    let next = renoised(x, said, s, t);
    if (old) next = plus(next, [-Math.expm1(-h) / (2 * (old.h / h)), minus(said.d, old.u)]);
    old = { u: said.u, h };
    return [next, said.d];
  };
};

export const dpmpp2sAncestralCfgPp: Oracle<Noise> =
  (w, _, { eta, s_noise }) =>
  (x, s, t) => {
    const { u, d } = both(w, x, s);
    const [down, up] = ancestral(s, t, eta);
    if (down === 0) return [d, d];
    const h = Math.log(s) - Math.log(down);
    const inner = Math.exp(Math.log(s) - h / 2);
    const moved = plus(x, [1, minus(d, u)]);
    const second = w.denoise(plus(scaled(inner / s, moved), [-Math.expm1(-h / 2), d]), inner);
    const next = plus(scaled(down / s, moved), [-Math.expm1(-h), second]);
    return [noised(w, next, s_noise * up, s, t, eta), second];
  };

const res =
  (plusPlus: boolean) =>
  (w: World, { eta, s_noise }: Noise) => {
    let old: { v: Vector; s: number; down: number } | undefined;
    return (x: Vector, s: number, t: number) => {
      const d0 = plusPlus ? both(w, x, s) : null;
      const d = d0?.d ?? w.denoise(x, s);
      const u = d0?.u ?? d;
      const [down, up] = ancestral(s, t, eta);
      let next: Vector;
      if (down === 0 || !old) next = renoised(x, { u, d }, s, down);
      else {
        const h = Math.log(s) - Math.log(down);
        const phi1 = (1 - Math.exp(-h)) / h;
        const phi2 = (phi1 - 1) / -h;
        // c₂h: from the former level to where the former step went.
        const b2 = (phi2 * h) / -(Math.log(old.s) - Math.log(old.down));
        next = plus(scaled(Math.exp(-h), plus(x, [1, minus(d, u)])), [h * (phi1 - b2), u], [h * b2, old.v]);
      }
      old = { v: u, s, down };
      return [noised(w, next, s_noise * up, s, t, eta), d] as const;
    };
  };
export const resMultistepAncestral: Oracle<Noise> = (w, _, p) => res(false)(w, p);
export const resMultistepCfgPp: Oracle<object> = (w) => res(true)(w, { eta: 0, s_noise: 0 });
export const resMultistepAncestralCfgPp: Oracle<Noise> = (w, _, p) => res(true)(w, p);

export const gradientEstimationCfgPp: Oracle<{ gamma: number }> = (w, _, { gamma }) => {
  let before: Vector | undefined;
  return (x, s, t) => {
    const said = both(w, x, s);
    if (t === 0) return [said.d, said.d];
    const now = slopeOf(x, said.u, s);
    const change = minus(now, before ?? now);
    before = now;
    return [plus(renoised(x, said, s, t), [(gamma - 1) * (t - s), change]), said.d];
  };
};
