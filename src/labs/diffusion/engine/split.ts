// The error of a learned model's samples in two parts: what the steps leave of the learned flow, and how far that flow itself is
// from the exact one. Both flows are solved with many steps from the same noise, so neither part is a guess. The parts of
// Yu et al. 2025, https://arxiv.org/abs/2506.13058: errors of discretisation and of approximation.
import '../../../wrappers/index.ts';
import { halfWidth } from '../../../metrics/intervals.ts';
import { judge } from '../../../metrics/samples/index.ts';
import { PARTS, partsLeftOut, scaled } from '../../../metrics/samples/leaveOut.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import type { Experiment } from '../config/experiment.ts';
import { attempts, soundPlan, type Dropped } from './attempt.ts';
import type { Session } from './session.ts';

/** Half of the samples are closer, in data units, with half the width of a 95 % interval; null for too few samples. */
export interface Median {
  readonly value: number;
  readonly half: number | null;
}
export interface SplitRow {
  readonly contender: number;
  /** From the learned flow's end. */
  readonly discretisation: Median;
  /** From the learned flow's end to the exact one's: the same for all that are guided alike. */
  readonly approximation: Median;
  /** From the exact flow's end. */
  readonly total: Median;
}
export type SplitEvent =
  | { readonly kind: 'row'; readonly row: SplitRow }
  /** It follows no flow of its own: it draws noise, or its guidance acts once a step. */
  | { readonly kind: 'none'; readonly contender: number }
  | Dropped;

const IDS = ['paired_median'] as const;
function medianOf(x: Float32Array, reference: Float32Array, dim: number): Median {
  const n = x.length / dim;
  const subject = { samples: { n, dim, data: x }, reference: { n, dim, data: reference } };
  const without = partsLeftOut(subject);
  const parts = without && Array.from({ length: PARTS }, (_, part) => judge(without(part), IDS).paired_median!);
  return { value: judge(subject, IDS).paired_median!, half: parts && halfWidth(scaled(parts, n)) };
}

/** Splits the error of every contender; throws a RangeError for a model that is not learned beside a closed form. */
export async function runSplit(
  session: Session,
  e: Experiment,
  emit: (event: SplitEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly rows: number }> {
  const { problem, references } = await session.prepare(e, signal);
  if (!problem.key.learned) throw new RangeError('Only a learned denoiser has an error of approximation.');
  const { dim } = problem.key.card.shape;
  const trying = attempts(emit, alive);
  let rows = 0;
  for (const [contender, c] of e.contenders.entries())
    await trying.of(contender, async () => {
      const plan = soundPlan(c, e, problem.identity);
      if (plan.stochastic || plan.stepwise) return emit({ kind: 'none', contender });
      const { x } = await problem.run(instructionsOf(plan), { seed: e.seed, signal });
      const exact = await references.get(e.seed, signal, c);
      const learned = await references.get(e.seed, signal, c, 'own');
      emit({
        kind: 'row',
        row: {
          contender,
          discretisation: medianOf(x, learned, dim),
          approximation: medianOf(learned, exact, dim),
          total: medianOf(x, exact, dim),
        },
      });
      rows++;
    });
  return { rows };
}
