// Fills the charts: the same contenders over the evaluation budgets and seeds. Only what changed is computed again.
import type { Experiment } from '../config/experiment.ts';
import { modelCard } from '../config/menus.ts';
import { createBatch, nextFlush } from '../../../frame/state/frameBatch.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import { createTask, type TaskNews } from '../../../frame/state/task.ts';
import type { Requests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { nobodyLeftOut, tellLeftOut } from './leftOut.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { runStore } from './runStore.ts';
import { addPoints, contenderKey, sharedKey, sweepStore, type SlotPoint, type SweepState } from './sweepStore.ts';
import type { SweepProgress } from './types.ts';

/** A sweep that is estimated to take longer than this waits for the reader's word. */
const AUTOMATIC_MS = 30_000;
let flushMs = 0;

let shared = '';
/** Contenders whose points are complete. */
const complete = new Map<Slot, string>();

/**
 * Milliseconds that a sweep would take, from the costs of the run at hand; null before there is one. The quickest
 * contender counts: the others may have paid for compiling.
 */
export function estimateMs(
  e: Experiment,
  costs: readonly { readonly nfe: number; readonly wallMs: number }[],
): number | null {
  const timed = costs.filter((c) => c.nfe > 0 && c.wallMs > 0);
  if (timed.length === 0) return null;
  const perEvaluation = timed.reduce((least, c) => Math.min(least, c.wallMs / c.nfe), Infinity);
  return perEvaluation * e.budgets.reduce((a, b) => a + b, 0) * e.seeds * e.contenders.length;
}

/** Stops a sweep under way and drops the points that the present experiment has outdated. */
export function outdateSweep(): void {
  task.cancel();
  batch.drop();
  const { experiment, slots } = experimentStore.getState();
  if (sharedKey(experiment) !== shared) {
    complete.clear();
    sweepStore.setState({ points: [], floors: {} });
  }
  shared = sharedKey(experiment);
  for (const [slot, key] of complete) {
    const at = slots.indexOf(slot);
    if (at < 0 || contenderKey(experiment.contenders[at]!) !== key) complete.delete(slot);
  }
  sweepStore.setState(({ points }) => ({
    points: points.filter((p) => complete.has(p.slot)),
    phase: complete.size === slots.length ? 'done' : 'idle',
    text: '',
    fraction: 0,
    remainingMs: null,
  }));
}

/** After a run: sweeps at once where it is cheap, otherwise leaves the button to the reader. */
export function sweepIfCheap(): void {
  const { experiment } = experimentStore.getState();
  const { results } = runStore.getState();
  const estimate = estimateMs(
    experiment,
    Object.values(results).map((r) => r.cost),
  );
  if (modelCard(experiment.model).shape.kind === 'point' && estimate !== null && estimate < AUTOMATIC_MS) void sweep();
}

const batch = createBatch<SlotPoint>(
  (added) => sweepStore.setState(({ points }) => ({ points: addPoints(points, added) })),
  (work) => {
    setTimeout(work, flushMs);
    flushMs = nextFlush(flushMs);
  },
);
const AT: Readonly<Record<TaskNews<never>['phase'], Partial<SweepState>>> = {
  running: { text: 'Sweeping', fraction: 0, remainingMs: null },
  done: { text: '', fraction: 1, remainingMs: 0 },
  cancelled: { text: '', remainingMs: null },
  failed: { text: '', remainingMs: null },
};
const task = createTask<Requests, 'sweep', DiffusionAction>({
  connection,
  kind: 'sweep',
  notices,
  takesTurns: true,
  onNews({ phase }) {
    if (phase !== 'running') batch.flush();
    sweepStore.setState({ phase, ...AT[phase] });
  },
});

function onProgress(progress: SweepProgress, slotOf: (contender: number) => Slot): void {
  switch (progress.kind) {
    case 'status': {
      const { text, fraction, remainingMs } = progress;
      return sweepStore.setState({ text, fraction, remainingMs });
    }
    case 'floor': {
      const { metric, mean, sd } = progress;
      return sweepStore.setState(({ floors }) => ({ floors: { ...floors, [metric]: { mean, sd } } }));
    }
    case 'point': {
      const { contender, ...point } = progress.point;
      return batch.push({ ...point, slot: slotOf(contender) });
    }
    case 'dropped': {
      const slot = slotOf(progress.contender);
      const { experiment, slots } = experimentStore.getState();
      const index = slots.indexOf(slot);
      return index < 0 ? undefined : tellLeftOut('sweep', index, experiment.contenders[index]!, progress);
    }
    default:
      progress satisfies never;
  }
}

export async function sweep(): Promise<void> {
  const { experiment, slots } = experimentStore.getState();
  outdateSweep();
  const wanted = slots
    .map((slot, i) => ({ slot, contender: experiment.contenders[i]! }))
    .filter(({ slot }) => !complete.has(slot));
  if (wanted.length === 0) return;
  nobodyLeftOut('sweep');
  flushMs = 0;
  const out = await task.run(() => ({ experiment: { ...experiment, contenders: wanted.map((w) => w.contender) } }), {
    onProgress: (progress) => onProgress(progress, (contender) => wanted[contender]!.slot),
  });
  if (out) for (const { slot, contender } of wanted) complete.set(slot, contenderKey(contender));
}
/** Stops the sweep, also one that still waits for an older request to let go of the device. */
export const cancelSweep = (): void => task.cancel();
