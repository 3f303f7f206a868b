// Methods that work on several steps at once, as loops over vectors.
import { brownianIncrement } from '../../../math/brownian.ts';
import type { AdaptiveOracle, ShownFrame } from './adaptiveTypes.ts';
import { minus, plus, scaled, slopeOf, type Oracle, type Vector } from './types.ts';

/** Algorithm 1 of ParaStep, worker by worker; with `last` its section on one device. */
export const parastep: Oracle<{ workers: number; warmup: number; slope: 'own' | 'last' }> = (w, sigmas, params) => {
  const n = sigmas.length - 1;
  const p = Math.max(1, Math.min(params.workers, Math.floor(n / 3)));
  /** What every worker found last: it is as far along as its number. */
  let slopes: Vector[] = [];
  let found: { readonly d: Vector; readonly slope: Vector }[] = [];
  return (x, s, t, i) => {
    if (found.length === 0) {
      const many = p === 1 || i < params.warmup ? 1 : Math.min(p, n - i);
      found = Array.from({ length: many }, (_, worker) => {
        const sigma = sigmas[i + worker]!;
        const newest = slopes[slopes.length - 1]!;
        const own = params.slope === 'last' || slopes.length === 1 ? newest : slopes[worker]!;
        const at = worker === 0 ? x : plus(x, [sigma - s, own]);
        const d = w.denoise(at, sigma);
        return { d, slope: slopeOf(at, d, sigma) };
      });
      slopes = found.map(({ slope }) => slope);
    }
    const { d, slope } = found.shift()!;
    return [t === 0 ? d : plus(x, [t - s, slope]), d];
  };
};

interface Picard {
  base: 'euler' | 'ddpm';
  window: number;
  tolerance: number;
  coordinates: 'vp' | 've';
  start: 'constant' | 'line' | 'coarse';
  coarse: number;
}

/** Algorithm 1 of ParaDiGMS for one sample, the sum written out in y = cx. */
export const paradigms: AdaptiveOracle<Picard> = (w, sigmas, start, p) => {
  const n = sigmas.length - 1;
  const size = Math.min(p.window, n);
  const c = sigmas.map((sigma) => (p.coordinates === 'vp' ? 1 / Math.sqrt(1 + sigma ** 2) : 1));
  const frames: ShownFrame[] = [{ step: 0, sigma: sigmas[0]!, x: start }];
  const onLine = (j: number, k: number, x: Vector, D: Vector) =>
    plus(scaled(sigmas[k]! / sigmas[j]!, x), [1 - sigmas[k]! / sigmas[j]!, D]);
  const states: Vector[] = [start];
  const first = new Map<number, Vector>();
  const solve = { constant: 0, line: 1, coarse: p.coarse }[p.start];
  for (let j = 0; j < size; j++) {
    // Where a step of the coarse solve begins.
    const begins = Array.from({ length: solve }, (_, k) => Math.floor((k * size) / solve)).includes(j);
    if (begins && size > 1) first.set(j, w.denoise(states[j]!, sigmas[j]!));
    const from = [...first.keys()].at(-1);
    states[j + 1] =
      from === undefined ? scaled(c[0]! / c[j + 1]!, start) : onLine(from, j + 1, states[from]!, first.get(from)!);
  }
  let b = 0;
  while (b < n) {
    const end = Math.min(n, b + size);
    const answers: Vector[] = [];
    for (let j = b; j < end; j++) {
      answers[j] = first.get(j) ?? w.denoise(states[j]!, sigmas[j]!);
      first.delete(j);
    }
    const stepped = (j: number): Vector => {
      const [s, t] = [sigmas[j]!, sigmas[j + 1]!];
      if (p.base === 'euler' || t === 0) return onLine(j, j + 1, states[j]!, answers[j]!);
      const q = (t / s) ** 2;
      const mean = plus(scaled(q, states[j]!), [1 - q, answers[j]!]);
      return plus(mean, [Math.sqrt(t ** 2 * (1 - q)), w.noise(brownianIncrement(s, t))]);
    };
    const fresh: Vector[] = [];
    let sum = scaled(c[b]!, states[b]!);
    let to = end;
    for (let j = b; j < end; j++) {
      sum = plus(sum, [1, minus(scaled(c[j + 1]!, stepped(j)), scaled(c[j]!, states[j]!))]);
      fresh[j + 1] = sigmas[j + 1] === 0 ? answers[j]! : scaled(1 / c[j + 1]!, sum);
      const change = minus(fresh[j + 1]!, states[j + 1]!);
      const variance = (sigmas[j + 1]! ** 2 * (sigmas[j]! ** 2 - sigmas[j + 1]! ** 2)) / sigmas[j]! ** 2;
      const moved = change.reduce((a, v) => a + v * v, 0) > p.tolerance ** 2 * variance * change.length;
      if (moved && sigmas[j + 1]! > 0) to = Math.min(to, j + 1);
    }
    for (let j = b + 1; j <= end; j++) states[j] = fresh[j]!;
    for (let j = b + 1; j <= to; j++)
      frames.push({ step: j, sigma: sigmas[j]!, x: states[j]!, denoised: answers[j - 1]! });
    for (let k = end + 1; k <= Math.min(n, to + size); k++)
      states[k] =
        p.start === 'constant'
          ? scaled(c[end]! / c[k]!, states[end]!)
          : onLine(end, k, states[end]!, answers[end - 1]!);
    b = to;
  }
  return frames;
};

