import { numberField, textField } from '../../core/field.ts';
import { formatNumbers, parseNumbers } from './bespoke.ts';
import { combine, mark, start } from './parts/ops.ts';
import type { Reg, Sampler } from './types.ts';

export interface PcmParams {
  sweeps: number;
  window: number;
  fade: number;
  numbers: string;
}

/** Of each step how much of D, and of the predicted noise ε = (x̂ − D)/σ, is added to D. */
export const PCM_NUMBERS = 2;

/** The share λ of the correction in sweep k of so many. */
export const shareOf = (k: number, sweeps: number, fade: number): number =>
  Math.max(0, Math.min(1, 1 - (fade * k) / sweeps));

/** As a link has them. */
export const formatPcm = (numbers: readonly number[]): string =>
  formatNumbers(numbers.map((v) => Math.min(20, Math.max(-20, v))));

/**
 * Picard iteration with a fitted correction, so many sweeps and no more. So et al. 2025, https://arxiv.org/abs/2503.19731 (PCM),
 * after its abstract and second-hand accounts: a copy of the network is trained so that one sweep from any iterate leads to
 * where all of them lead, X^{k+1} = λ_k·Φ_θ(X^k) + (1 − λ_k)·Φ(X^k), λ_k = max(0, min(1, 1 − s·k/K)). Here Φ_θ differs from Φ by two
 * numbers a step, the same in every sweep: D + a·D + b·ε, found by least squares. Without numbers it is ParaDiGMS's
 * iteration (in coordinates of constant variance, constant start) of K sweeps. The first step whose state may still move
 * starts from one that stands, and takes the base's own: whatever the numbers, as many sweeps as steps are Euler's method.
 * Windows follow one another. A step to σ = 0 returns D, moved as all others.
 */
export const pcm: Sampler<PcmParams> = {
  id: 'pcm',
  title: 'PCM (Picard consistency)',
  paper: {
    title: 'PCM: Picard Consistency Model for Fast Parallel Sampling of Diffusion Models',
    url: 'https://arxiv.org/abs/2503.19731',
  },
  summary: 'Corrects all steps at once in a fixed number of sweeps, helped by two fitted numbers a step.',
  family: 'Parallel in time',
  order: 1,
  stochastic: () => false,
  params: {
    sweeps: numberField({
      label: 'sweeps',
      help: 'Over each window: its depth. As many as the window has steps are Euler’s method itself.',
      default: 3,
      min: 1,
      max: 32,
      integer: true,
    }),
    window: numberField({
      label: 'window',
      help: 'Steps at once; the next window begins where this one ends. Each step keeps three states in memory.',
      default: 64,
      min: 1,
      max: 128,
      integer: true,
    }),
    fade: numberField({
      label: 's',
      help: 'How fast the correction fades: sweep k of K has the share 1 − s·k/K of it; 0 keeps it whole.',
      default: 1,
      min: 0,
      max: 32,
    }),
    numbers: textField({
      label: 'Numbers',
      help: 'Two a step, joined by _: what is added of D, and of the predicted noise. A fit finds them; none is plain Picard iteration.',
      default: '',
      maxLength: 6000,
      refuse: (text) =>
        parseNumbers(text)
          ? null
          : 'Numbers from −20 to 20 are joined by _, with at most nine digits behind the point.',
    }),
  },
  remark: (steps, { sweeps, window }) =>
    sweeps >= Math.min(window, steps)
      ? `${sweeps} sweeps over windows of ${Math.min(window, steps)} steps end where Euler’s method ends: fewer would be less deep.`
      : null,
  *plan(sigmas, { sweeps, window, fade, numbers }) {
    const list = parseNumbers(numbers)!;
    const n = sigmas.length - 1;
    const p = Math.min(window, n);
    const bank = Array.from({ length: p + 1 }, () => 0);
    const place = (j: number) => j % (p + 1);
    const state = (j: number): Reg => `${bank[place(j)] === 0 ? 'a' : 'b'}${place(j)}`;
    const next = (j: number): Reg => `${bank[place(j)] === 0 ? 'b' : 'a'}${place(j)}`;
    const answer = (i: number): Reg => `d${i % p}`;
    /** Of one variance: y = x̂/√(1 + σ²). */
    const ratio = (s: number, t: number) => Math.sqrt((1 + t * t) / (1 + s * s));
    yield start(sigmas);
    yield combine(state(0), [[1, 'x']]);
    for (let b = 0, end; b < n; b = end) {
      end = Math.min(n, b + p);
      for (let j = b + 1; j < end; j++) yield combine(state(j), [[ratio(sigmas[b]!, sigmas[j]!), state(b)]]);
      const all = Math.min(sweeps, end - b);
      for (let k = 0; k < all; k++) {
        const front = b + k; // its state stands
        const of = Array.from({ length: end - front }, (_, worker) => {
          const i = front + worker;
          return { x: state(i), sigma: sigmas[i]!, out: answer(i), worker };
        });
        for (const { worker, x } of of) if (worker > 0) yield { op: 'send', from: 0, to: worker, x };
        yield { op: 'evalBatch', of };
        for (const { worker, out } of of) if (worker > 0) yield { op: 'send', from: worker, to: 0, x: out };
        // Where the last step leads to is asked only of the last sweep.
        const reached = k === all - 1 ? end : end - 1;
        for (let i = front; i < reached; i++) {
          const [s, t] = [sigmas[i]!, sigmas[i + 1]!];
          const g = 1 - t / s;
          const share = i > front ? shareOf(k, all, fade) : 0;
          const [ofD, ofNoise] = [list[i * PCM_NUMBERS] ?? 0, list[i * PCM_NUMBERS + 1] ?? 0];
          // A step to 0 is D, so D itself is moved.
          if (t === 0 && share > 0 && (ofD !== 0 || ofNoise !== 0))
            yield combine(answer(i), [
              [1 + share * (ofD - ofNoise / s), answer(i)],
              [(share * ofNoise) / s, state(i)],
            ]);
          if (t === 0) yield combine(next(i + 1), [[1, answer(i)]]);
          else
            yield combine(next(i + 1), [
              [t / s + (g * share * ofNoise) / s, state(i)],
              [g * (1 + share * (ofD - ofNoise / s)), answer(i)],
              ...(i > front ? [[ratio(s, t), 'v'] as const] : []), // how far the state moved
            ]);
          if (i + 1 < reached)
            yield combine('v', [
              [1, next(i + 1)],
              [-1, state(i + 1)],
            ]);
        }
        for (let j = front + 1; j <= reached; j++) bank[place(j)] = 1 - bank[place(j)]!;
        const stands = k === all - 1 ? end : front + 1;
        for (let j = front + 1; j <= stands; j++) {
          yield combine('x', [[1, sigmas[j] === 0 ? answer(j - 1) : state(j)]]);
          yield mark(j, sigmas[j]!, answer(j - 1));
        }
      }
    }
  },
};
