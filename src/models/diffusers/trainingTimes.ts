// The training times that schedulers of diffusers visit, highest first, whole or fractional as each of them has it.
import { FormatError } from '../../formats/error.ts';
import type { DiscreteSchedulerConfig, TimestepSpacing } from '../../formats/diffusers/scheduler.ts';
import { roundHalfEven } from '../../schedules/round.ts';

const refuse = (steps: number, why: string) =>
  new FormatError(`${steps} steps cannot be taken as diffusers takes them: ${why}`, 'Take another number of steps.');

/** Which rule a class follows: of plain tables, of levels between entries, of solvers, and of LCM. */
const rules = {
  DDPMScheduler: 'whole',
  DDIMScheduler: 'whole',
  PNDMScheduler: 'whole',
  EulerDiscreteScheduler: 'fractional',
  EulerAncestralDiscreteScheduler: 'fractional',
  LMSDiscreteScheduler: 'fractional',
  HeunDiscreteScheduler: 'fractional',
  DPMSolverMultistepScheduler: 'solver',
  UniPCMultistepScheduler: 'solver',
  LCMScheduler: 'consistency',
} as const satisfies Record<DiscreteSchedulerConfig['scheduler'], string>;
export const timesRule = (config: DiscreteSchedulerConfig) => rules[config.scheduler];

/** `count` numbers from 0 to `last`, as NumPy's linspace makes them; one is 0. */
const linspace = (last: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === count - 1 && count > 1 ? last : i * (last / Math.max(1, count - 1))));

/**
 * From `top` down in strides of ratio, as NumPy's arange makes them: its stride is the difference of the first two, and
 * one ulp decides a tie. (Its rounding can also add an entry below the table, n = 61, 103, …: that one is not taken.)
 */
function trailing(top: number, ratio: number, count: number): number[] {
  const stride = top - ratio - top;
  return Array.from({ length: count }, (_, i) => roundHalfEven(top + i * stride) - 1);
}

function spaced(spacing: TimestepSpacing, steps: number, total: number, offset: number): number[] {
  if (spacing === 'trailing') return trailing(total, total / steps, steps);
  if (spacing === 'linspace') return linspace(total - 1, steps).reverse();
  const stride = Math.floor(total / steps);
  return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + offset);
}

/** Solvers leave out the last of n + 1 times, which their last step goes to. */
function solverTimes(config: DiscreteSchedulerConfig, steps: number, total: number): number[] {
  const { spacing, trainSteps, offset } = config;
  if (spacing === 'trailing') return trailing(total, trainSteps / steps, steps);
  if (spacing === 'linspace')
    return linspace(total - 1, steps + 1)
      .map(roundHalfEven)
      .reverse()
      .slice(0, -1);
  return spaced('leading', steps + 1, total, offset).slice(0, -1);
}

/** A model distilled from `originalSteps` steps of its teacher knows only these; some of them, evenly. */
function consistencyTimes({ trainSteps, originalSteps }: DiscreteSchedulerConfig, steps: number): number[] {
  if (steps > originalSteps)
    throw refuse(steps, `this model was made from ${originalSteps} steps of another one, and has no more`);
  const stride = Math.floor(trainSteps / originalSteps);
  return Array.from(
    { length: steps },
    (_, i) => (originalSteps - Math.floor(i * (originalSteps / steps))) * stride - 1,
  );
}

/** `total`: how many times there are before the least log(α/σ) of the configuration. FormatError for too many steps. */
export function trainingTimes(config: DiscreteSchedulerConfig, steps: number, total: number): number[] {
  const { trainSteps, spacing, offset } = config;
  const rule = timesRule(config);
  const most = rule === 'solver' ? total - 1 : trainSteps;
  if (!Number.isInteger(steps) || steps < 1 || steps > most)
    throw refuse(steps, `the model knows ${trainSteps} noise levels, and whole steps from 1 to ${most} fit them`);
  let times: number[];
  if (rule === 'consistency') times = consistencyTimes(config, steps);
  else if (rule === 'solver') times = solverTimes(config, steps, total);
  else times = spaced(spacing, steps, trainSteps, offset);
  if (rule === 'whole') times = times.map(roundHalfEven);
  if (times[0]! > trainSteps - 1)
    throw refuse(steps, `steps_offset = ${offset} begins at time ${times[0]}, beyond the last, ${trainSteps - 1}`);
  return times;
}
