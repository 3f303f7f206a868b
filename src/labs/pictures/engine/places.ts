// Levels of a consistency model by their places in its scheduler's list, as `timesteps` of diffusers names them: 0 is the
// highest level, and a run goes on to higher places. The page and links have them as a list of levels.
import { parseObject } from '../../../formats/json.ts';
import { parseSchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import type { ConsistencySchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { conventionsOf } from '../../../models/diffusers/conventions.ts';

/** A level is a place's when it is as near as six digits can tell. */
const NEAR = 2e-5;
const written = (sigma: number) => Number(sigma.toPrecision(6));
const levels = (config: ConsistencySchedulerConfig) => conventionsOf(config, config.trainSteps).sigmas;

/** The scheduler of a model whose levels have places; null for any other. */
export function placedScheduler(schedulerBytes: Uint8Array): ConsistencySchedulerConfig | null {
  const what = { what: 'scheduler_config.json', depth: 8, hint: 'Load the model again.', python: true } as const;
  const config = parseSchedulerConfig(parseObject(schedulerBytes, what));
  return config.scheduler === 'CMStochasticIterativeScheduler' ? config : null;
}

/** The places of a list of levels that ends at 0, the last step's first, as diffusers lists them; or a clause that says why there are none. */
export function placesOfLevels(
  sigmas: readonly number[],
  config: ConsistencySchedulerConfig,
): readonly number[] | string {
  if (sigmas.at(-1) !== 0) return 'a list of levels must end at 0 there, to which the last step leads';
  const all = levels(config);
  const found = sigmas.slice(0, -1).map((sigma) => all.findIndex((level) => Math.abs(sigma / level - 1) < NEAR));
  const odd = found.indexOf(-1);
  if (odd >= 0) {
    const sigma = sigmas[odd]!;
    const near = all.reduce((best, level) =>
      Math.abs(Math.log(level / sigma)) < Math.abs(Math.log(best / sigma)) ? level : best,
    );
    return `its scheduler has ${config.trainSteps} levels, and σ ${sigma} is none of them; the nearest is ${written(near)}`;
  }
  return found[0] === 0 ? found.toReversed() : `its scheduler begins at its highest level, σ ${written(all[0]!)}`;
}

/** The levels of places as they are typed, `22, 0` or `[22, 0]`, and 0 behind them; or a sentence that says what to write. */
export function levelsOfPlaces(text: string, config: ConsistencySchedulerConfig): readonly number[] | string {
  const numbers = text.split(/[\s,;[\]]+/).filter((part) => part !== '');
  const most = config.trainSteps - 1;
  const places = numbers.map((part) => (/^\d{1,6}$/.test(part) ? Number(part) : NaN));
  const fits = places.every((place, i) => place <= most && place > (places[i + 1] ?? -1));
  if (!fits || places.at(-1) !== 0) return `Write whole numbers that fall from at most ${most} to 0, as 22, 0.`;
  const all = levels(config);
  return [...places.toReversed().map((place) => written(all[place]!)), 0];
}
