// What a fit says, in sentences and in shapes. Pure.
import { quantity } from './quantity.ts';
import { parseChoices } from '../../../../samplers/diffusion/composed.ts';
import type { Contender } from '../../config/experiment.ts';
import type { FitDone } from '../../state/types.ts';

/** What fresh starts say of a fit. */
export function verdict({ judged, contender, stopped }: FitDone): string {
  if (!contender)
    return stopped
      ? 'Stopped before there was anything better than what it began from. Nothing was changed.'
      : 'Nothing better than what it began from was found. Nothing was changed.';
  const ended = stopped ? 'Stopped half-way; this is the best by then. ' : '';
  if (!judged)
    return `${ended}This sampler draws noise on the way, so its ends have no distance to judge by: compare the laws instead.`;
  const { gain, half, starts } = judged;
  const measured = `${quantity(gain)} ± ${quantity(half)}`;
  if (!(Math.abs(gain) > half))
    return `${ended}No gain beyond noise: the mean distance changes by ${measured} over ${starts} fresh starts.`;
  return gain > 0
    ? `${ended}Nearer by ${measured} on average over ${starts} fresh starts, which no part of the search has seen.`
    : `${ended}Farther by ${quantity(-gain)} ± ${quantity(half)} on average over ${starts} fresh starts: what it makes small is not this distance.`;
}

export interface Tile {
  readonly text: string;
  readonly of: 'x' | 'e' | 'd';
  readonly order: number;
  readonly corrected: boolean;
  readonly words: string;
}

/** A composed plan, a tile a step; nothing for other samplers. */
export function tilesOf(c: Contender, sigmas: readonly number[]): readonly Tile[] {
  const choices = c.sampler === 'composed' ? parseChoices(String(c.params['plan'])) : undefined;
  if (!choices) return [];
  return sigmas.slice(1).map((t, i): Tile => {
    if (t === 0) return { text: 'D', of: 'd', order: 1, corrected: false, words: `step ${i + 1}: to D` };
    const { of, order, corrected } = choices[Math.min(i, choices.length - 1)]!;
    const back = Math.min(order, i + 1);
    const name = of === 'x' ? 'D' : 'noise';
    const letter = of === 'x' ? 'D' : 'ε';
    return {
      text: `${back === 1 ? '' : letter}${back}${corrected ? '↺' : ''}`,
      of,
      order: back,
      corrected,
      words: `step ${i + 1}: ${back === 1 ? 'Euler' : `order ${back} in ${name}`}${corrected ? ', corrected by the next evaluation' : ''}`,
    };
  });
}

/** Evaluations in words: "24,310 evaluations of 64 samples". */
export const spentWords = (evaluations: number, samples: number): string =>
  `${Math.round(evaluations).toLocaleString('en-GB')} evaluations of ${samples} samples`;
/** The same beforehand. */
export const costWords = (evaluations: number, samples: number): string => `about ${spentWords(evaluations, samples)}`;
