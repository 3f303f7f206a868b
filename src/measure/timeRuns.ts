// The time of one run: repeated until the clock sees it well, then sampled.
import { throwIfCancelled } from '../core/cancel.ts';
import type { Clock, RecordPass } from '../gpu/timing.ts';
import { samplePlan, SLOW_RUN_MS, summary } from './statistics.ts';
import type { Timing } from './types.ts';

export interface TimeOptions {
  readonly samples: number;
  readonly signal: AbortSignal;
  /** What the timing of one version may take. */
  readonly budgetMs?: number;
  readonly mostRepeats: number;
}
const BUDGET_MS = 6000;
/** Of one submit: a longer one stalls a page's other work, or is killed by a watchdog. */
const SUBMIT_MS = 100;

/** Warm-up, repeats until the clock sees them well, then samples. */
export async function timeRuns(
  clock: Clock,
  record: (repeats: number) => RecordPass,
  { samples, signal, budgetMs = BUDGET_MS, mostRepeats }: TimeOptions,
): Promise<{ readonly timing: Timing | null; readonly because: string }> {
  const take = async (repeats: number, count: number, batch: number) => {
    const ms: number[] = [];
    let last: Awaited<ReturnType<Clock['times']>> | undefined;
    for (let left = count; left > 0; left -= batch) {
      throwIfCancelled(signal);
      last = await clock.times(Array<RecordPass>(Math.min(left, batch)).fill(record(repeats)));
      ms.push(...last.ms.filter((t) => t > 0)); // 0: shorter than a step of the clock, or the clock was reset meanwhile
    }
    return { ms, source: last!.source, resolutionMs: last!.resolutionMs };
  };
  const first = await take(1, 1, 1);
  const { source } = first;
  const slow = first.ms[0]! > SLOW_RUN_MS;
  let { ms, resolutionMs } = first;
  // A run of seconds is not run once more than it must be.
  if (!slow) ms.push(...(await take(1, 1, 1)).ms);
  // Submitting and waiting is part of what a page's own clock sees: it is measured, stated as the resolution, and made
  // small by repeats.
  if (source === 'wall') {
    const empty: number[] = [];
    for (let i = 0; i < 5; i++) empty.push(...(await clock.times([() => {}])).ms);
    resolutionMs = Math.max(resolutionMs, Math.min(...empty));
  }
  // No time at all: shorter than a step of the clock, or the clock was reset.
  const shortest = (times: readonly number[]) => (times.length > 0 ? Math.min(...times) : 0);
  let runMs = shortest(ms);
  let repeats = 1;
  // The number of repeats cannot be derived from a time that the clock hardly resolves.
  while (!(runMs * repeats >= 10 * resolutionMs) && repeats < mostRepeats) {
    repeats = Math.min(mostRepeats, repeats * 8);
    const more = await take(repeats, 2, 1);
    if (source === 'timestamp') resolutionMs = more.resolutionMs;
    runMs = shortest(more.ms) / repeats;
  }
  if (!(runMs > 0 && Number.isFinite(runMs))) return { timing: null, because: 'the clock of this device gave no time' };
  let plan = samplePlan(runMs, resolutionMs, samples, budgetMs, mostRepeats);
  const submit = (p: typeof plan) => Math.max(1, Math.min(clock.capacity, Math.floor(SUBMIT_MS / (p.repeats * runMs))));
  // Other load on the machine may have made the first runs look long: the shortest of a few is a better estimate.
  if (!slow) {
    const again = await take(plan.repeats, 3, Math.min(3, submit(plan)));
    if (again.ms.length > 0) runMs = Math.min(runMs, shortest(again.ms) / plan.repeats);
    plan = samplePlan(runMs, resolutionMs, samples, budgetMs, mostRepeats);
  }
  const got = await take(plan.repeats, plan.samples, submit(plan));
  if (got.ms.length < plan.samples / 2)
    return { timing: null, because: 'the clock of this device gave no time for most samples' };
  if (source === 'timestamp') resolutionMs = got.resolutionMs;
  ms = got.ms;
  const { median, low, high } = summary(ms.map((t) => t / plan.repeats));
  return {
    timing: {
      medianMs: median,
      lowMs: low,
      highMs: high,
      samples: ms.length,
      repeats: plan.repeats,
      source,
      resolutionMs: resolutionMs / plan.repeats,
    },
    because: plan.because,
  };
}
