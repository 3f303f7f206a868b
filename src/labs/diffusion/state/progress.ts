// How far a run is, counted in evaluations: the worker tells of contenders, the pictures tell of steps.
import { expectedNfe } from '../config/contender.ts';
import { timeLeft } from '../../../frame/state/timeLeft.ts';
import type { Experiment } from '../config/experiment.ts';

export interface Progress {
  readonly fraction: number;
  readonly remainingMs: number | null;
}

/** Share of all evaluations done when contender `contender` has made `step` of its `steps` steps. */
export function shareDone(nfes: readonly number[], contender: number, step: number, steps: number): number {
  const before = nfes.slice(0, contender).reduce((a, b) => a + b, 0);
  const total = nfes.reduce((a, b) => a + b, 0);
  return total === 0 ? 0 : (before + (nfes[contender] ?? 0) * (step / Math.max(1, steps))) / total;
}

export function progressOf(
  e: Experiment,
  startedAt: number,
): (contender: number, step: number, steps: number, now: number) => Progress {
  const nfes = e.contenders.map((c) => expectedNfe(c, e.model));
  return (contender, step, steps, now) => {
    const fraction = shareDone(nfes, contender, step, steps);
    return { fraction, remainingMs: timeLeft(now - startedAt, fraction) };
  };
}
