import { contenderNfe, stepsForBudget } from '../config/contender.ts';
import type { Experiment } from '../config/experiment.ts';
import { attempts, soundPlan, type Dropped } from './attempt.ts';
import type { Cost, Quality } from './run.ts';
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import type { Session } from './session.ts';

export interface SweepPoint {
  readonly contender: number;
  readonly steps: number;
  readonly seed: number;
  readonly cost: Cost;
  readonly quality: Quality;
}
export type SweepEvent =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number; readonly remainingMs: number | null }
  | { readonly kind: 'point'; readonly point: SweepPoint }
  | Dropped
  | { readonly kind: 'floor'; readonly metric: string; readonly mean: number; readonly sd: number };

/** The runs of a sweep, cheapest first within each seed, so that lines grow from the left and error bars come after. */
export async function sweepJobs(
  e: Experiment,
  signal: AbortSignal,
): Promise<{ contender: number; steps: number; nfe: number; seed: number }[]> {
  const once: { contender: number; steps: number; nfe: number }[] = [];
  for (const [contender, c] of e.contenders.entries()) {
    const counts = new Set<number>();
    for (const budget of e.budgets) {
      counts.add(stepsForBudget(c, e.model, budget));
      // Long plans take a while to count: a cancel must get through.
      if (budget > 200) await breathe();
      throwIfCancelled(signal);
    }
    for (const steps of counts) if (steps > 0) once.push({ contender, steps, nfe: contenderNfe(c, e.model, steps) });
  }
  once.sort((a, b) => a.nfe - b.nfe || a.contender - b.contender);
  return Array.from({ length: e.seeds }, (_, k) => once.map((job) => ({ ...job, seed: (e.seed + k) >>> 0 }))).flat();
}

/**
 * Runs every contender at every budget and seed; one that fails by itself is left out and named, and its points so far
 * stay. Resolves to the number of points.
 */
export async function runSweep(
  session: Session,
  e: Experiment,
  emit: (event: SweepEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ points: number }> {
  const { problem, references, judge } = await session.prepare(e, signal);
  const jobs = await sweepJobs(e, signal);
  const total = jobs.reduce((n, j) => n + j.nfe, 0);
  const trying = attempts(emit, alive);
  let points = 0;
  let spent = 0;
  let began = performance.now();
  let floors = false;
  for (const [i, { contender, steps, nfe, seed }] of jobs.entries()) {
    if (trying.failed(contender)) {
      spent += nfe;
      continue;
    }
    const elapsed = performance.now() - began;
    emit({
      kind: 'status',
      text: `Run ${i + 1} of ${jobs.length}`,
      fraction: spent / total,
      remainingMs: spent > 0 ? (elapsed / spent) * (total - spent) : null,
    });
    const known = references.has(seed);
    const before = performance.now();
    const reference = await references.get(seed, signal);
    // The reference is paid once a seed: it must not make the estimate of the rest jump.
    if (!known) began += performance.now() - before;
    const c = e.contenders[contender]!;
    const point = await trying.of(contender, async (): Promise<SweepPoint> => {
      const plan = soundPlan(c, e.model, steps);
      const done = await problem.run(plan.ops, { seed, signal });
      const quality = await judge.measure(done.x, plan.stochastic ? null : reference);
      const cost = { nfe, passes: nfe * problem.passes, gpuMs: done.gpuMs, wallMs: done.wallMs };
      return { contender, steps, seed, cost, quality };
    });
    if (point) {
      emit({ kind: 'point', point });
      points++;
    }
    spent += nfe;
    if (!floors) {
      floors = true;
      for (const floor of judge.floors()) emit({ kind: 'floor', ...floor });
    }
  }
  return { points };
}
