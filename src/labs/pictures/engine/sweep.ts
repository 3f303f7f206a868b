// Paired errors over numbers of steps: which sampler gets near the solution for how many evaluations.
import { assertSound, attempts, type Dropped } from '../../../engine/diffusion/attempts.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { guidanceKey } from '../config/guidance.ts';
import type { Bench } from './bench.ts';
import type { SweepPoint } from './events.ts';
import { sidesOf } from './guiding.ts';
import { givenNumbers, givenRegisters, type StartLatents } from './noise.ts';
import { picturePlan, type PicturePlan } from './plan.ts';
import { copiesOf, NO_SOLUTION, pairedErrors, solveReference } from './run.ts';

export type SweepEvent =
  | { readonly kind: 'point'; readonly point: SweepPoint; readonly fraction: number }
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number }
  /** A contender that has no point, whatever its steps. */
  | { readonly kind: 'passed'; readonly contender: number; readonly because: string }
  | Dropped;

/** Fewest steps of the solution that a sweep measures against: well beyond its longest run. */
const beyond = (budgets: readonly number[]): number => 4 * Math.max(1, ...budgets);

/**
 * Runs every deterministic contender at every number of steps, cheap ones first. Those that draw noise have no solution
 * that they should reach from this start, and are passed over by name.
 */
export async function sweepPictures(
  bench: Bench,
  e: PicturesExperiment,
  start: StartLatents | null,
  emit: (event: SweepEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly points: number }> {
  const trying = attempts(emit, alive);
  const model = bench.planFor;
  const from = e.start?.sigma ?? null;
  const work: { readonly contender: number; readonly steps: number; readonly plan: PicturePlan }[] = [];
  /** Why contenders have no point. */
  const passed = new Map<number, string>();
  for (const steps of e.budgets)
    for (const [contender, c] of e.contenders.entries())
      await trying.of(contender, async () => {
        const plan = picturePlan(c, model, { conventions: e.conventions, from, steps });
        assertSound(plan.ops, steps);
        if (plan.stochastic) passed.set(contender, 'it draws fresh noise, so the same start has no one right end');
        else if (plan.stepwise) passed.set(contender, NO_SOLUTION);
        else work.push({ contender, steps, plan });
      });
  for (const [contender, because] of passed)
    if (!work.some((w) => w.contender === contender)) emit({ kind: 'passed', contender, because });
  if (work.length === 0) return { points: 0 };
  const longest = new Map(work.map(({ contender, plan }) => [contender, plan]));
  const needs = {
    copies: copiesOf(e.contenders, model.told),
    sides: sidesOf(e.contenders, model.network),
    givenRegisters: givenRegisters(e, longest, start),
  };
  const { problem } = await bench.prepare(e, needs, signal);
  const reference = { ...e, reference: Math.max(e.reference, beyond(e.budgets)) };
  const solved = new Map<string, Promise<Float32Array>>();
  const keys = new Set(work.map(({ contender }) => guidanceKey(e.contenders[contender]!)));
  const total = work.reduce((n, { plan }) => n + plan.passes, 0) + keys.size * reference.reference * 2;
  let spent = 0;
  let points = 0;
  for (const { contender, steps, plan } of work) {
    throwIfCancelled(signal);
    const c = e.contenders[contender]!;
    await trying.of(contender, async () => {
      const key = guidanceKey(c);
      if (!solved.has(key)) {
        emit({ kind: 'status', text: `Solution of ${reference.reference} steps`, fraction: spent / total });
        solved.set(key, solveReference(bench, reference, c, start, problem, signal));
        await solved.get(key);
        spent += 2 * reference.reference;
      }
      const ran = await problem.run({ plan, seed: e.seed, given: givenNumbers(e, c, start, problem), signal });
      spent += plan.passes;
      points++;
      emit({
        kind: 'point',
        fraction: spent / total,
        point: {
          contender,
          steps,
          nfe: plan.nfe,
          passes: plan.passes,
          wallMs: ran.wallMs,
          errors: pairedErrors(ran.x, await solved.get(key)!, e.count),
        },
      });
    });
  }
  return { points };
}
