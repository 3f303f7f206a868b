import { BESPOKE_NUMBERS, parseNumbers, type BespokeBase } from '../../../../samplers/diffusion/bespoke.ts';
import type { Contender } from '../../config/experiment.ts';

export interface PathPoint {
  /** Flow time σ/(1 + σ). */
  readonly time: number;
  readonly scale: number;
  readonly half: boolean;
}

/** Times and scales that a Bespoke solver passes, half steps of the midpoint rule among them. */
export function bespokePath({ sampler, params }: Contender, sigmas: readonly number[]): readonly PathPoint[] {
  const numbers = sampler === 'bespoke' ? parseNumbers(String(params['numbers'])) : undefined;
  if (!numbers) return [];
  const base = params['base'] as BespokeBase;
  const many = BESPOKE_NUMBERS[base];
  const times = sigmas.filter((s) => s > 0).map((s) => s / (1 + s));
  return times.flatMap((time, i): PathPoint[] => {
    const scale = i === 0 ? 1 : Math.exp(numbers[i * many - 1] ?? 0);
    const next = times[i + 1];
    const whole = { time, scale, half: false };
    if (base === 'rk1' || next === undefined) return [whole];
    const of = (k: number) => numbers[i * many + k] ?? 0;
    return [whole, { time: time + (next - time) / (1 + Math.exp(-of(0))), scale: Math.exp(of(3)), half: true }];
  });
}
