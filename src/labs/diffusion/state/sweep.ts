// Fills the charts: the same contenders over the evaluation budgets and seeds. Only what changed is computed again.
import type { Experiment } from '../config/experiment.ts';
import { modelCard } from '../config/menus.ts';
import type { Requests } from '../worker/protocol.ts';
import type { Call } from '../../../engine/worker/client.ts';
import { connection, deviceFree, hold } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { asFailure, dismiss, notifyFailure } from '../../../frame/state/notices.ts';
import { runStore } from './runStore.ts';
import { addPoints, contenderKey, sharedKey, sweepStore, type SlotPoint } from './sweepStore.ts';
import type { SweepProgress } from './types.ts';
import type { Slot } from '../../../frame/state/slots.ts';

/** A sweep that is estimated to take longer than this waits for the reader's word. */
const AUTOMATIC_MS = 30_000;
/**
 * The first point is drawn at once, the others in groups: drawing charts competes with the sweep for a small processor.
 */
const FLUSH_MS = 400;

let call: Call<'sweep', Requests> | null = null;
let sweeps = 0;
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
  sweeps++;
  call?.cancel();
  call = null;
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

export async function sweep(): Promise<void> {
  const client = connection();
  const { experiment, slots } = experimentStore.getState();
  outdateSweep();
  const wanted = slots
    .map((slot, i) => ({ slot, contender: experiment.contenders[i]! }))
    .filter(({ slot }) => !complete.has(slot));
  if (!client || wanted.length === 0) return;
  const mine = ++sweeps;
  let waiting: SlotPoint[] = [];
  let timer = 0;
  const flush = () => {
    timer = 0;
    const added = waiting;
    waiting = [];
    if (mine === sweeps && added.length > 0)
      sweepStore.setState(({ points }) => ({ points: addPoints(points, added) }));
  };
  const onProgress = (progress: SweepProgress) => {
    if (mine !== sweeps) return;
    if (progress.kind === 'status')
      return sweepStore.setState({
        text: progress.text,
        fraction: progress.fraction,
        remainingMs: progress.remainingMs,
      });
    if (progress.kind === 'floor')
      return sweepStore.setState(({ floors }) => ({
        floors: { ...floors, [progress.metric]: { mean: progress.mean, sd: progress.sd } },
      }));
    const { contender, ...point } = progress.point;
    waiting.push({ ...point, slot: wanted[contender]!.slot });
    timer ||= window.setTimeout(flush, sweepStore.getState().points.length === 0 ? 0 : FLUSH_MS);
  };
  sweepStore.setState({ phase: 'running', text: 'Sweeping', fraction: 0, remainingMs: null });
  try {
    await deviceFree();
    if (mine !== sweeps) return;
    call = client.ask(
      'sweep',
      { experiment: { ...experiment, contenders: wanted.map((w) => w.contender) } },
      onProgress,
    );
    await hold(call.done);
    flush();
    if (mine !== sweeps) return;
    for (const { slot, contender } of wanted) complete.set(slot, contenderKey(contender));
    sweepStore.setState({ phase: 'done', text: '', fraction: 1, remainingMs: 0 });
    dismiss('sweep');
  } catch (thrown) {
    flush();
    if (mine !== sweeps) return;
    const failure = asFailure(thrown);
    sweepStore.setState({ phase: failure.name === 'Cancelled' ? 'cancelled' : 'failed', text: '', remainingMs: null });
    if (failure.name !== 'Cancelled') notifyFailure('sweep', failure);
  } finally {
    clearTimeout(timer);
  }
}
/** Stops the sweep, also one that still waits for an older request to let go of the device. */
export function cancelSweep(): void {
  if (call) return call.cancel();
  sweeps++;
  sweepStore.setState({ phase: 'cancelled', text: '', remainingMs: null });
}
