import type { NetworkFacts } from '../../core/part.ts';
import { defaults, type AnyField, type ParamValue } from '../../core/field.ts';
import { nfe, planOps, samplers, type SamplerId } from '../diffusion/index.ts';
import { guidanceOf, type GuidanceId } from '../guidance/index.ts';
import { createGuide, guidePlan } from '../guidance/rewrite.ts';
import type { CommonParams } from '../guidance/common.ts';
import type { Begin, Instructions, Op, AdaptivePlan, Sampler } from '../diffusion/types.ts';
import { schedules, type ScheduleId } from '../../schedules/index.ts';
import type { Schedule, SigmaRange } from '../../schedules/types.ts';
import type { Contender, OwnGuidance } from './types.ts';
import { tell } from './fitted.ts';
import { resampleLevels } from './levels.ts';
import { wrappedLevels, wrappedOps, wrapsSteer, type Halves, type Place } from './wrapping.ts';

export interface ContenderPlan {
  /** Of a sampler that chooses its own steps: the ends. */
  readonly sigmas: readonly number[];
  /** Empty where the sampler decides as it goes: what it did comes with its result. */
  readonly ops: readonly Op[];
  /** Begins the plan of a sampler that decides as it goes, as often as it is run; null of any other. */
  readonly adaptive: Begin | null;
  /** Evaluations; at most so many where the sampler decides as it goes. */
  readonly nfe: number;
  /**
   * Whether fresh noise is drawn on the way. A sampler that may draw does not when no level of the schedule lies where
   * it would (restart, churn): then its endpoint is a function of the starting noise alone.
   */
  readonly stochastic: boolean;
  /**
   * Whether guidance acts once a step, so that more steps are another law: where an endpoint is no approximation of one
   * solution. So with a momentum, and with CFG++ where a model is told something.
   */
  readonly stepwise: boolean;
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
export function contenderSigmas(c: Contender, range: SigmaRange, steps = c.steps): number[] {
  return choosesSteps(c)
    ? endsOf(levelsOf(c, range, c.schedule === 'explicit' ? c.steps : ANY_STEPS))
    : levelsOf(c, range, steps);
}

/** Whether what its sampler spends is known only afterwards: no budget of evaluations can be set. */
export function choosesCost({ sampler }: Pick<Contender, 'sampler'>): boolean {
  const made = samplerOf(sampler);
  return made.adaptive === true && !made.spendsAll;
}
/** Whether its sampler chooses its own steps, too: then their number cannot be set either. */
export function choosesSteps({ sampler }: Pick<Contender, 'sampler'>): boolean {
  const made = samplerOf(sampler);
  return made.adaptive === true && !made.keepsLevels;
}

/** Vectors that guidance keeps beside a sampler's, at most. */
export const OF_GUIDANCE = 12;

/** Where only the ends of a schedule count, its own number of steps must not move them. */
const ANY_STEPS = 10;
const endsOf = (levels: readonly number[]): number[] => {
  const positive = levels.filter((sigma) => sigma > 0);
  return [...new Set([levels[0]!, positive.at(-1)!, levels.at(-1)!])];
};

function levelsOf(c: Contender, range: SigmaRange, steps: number): number[] {
  if (c.schedule !== 'explicit') return scheduleOf(c.schedule).sigmas(steps, range, c.scheduleParams);
  return steps === c.sigmas.length - 1 ? [...c.sigmas] : resampleLevels(c.sigmas, steps, range.min);
}

/** A method with every parameter at its default, unless given. */
export const newGuidance = (method: GuidanceId, params: Params = {}): OwnGuidance => ({
  method,
  params: { ...(defaults(guidanceOf(method).params) as Params), ...params },
});

/** The fields of a contender's guidance; none where it has none of its own. */
export const guidanceFieldsOf = ({ guide }: Pick<Contender, 'guide'>): FieldTable =>
  guide ? (guidanceOf(guide.method).params as FieldTable) : {};

/** A sampler's instructions, guided as the contender says. */
export const guidedOps = ({ guide }: Pick<Contender, 'guide'>, ops: readonly Op[], place?: Place): readonly Op[] =>
  guide ? guidePlan(ops, guidanceOf(guide.method), guide.params as unknown as CommonParams, undefined, place) : ops;

/** Instructions, wrapped and guided as a contender's are: as a run of their own, or as at that place of one. */
export const pieceOf = (c: Contender, range: PlanFor, ops: readonly Op[], place?: Place): readonly Op[] =>
  guidedOps(c, wrappedOps(c, ops, range.network ?? null, range.halves, place), place);

/** A contender's own sampler along falling levels, neither wrapped nor guided. Of a sampler that decides as it goes: none. */
export function bareOps(c: Pick<Contender, 'sampler' | 'params'>, levels: readonly number[]): readonly Op[] {
  const sampler = samplerOf(c.sampler);
  return sampler.adaptive ? [] : planOps(sampler, levels, c.params);
}
/** Whether its sampler has no list of instructions before it runs. */
export const decidesAsItGoes = ({ sampler }: Pick<Contender, 'sampler'>): boolean =>
  samplerOf(sampler).adaptive === true;

/** What a plan is made for: a model's levels, and its blocks where it has some, its pictures where half of them do. */
export type PlanFor = SigmaRange & { readonly network?: NetworkFacts; readonly halves?: Halves };

/** An adaptive plan, guided as the contender says, instruction by instruction. */
function* guidedAdaptive({ guide }: Pick<Contender, 'guide'>, plan: AdaptivePlan, steps: number): AdaptivePlan {
  if (!guide) return yield* plan;
  const rewrite = createGuide(guidanceOf(guide.method), guide.params as unknown as CommonParams, steps);
  let next = plan.next(new Float64Array());
  while (!next.done) {
    let answer: Float64Array = new Float64Array();
    for (const op of rewrite(next.value)) answer = yield op;
    next = plan.next(answer);
  }
}

/** What is carried out of a plan. */
export const instructionsOf = ({ ops, adaptive }: Pick<ContenderPlan, 'ops' | 'adaptive'>): Instructions =>
  adaptive ?? ops;

/** The parameters with which a sampler that chooses its own steps may be expected to spend about so much; null for others. */
export function nearBudget(c: Contender, budget: number): Contender | null {
  const sampler = samplerOf(c.sampler);
  return sampler.adaptive ? { ...c, params: sampler.near(budget, c.params) as Params } : null;
}

/** The instructions that a contender runs; `steps` other than its own serve the sweep. */
export function contenderPlan(c: Contender, range: PlanFor, steps = c.steps): ContenderPlan {
  const sigmas = wrappedLevels(c, contenderSigmas(c, range, steps));
  const sampler = samplerOf(c.sampler);
  if (sampler.adaptive) {
    const own = c.guide && guidanceOf(c.guide.method).stepwise?.(c.guide.params as never);
    // Where it chooses its own steps, shares of them are those of ten.
    const shares = sampler.keepsLevels ? sigmas.length - 1 : ANY_STEPS;
    const begin = () => guidedAdaptive(c, sampler.plan(sigmas, c.params), shares);
    const registers = sampler.registers?.(sigmas.length - 1, c.params);
    return {
      sigmas,
      ops: [],
      adaptive: registers === undefined ? begin : Object.assign(begin, { registers: registers + OF_GUIDANCE }),
      nfe: sampler.atMost(steps, c.params),
      stochastic: sampler.stochastic(c.params),
      stepwise: own === true,
    };
  }
  const plan = wrappedOps(c, planOps(sampler, sigmas, c.params), range.network ?? null, range.halves);
  const guided = guidedOps(c, plan);
  const ops = c.asked && c.schedule === 'explicit' ? tell(guided, c.sigmas, c.asked) : guided;
  const own = c.guide && guidanceOf(c.guide.method).stepwise?.(c.guide.params as never);
  return {
    sigmas,
    ops,
    adaptive: null,
    nfe: nfe(ops),
    stochastic: ops.some((o) => o.op === 'noise'),
    stepwise: own === true || wrapsSteer(c) || plan.some((o) => o.op === 'eval' && o.role === 'null'),
  };
}

/** Whether the sampler may draw fresh noise with these parameters; what a plan does is its own `stochastic`. */
export const isStochastic = (c: Contender): boolean => samplerOf(c.sampler).stochastic(c.params);

/** Whether a contender draws fresh noise at its own number of steps. */
export function drawsNoise(c: Contender, range: PlanFor): boolean {
  const known = drawing.get(c) ?? new Map<string, boolean>();
  drawing.set(c, known);
  const key = `${range.min} ${range.max}`;
  const draws = known.get(key) ?? ((isStochastic(c) || c.wraps !== undefined) && contenderPlan(c, range).stochastic);
  known.set(key, draws);
  return draws;
}
const drawing = new WeakMap<Contender, Map<string, boolean>>();

/** Evaluations by number of steps, once counted: a plan of 1,000 steps takes up to a quarter of a second to write. */
const counted = new WeakMap<Contender, Map<string, number>>();

/** Evaluations that a contender spends on `steps` steps. */
export function contenderNfe(c: Contender, range: PlanFor, steps: number): number {
  const known = counted.get(c) ?? new Map<string, number>();
  const key = `${range.min} ${range.max} ${steps}`;
  counted.set(c, known);
  const count = known.get(key) ?? contenderPlan(c, range, steps).nfe;
  known.set(key, count);
  return count;
}

/** Evaluations to reckon time by: of a sampler that chooses its own steps, what it is likely to spend, not its bound. */
export const expectedNfe = (c: Contender, range: PlanFor, steps = c.steps): number => {
  const most = contenderNfe(c, range, steps);
  if (!choosesCost(c)) return most;
  return Math.min(most, choosesSteps(c) ? LIKELY : LIKELY_A_STEP * steps);
};
const LIKELY = 60;
const LIKELY_A_STEP = 3;

/**
 * Largest number of steps whose plan costs at most `budget` evaluations, or 0 when even one step costs more.
 * Evaluations never fall as steps grow, and grow nearly evenly: a straight line guesses, neighbours decide. 0 also for a
 * sampler whose cost is known only afterwards, which no budget binds.
 */
export function stepsForBudget(c: Contender, range: PlanFor, budget: number): number {
  if (choosesCost(c)) return 0;
  const cost = (steps: number) => contenderNfe(c, range, steps);
  // Without wrappers every step costs an evaluation at least.
  const most = c.wraps ? 1000 : Math.min(budget, 1000);
  const slope = c.wraps ? Math.max(0.05, (cost(28) - cost(8)) / 20) : Math.max(1, cost(9) - cost(8));
  let steps = Math.max(0, Math.min(most, 8 + Math.floor((budget - cost(8)) / slope)));
  while (steps > 0 && cost(steps) > budget) steps--;
  while (steps < most && cost(steps + 1) <= budget) steps++;
  return steps;
}
