import { bestOf, type MainFigure } from '../../../frame/state/mainFigure.ts';
import { meanHalfWidth } from '../../../metrics/intervals.ts';
import { contenderTitle } from '../config/naming.ts';
import type { RunState } from './runStore.ts';

const metric = { title: 'Error', unit: '', better: 'lower' } as const;

/** What a run is remembered by: the smallest mean error to the many-step solution. */
export function mainFigure({ experiment, slots, results }: RunState): MainFigure | null {
  const list = slots.flatMap((slot, i) => {
    const errors = results[slot]?.errors;
    const contender = experiment?.contenders[i];
    if (!errors || errors.length === 0 || !contender) return [];
    const value = errors.reduce((a, b) => a + b, 0) / errors.length;
    return [{ of: contenderTitle(contender), value, half: errors.length > 1 ? meanHalfWidth(errors) : null }];
  });
  return bestOf(metric, list);
}
