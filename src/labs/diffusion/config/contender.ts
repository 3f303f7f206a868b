import { defaults, type AnyField, type ParamValue } from '../../../core/field.ts';
import { models, type ModelId } from '../../../models/index.ts';
import { nfe, planOps, samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { Op, Sampler } from '../../../samplers/diffusion/types.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import type { Schedule } from '../../../schedules/types.ts';
import type { Contender } from './experiment.ts';
import { resampleLevels } from './levels.ts';

export interface ContenderPlan {
  readonly sigmas: readonly number[];
  readonly ops: readonly Op[];
  readonly nfe: number;
}

type Params = Readonly<Record<string, ParamValue>>;
export type FieldTable = Readonly<Record<string, AnyField>>;

const samplerOf = (id: SamplerId): Sampler => samplers[id];
const scheduleOf = (id: ScheduleId): Schedule => schedules[id];

/** The field tables of a contender's sampler and schedule (empty for an explicit list). */
export function contenderFields(c: Pick<Contender, 'sampler' | 'schedule'>): {
  readonly params: FieldTable;
  readonly scheduleParams: FieldTable;
} {
  return {
    params: samplerOf(c.sampler).params as FieldTable,
    scheduleParams: c.schedule === 'explicit' ? {} : (scheduleOf(c.schedule).params as FieldTable),
  };
}

/** A contender with every parameter at its default, unless given. */
export function newContender(
  sampler: SamplerId,
  steps: number,
  schedule: ScheduleId = 'karras',
  params: Params = {},
  scheduleParams: Params = {},
): Contender {
  return {
    sampler,
    schedule,
    steps,
    sigmas: [],
    params: { ...(defaults(samplerOf(sampler).params) as Params), ...params },
    scheduleParams: { ...(defaults(scheduleOf(schedule).params) as Params), ...scheduleParams },
  };
}

/** The noise levels in force: `steps` + 1 of them, descending. */
export function contenderSigmas(c: Contender, model: ModelId, steps = c.steps): number[] {
  const { range } = models[model];
  if (c.schedule !== 'explicit') return scheduleOf(c.schedule).sigmas(steps, range, c.scheduleParams);
  return steps === c.sigmas.length - 1 ? [...c.sigmas] : resampleLevels(c.sigmas, steps, range.min);
}

/** The instructions that a contender runs; `steps` other than its own serve the sweep. */
export function contenderPlan(c: Contender, model: ModelId, steps = c.steps): ContenderPlan {
  const sigmas = contenderSigmas(c, model, steps);
  const ops = planOps(samplerOf(c.sampler), sigmas, c.params);
  return { sigmas, ops, nfe: nfe(ops) };
}

export const isStochastic = (c: Contender): boolean => samplerOf(c.sampler).stochastic(c.params);

/** Evaluations by number of steps, once counted: a plan of 1,000 steps takes up to a quarter of a second to write. */
const counted = new WeakMap<Contender, Map<string, number>>();

/** Evaluations that a contender spends on `steps` steps. */
export function contenderNfe(c: Contender, model: ModelId, steps: number): number {
  const known = counted.get(c) ?? new Map<string, number>();
  const key = `${model} ${steps}`;
  counted.set(c, known);
  const count = known.get(key) ?? contenderPlan(c, model, steps).nfe;
  known.set(key, count);
  return count;
}

/**
 * Largest number of steps whose plan costs at most `budget` evaluations, or 0 when even one step costs more.
 * Evaluations never fall as steps grow, and grow nearly evenly: a straight line guesses, neighbours decide.
 */
export function stepsForBudget(c: Contender, model: ModelId, budget: number): number {
  const cost = (steps: number) => contenderNfe(c, model, steps);
  const most = Math.min(budget, 1000);
  const slope = Math.max(1, cost(9) - cost(8));
  let steps = Math.max(0, Math.min(most, 8 + Math.floor((budget - cost(8)) / slope)));
  while (steps > 0 && cost(steps) > budget) steps--;
  while (steps < most && cost(steps + 1) <= budget) steps++;
  return steps;
}

/** "DPM++ 2M · Karras · 10 steps" */
export function contenderTitle(c: Contender): string {
  const schedule = c.schedule === 'explicit' ? 'own σ list' : scheduleOf(c.schedule).title;
  return `${samplerOf(c.sampler).title} · ${schedule} · ${c.steps} ${c.steps === 1 ? 'step' : 'steps'}`;
}
