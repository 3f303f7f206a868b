// What a search tells as it goes: how things stand after every decision, and between them how many runs are spent.
import type { Candidate, Progress } from '../experiments/search/search.ts';

export interface SearchProgress<C extends Candidate> {
  readonly kind: 'progress';
  readonly progress: Progress<C>;
  readonly remainingMs: number | null;
}

/** Between two counts of runs. */
const EVERY_MS = 250;

/** `told` is for the search, `ran` is called after every run. */
export function searchNews<C extends Candidate>(runs: number, emit: (event: SearchProgress<C>) => void) {
  const began = performance.now();
  let last: Progress<C> = { stage: 'halving', rung: 0, spent: 0, runs, standings: [] };
  let emitted = began;
  const tell = (progress: Progress<C>): void => {
    last = progress;
    emitted = performance.now();
    const each = progress.spent > 0 ? (emitted - began) / progress.spent : null;
    emit({ kind: 'progress', progress, remainingMs: each === null ? null : each * Math.max(0, runs - progress.spent) });
  };
  return {
    told: tell,
    ran: (): void => {
      if (performance.now() - emitted >= EVERY_MS) tell({ ...last, spent: last.spent + 1 });
      else last = { ...last, spent: last.spent + 1 };
    },
  };
}