/** Picard's iteration in y = cx of so many sweeps, written out as the sum over all steps before; D moved by two numbers a step. */
export const pcm: Oracle<{ sweeps: number; window: number; fade: number; numbers: string }> = (w, sigmas, p) => {
  const n = sigmas.length - 1;
  const own = p.numbers === '' ? [] : p.numbers.split('_').map(Number);
  const c = sigmas.map((sigma) => 1 / Math.sqrt(1 + sigma ** 2));
  const ends: { readonly x: Vector; readonly d: Vector }[] = [];
  return (start, _, __, b) => {
    if (ends.length === 0) {
      const size = Math.min(p.window, n, n - b);
      let states = Array.from({ length: size + 1 }, (_unused, j) => scaled(c[b]! / c[b + j]!, start));
      const sweeps = Math.min(p.sweeps, size);
      for (let k = 0; k < sweeps; k++) {
        const share = Math.min(1, Math.max(0, 1 - (p.fade * k) / sweeps));
        const answers = states.slice(k, -1).map((x, j) => w.denoise(x, sigmas[b + k + j]!));
        const fresh = states.slice(0, k + 1);
        let sum = scaled(c[b + k]!, states[k]!);
        for (let j = k; j < size; j++) {
          const [s, t, d] = [sigmas[b + j]!, sigmas[b + j + 1]!, answers[j - k]!];
          const by = j === k ? 0 : share;
          const [ofD, ofNoise] = [own[2 * (b + j)] ?? 0, own[2 * (b + j) + 1] ?? 0];
          const target = plus(d, [by * ofD, d], [by * ofNoise, slopeOf(states[j]!, d, s)]);
          const to = plus(states[j]!, [t - s, slopeOf(states[j]!, target, s)]);
          sum = plus(sum, [c[b + j + 1]!, to], [-c[b + j]!, states[j]!]);
          if (t === 0) answers[j - k] = target;
          fresh[j + 1] = t === 0 ? target : scaled(1 / c[b + j + 1]!, sum);
        }
        states = fresh;
        const stands = k === sweeps - 1 ? size : k + 1;
        for (let j = k; j < stands; j++) ends.push({ x: states[j + 1]!, d: answers[j - k]! });
      }
    }
    const { x, d } = ends.shift()!;
    return [x, d];
  };
};

interface Newton {
  jacobian: 'full' | 'scalar' | 'linear';
  window: number;
  tolerance: number;
  delta: number;
  start: 'constant' | 'line';
}

const dot = (a: Vector, b: Vector): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const along = (v: Vector, u: Vector): number => dot(v, u) / dot(u, u);

/** DEER for one sample: the recurrence of section 3 through the window, its matrices as products with what they act on. */
export const parallelNewton: AdaptiveOracle<Newton> = (w, sigmas, start, p) => {
  const n = sigmas.length - 1;
  const size = Math.min(p.window, n);
  const frames: ShownFrame[] = [{ step: 0, sigma: sigmas[0]!, x: start }];
  const mean = start.reduce((sum, v) => sum + v, 0) / start.length;
  const upright = start.map((v) => v - mean);
  const length = Math.sqrt(dot(upright, upright));
  const bases = {
    full: [start.map(() => 1), scaled(Math.sqrt(start.length) / length, upright)],
    scalar: [scaled(1 / sigmas[0]!, start)],
    linear: [],
  };
  const base = bases[p.jacobian];
  const guess = (j: number, k: number, x: Vector, D: Vector | undefined): Vector => {
    const [s, t] = [sigmas[j]!, sigmas[k]!];
    return D ? plus(scaled(t / s, x), [1 - t / s, D]) : scaled(Math.sqrt((1 + t ** 2) / (1 + s ** 2)), x);
  };
  const states: Vector[] = [start];
  let first: Vector | undefined;
  if (p.start === 'line' && size > 1) first = w.denoise(start, sigmas[0]!);
  for (let j = 1; j <= size; j++) states[j] = guess(0, j, start, first);
  let b = 0;
  while (b < n) {
    const end = Math.min(n, b + size);
    const answers: Vector[] = [];
    const derivatives: Vector[][] = [];
    for (let j = b; j < end; j++) {
      answers[j] = j === 0 && first ? first : w.denoise(states[j]!, sigmas[j]!);
      if (j === b || sigmas[j + 1] === 0) continue;
      const h = p.delta * Math.max(sigmas[j]!, 0.05);
      derivatives[j] = base.map((u) => {
        const [above, below] = [h, -h].map((by) => w.denoise(plus(states[j]!, [by, u]), sigmas[j]!));
        return scaled(1 / (2 * h), minus(above!, below!));
      });
    }
    first = undefined;
    const fresh: Vector[] = [];
    fresh[b] = states[b]!;
    let to = end;
    for (let j = b; j < end; j++) {
      const [s, t] = [sigmas[j]!, sigmas[j + 1]!];
      const moved = minus(fresh[j]!, states[j]!);
      let next = guess(j, j + 1, states[j]!, answers[j]!);
      if (j > b && t > 0) {
        next = plus(next, [t / s, moved]);
        base.forEach((u, k) => {
          const J = derivatives[j]![k]!;
          next = plus(
            next,
            p.jacobian === 'full' ? [(1 - t / s) * along(moved, u), J] : [(1 - t / s) * along(J, u), moved],
          );
        });
      }
      fresh[j + 1] = next;
      const change = minus(next, states[j + 1]!);
      if (t > 0 && dot(change, change) / change.length > p.tolerance ** 2 * t ** 2 * (1 - (t / s) ** 2))
        to = Math.min(to, j + 1);
    }
    for (let j = b + 1; j <= end; j++) states[j] = fresh[j]!;
    for (let j = b + 1; j <= to; j++)
      frames.push({ step: j, sigma: sigmas[j]!, x: states[j]!, denoised: answers[j - 1]! });
    for (let k = end + 1; k <= Math.min(n, to + size); k++)
      states[k] = guess(end, k, states[end]!, p.start === 'line' ? answers[end - 1]! : undefined);
    b = to;
  }
  return frames;
};
