import { bestOf, type MainFigure } from '../../../frame/state/mainFigure.ts';
import { contenderTitle } from '../config/contenderText.ts';
import type { LanguageRun } from './runStore.ts';

const metric = { title: 'Decode', unit: 'tok/s', better: 'higher' } as const;

/** What a run is remembered by: how fast the fastest of its contenders wrote. */
export function mainFigure({ experiment, slots, costs }: LanguageRun): MainFigure | null {
  const list = slots.flatMap((slot, i) => {
    const cost = costs[slot];
    const contender = experiment?.contenders[i];
    const value = cost && cost.decodeMs > 0 ? (1000 * (cost.tokens - cost.fromPrompt)) / cost.decodeMs : 0;
    return contender && value > 0 ? [{ of: contenderTitle(contender), value, half: null }] : [];
  });
  return bestOf(metric, list);
}
