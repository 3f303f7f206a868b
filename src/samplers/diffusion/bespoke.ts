import { choiceField, textField } from '../../core/field.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

export type BespokeBase = 'rk2' | 'rk1';
/**
 * Numbers that a step has, after the published parameters. RK2: where its half point lies between the two times (logit), log of
 * dt/dr over its share of the time, here and half-way, log scale half-way, ds/dr here and half-way, log scale at its end.
 * RK1: log of dt/dr, ds/dr, log scale at its end. All 0 are the base method.
 */
export const BESPOKE_NUMBERS: Readonly<Record<BespokeBase, number>> = { rk2: 7, rk1: 3 };
export const MOST_BESPOKE = 700;

/** `0.1_-0.02_…`, empty for none; undefined where the text is no list of numbers from −20 to 20. */
export function parseNumbers(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const list = text.split('_').map((t) => (/^-?\d{0,3}(\.\d{1,9})?$/.test(t) && /\d/.test(t) ? Number(t) : NaN));
  return list.length <= MOST_BESPOKE && list.every((v) => Math.abs(v) <= 20) ? list : undefined;
}
export const formatNumbers = (numbers: readonly number[]): string =>
  numbers.map((v) => String(Number(v.toFixed(4))).replace(/^(-?)0\./, '$1.')).join('_');

/**
 * A Runge-Kutta step along a path that was bent for one model: x̄(r) = s(r)·z(t(r)) with z = (1 − t)x̂ the flow at time
 * t = σ/(1 + σ). Shaul et al. 2023, https://arxiv.org/abs/2310.19075: ū = (ṡ/s)x̄ + ṫ s v(x̄/s; t), with t, ṫ, s, ṡ free at every
 * point that the method touches. The times of whole steps are the schedule's; without numbers this is the midpoint rule (or
 * Euler's) in flow time. A step to 0 returns D.
 */
export const bespoke: Sampler<{ base: BespokeBase; numbers: string }> = {
  id: 'bespoke',
  title: 'Bespoke',
  paper: { title: 'Bespoke Solvers for Generative Flow Models', url: 'https://arxiv.org/abs/2310.19075' },
  summary:
    'The midpoint rule in flow time, with times and scales of its own at every point: a fit finds them for a model.',
  family: 'Several evaluations a step',
  order: 2,
  stochastic: () => false,
  params: {
    base: choiceField({
      label: 'Base',
      help: 'What it is without numbers.',
      default: 'rk2',
      options: [
        ['rk2', 'midpoint'],
        ['rk1', 'Euler'],
      ],
    }),
    numbers: textField({
      label: 'Numbers',
      help: 'Seven a step for midpoint, three for Euler, joined by _; what is missing is 0, the base method.',
      default: '',
      maxLength: 6000,
      refuse: (text) =>
        parseNumbers(text)
          ? null
          : 'Numbers from −20 to 20 are joined by _, with at most nine digits behind the point.',
    }),
  },
  *plan(sigmas, { base, numbers }) {
    const list = parseNumbers(numbers)!;
    const many = BESPOKE_NUMBERS[base];
    yield start(sigmas);
    let scale = 1;
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
        yield mark(i + 1, t);
        continue;
      }
      const of = (k: number) => list[i * many + k] ?? 0;
      const [from, to] = [s / (1 + s), t / (1 + t)];
      const next = Math.exp(of(many - 1));
      // x̄ = scale·z, z = x̂/(1 + σ), v = (z − D)/t: everything is a sum of x̂ and the two D.
      const first = (to - from) * Math.exp(of(base === 'rk2' ? 1 : 0));
      const ds = of(base === 'rk2' ? 4 : 1);
      /** x̄ after a share of the slope at the start, as coefficients of x̂ and of D. */
      const along = (share: number): readonly [number, number] => [
        (scale + share * (ds + (scale * first) / from)) / (1 + s),
        (-share * scale * first) / from,
      ];
      const end = (1 + t) / next;
      if (base === 'rk1') {
        const [a, b] = along(1);
        yield combine('x', [
          [end * a, 'x'],
          [end * b, 'd'],
        ]);
      } else {
        const mid = from + (to - from) / (1 + Math.exp(-of(0)));
        const second = (to - from) * Math.exp(of(2));
        const half = Math.exp(of(3));
        const [a, b] = along(0.5);
        const sigma = mid / (1 - mid);
        yield combine('m', [
          [((1 + sigma) / half) * a, 'x'],
          [((1 + sigma) / half) * b, 'd'],
        ]);
        yield denoise(sigma, 'd', 'm');
        // x̄ + (ṡ/s)m̄ + ṫ s (m̄/s − D)/t, with m̄ = half·m/(1 + σ)
        yield combine('x', [
          [(end * scale) / (1 + s), 'x'],
          [(end * (of(5) + (second * half) / mid)) / (1 + sigma), 'm'],
          [(-end * second * half) / mid, 'd'],
        ]);
      }
      scale = next;
      yield mark(i + 1, t);
    }
  },
};
