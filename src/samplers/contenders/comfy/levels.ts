// A contender's noise levels as ComfyUI takes them: a scheduler by name over the checkpoint's own range, a node that makes
// the same list, or the list itself.
import { defaults } from '../../../core/field.ts';
import { scheduleAliases } from '../../../schedules/aliases.ts';
import { contenderFields } from '../contender.ts';
import type { Contender } from '../types.ts';
import type { Planned } from './graph.ts';
import { comfySchedulers } from './names.ts';
import { exactName } from './sampler.ts';

/** Times that the checkpoints of ComfyUI were trained for, by which `ddim_uniform` strides in whole numbers. */
const TRAINING_TIMES = 1000;

/** The scheduler that makes a contender's levels over the model's own range, by its name there; null where none does. */
export function comfyScheduler(c: Contender): string | null {
  if (c.schedule === 'explicit') return null;
  const usual = defaults(contenderFields(c).scheduleParams as never);
  const name = exactName(scheduleAliases[c.schedule], usual as never, c.scheduleParams, comfySchedulers);
  // Strides that do not divide the times give another number of steps there.
  return name === 'ddim_uniform' && TRAINING_TIMES % c.steps !== 0 ? null : name;
}

const DIGITS = 9;
/** Nine digits, as many as tell float32 apart, and never an exponent: ManualSigmas would read two numbers in one. */
function plain(sigma: number): string {
  if (sigma === 0) return '0.0';
  const places = Math.max(1, DIGITS - 1 - Math.floor(Math.log10(sigma)));
  return sigma.toFixed(Math.min(100, places)).replace(/(\.\d+?)0+$/, '$1');
}

/** The levels as they stand. */
export const manualSigmas = (sigmas: readonly number[]): Planned => ({
  class_type: 'ManualSigmas',
  inputs: { sigmas: sigmas.map(plain).join(', ') },
});

/** A node that makes the same levels by the same rule where there is one, else the levels. */
export function levelsNode(c: Contender, sigmas: readonly number[]): Planned {
  const steps = sigmas.length - 1;
  const ends = { steps, sigma_max: sigmas[0]!, sigma_min: sigmas[steps - 1]! };
  // A rule that ends elsewhere than at 0 is no rule of theirs.
  if (sigmas[steps] !== 0) return manualSigmas(sigmas);
  if (c.schedule === 'karras')
    return { class_type: 'KarrasScheduler', inputs: { ...ends, rho: c.scheduleParams['rho'] as number } };
  if (c.schedule === 'exponential') return { class_type: 'ExponentialScheduler', inputs: ends };
  return manualSigmas(sigmas);
}
