import { flowNfe, type LikelihoodSettings } from '../../../samplers/likelihood/cost.ts';
import { choosesSteps, contenderNfe, nearBudget, stepsForBudget } from '../config/contender.ts';
import type { Experiment } from '../config/experiment.ts';
import { attempts, soundPlan, type Dropped } from './attempt.ts';
import type { Cost, Quality } from './run.ts';
import { costOf } from '../../../engine/diffusion/cost.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import type { Session } from './session.ts';

export interface SweepPoint {
  readonly contender: number;
  /** Of a contender that chooses its own steps: the evaluations that its tolerances were set for. */
  readonly steps: number;
  /** Whether it chooses its own steps. */
  readonly chosen?: true;
  readonly seed: number;
  readonly cost: Cost;
  readonly quality: Quality;
}
export type SweepEvent =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number; readonly remainingMs: number | null }
  | { readonly kind: 'point'; readonly point: SweepPoint }
  | Dropped
  | { readonly kind: 'floor'; readonly metric: string; readonly mean: number; readonly sd: number };

/** 0 … n − 1 from coarse to fine: the ends, the middle, the middles of the halves, and so on. */
export function coarseToFine(n: number): readonly number[] {
  const order = [...new Set([0, n - 1])].filter((i) => i >= 0 && i < n);
  for (let parts = 2; order.length < n; parts *= 2)
    for (let k = 1; k < parts; k += 2) {
      const i = Math.round((k * (n - 1)) / parts);
      if (!order.includes(i)) order.push(i);
    }
  return order;
}

/**
 * The runs of a sweep: within a seed the budgets from coarse to fine, so that lines span the chart early; error bars
 * come after.
 */
export async function sweepJobs(
  e: Experiment,
  signal: AbortSignal,
): Promise<{ contender: number; steps: number; nfe: number; seed: number }[]> {
  const once: { contender: number; steps: number; nfe: number; turn: number }[] = [];
  const turns = coarseToFine(e.budgets.length);
  for (const [contender, c] of e.contenders.entries()) {
    const counts = new Map<number, number>();
    for (const [i, budget] of e.budgets.entries()) {
      // Where no budget can be set, tolerances stand for it.
      const steps = nearBudget(c, budget) ? budget : stepsForBudget(c, e.model, budget);
      counts.set(steps, Math.min(turns.indexOf(i), counts.get(steps) ?? Infinity));
      // Long plans take a while to count: a cancel must get through.
      if (budget > 200) await breathe();
      throwIfCancelled(signal);
    }
    for (const [steps, turn] of counts)
      if (steps > 0)
        once.push({ contender, steps, nfe: nearBudget(c, steps) ? steps : contenderNfe(c, e.model, steps), turn });
  }
  once.sort((a, b) => a.turn - b.turn || a.nfe - b.nfe || a.contender - b.contender);
  return Array.from({ length: e.seeds }, (_, k) =>
    once.map(({ contender, steps, nfe }) => ({ contender, steps, nfe, seed: (e.seed + k) >>> 0 })),
  ).flat();
}

/**
 * Runs every contender at every budget and seed; one that fails by itself is left out and named, and its points so far
 * stay. With `follow` the samples of each are followed up their flow, too, and have a log-likelihood. Resolves to the number of points.
 */
export async function runSweep(
  session: Session,
  e: Experiment,
  emit: (event: SweepEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
  follow: LikelihoodSettings | null = null,
): Promise<{ points: number }> {
  const { problem, references, judge } = await session.prepare(e, signal);
  const jobs = await sweepJobs(e, signal);
  const more = follow ? flowNfe(problem.key.card.shape.dim, follow) : 0;
  // What few ask for is loaded when it is asked for.
  const flows = follow && (await import('./likelihood.ts'));
  const total = jobs.reduce((n, j) => n + j.nfe + more, 0);
  const trying = attempts(emit, alive);
  let points = 0;
  let spent = 0;
  let began = performance.now();
  let floors = false;
  for (const [i, { contender, steps, nfe, seed }] of jobs.entries()) {
    if (trying.failed(contender)) {
      spent += nfe + more;
      continue;
    }
    const elapsed = performance.now() - began;
    emit({
      kind: 'status',
      text: `Run ${i + 1} of ${jobs.length}`,
      fraction: spent / total,
      remainingMs: spent > 0 ? (elapsed / spent) * (total - spent) : null,
    });
    const c = e.contenders[contender]!;
    const solve = async () => {
      const known = references.has(seed, c);
      const before = performance.now();
      const reference = await references.get(seed, signal, c);
      // The reference is paid once a seed: it must not make the estimate of the rest jump.
      if (!known) began += performance.now() - before;
      return reference;
    };
    // That it cannot be solved is no contender's own fault, unless its own guidance is what it asks for.
    const shared = c.guide ? null : await solve();
    const point = await trying.of(contender, async (): Promise<SweepPoint> => {
      const asked = flows && follow && flows.follower(session, problem, e, c, follow);
      const near = nearBudget(c, steps);
      const plan = soundPlan(near ?? c, e, problem.identity, steps);
      const done = await problem.run(instructionsOf(plan), { seed, signal });
      const alone = plan.stochastic || plan.stepwise;
      const quality = await judge.measure(done.x, alone ? null : (shared ?? (await solve())));
      const followed = asked && (await asked(done.x, { seed, signal }));
      return {
        contender,
        steps,
        ...(choosesSteps(c) && { chosen: true }),
        seed,
        cost: costOf(done, problem),
        quality: { ...quality, ...followed },
      };
    });
    if (point) {
      emit({ kind: 'point', point });
      points++;
    }
    spent += nfe + more;
    if (!floors) {
      floors = true;
      for (const floor of judge.floors()) emit({ kind: 'floor', ...floor });
    }
  }
  return { points };
}
