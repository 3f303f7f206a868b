// Runs the experiment: one run at a time, the newest wins, and what it produces goes to the stores and the frame bus.
import { formatExperiment } from '../config/codec.ts';
import { contenderTitle } from '../config/contender.ts';
import { modelCard } from '../config/menus.ts';
import type { Requests } from '../worker/protocol.ts';
import type { Call } from '../../../engine/worker/client.ts';
import { connection, deviceFree, hold } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { frames } from './frames.ts';
import { remember } from '../../../frame/state/history.ts';
import {
  asFailure,
  dismiss,
  kernelNotice,
  notify,
  notifyFailure,
  type NoticeAction,
} from '../../../frame/state/notices.ts';
import { progressOf } from './progress.ts';
import { keepResults, runStore } from './runStore.ts';
import { type RunProgress } from './types.ts';
import { REFERENCE, type Slot } from '../../../frame/state/slots.ts';

/** An experiment enters the history when it has stood this long. */
const SETTLED_MS = 2500;
let call: Call<'run', Requests> | null = null;
let runs = 0;
/** The run that the worker knows of; behind `runs` while the newest waits for the device. */
let asked = 0;
let settling = 0;
/** The progress line is redrawn at most this often, however fast pictures come. */
const TELL_MS = 100;
let told = 0;

const slotOf = (slots: readonly Slot[], contender: number): Slot =>
  contender < 0 ? REFERENCE : (slots[contender] ?? REFERENCE);

function onProgress(
  run: number,
  slots: readonly Slot[],
  measure: ReturnType<typeof progressOf>,
  progress: RunProgress,
): void {
  if (run !== runs) return;
  // Contenders are measured by their pictures; what comes before and after them (weights, the reference) speaks for
  // itself.
  if (progress.kind === 'status')
    return runStore.setState({
      text: progress.text,
      ...(!progress.text.startsWith('Contender') && {
        fraction: progress.text.startsWith('Reference') ? null : progress.fraction,
        remainingMs: null,
      }),
    });
  if (progress.kind === 'model') {
    const notice = kernelNotice(experimentStore.getState().experiment.kernels, progress.remarks);
    if (notice) notify({ kind: 'kernels', ...notice });
    else dismiss('kernels');
    return runStore.setState({ about: progress.about });
  }
  const slot = slotOf(slots, progress.contender);
  if (progress.kind === 'frame') {
    frames.push(run, slot, progress.steps, { step: progress.step, sigma: progress.sigma, frame: progress.frame });
    const now = performance.now();
    if (progress.contender < 0 || now - told < TELL_MS) return;
    told = now;
    return runStore.setState(measure(progress.contender, progress.step, progress.steps, now));
  }
  frames.setDifference(run, slot, progress.difference);
  runStore.setState(({ results }) => ({
    results: { ...results, [slot]: { cost: progress.cost, quality: progress.quality, run } },
  }));
}

const waysOn = (name: string): readonly NoticeAction[] => {
  if (name === 'DeviceLostError') return ['retryGpu', 'useCpu'];
  if (name === 'OutOfMemoryError') return ['halveSamples'];
  return name === 'WeightsError' || name === 'FormatError' ? ['runAgain', 'defaultModel'] : ['runAgain'];
};

/** Runs the present experiment, abandoning the run before. Resolves to true when it came to its end. */
export async function run(): Promise<boolean> {
  const client = connection();
  if (!client) return false;
  call?.cancel();
  clearTimeout(settling);
  const mine = ++runs;
  const { experiment, slots, fingerprint } = experimentStore.getState();
  const old = runStore.getState();
  const sameSpace = old.experiment?.model === experiment.model;
  if (!sameSpace) frames.clear();
  else frames.keep(slots);
  runStore.setState({
    phase: 'running',
    run: mine,
    text: 'Running',
    fraction: null,
    remainingMs: null,
    experiment,
    slots,
    results: sameSpace ? keepResults(old.results, slots) : {},
    fingerprint: null,
    reproduction: null,
    failure: null,
    about: sameSpace ? old.about : null,
  });
  await deviceFree();
  if (mine !== runs) return false;
  const measure = progressOf(experiment, performance.now());
  asked = mine;
  call = client.ask('run', { experiment, fingerprint }, (progress) => onProgress(mine, slots, measure, progress));
  try {
    const { fingerprint: made, reproduction } = await hold(call.done);
    if (mine !== runs) return false;
    runStore.setState({ phase: 'done', text: 'Done', fraction: 1, remainingMs: null, fingerprint: made, reproduction });
    dismiss('run');
    settling = window.setTimeout(
      () =>
        void remember({
          hash: formatExperiment(experiment),
          at: Date.now(),
          detail: experiment.contenders.map(contenderTitle).join(' — '),
          title: `${modelCard(experiment.model).title}${experiment.learned ? ', learned' : ''}, seed ${experiment.seed}`,
        }),
      SETTLED_MS,
    );
    return true;
  } catch (thrown) {
    if (mine !== runs) return false;
    const failure = asFailure(thrown);
    if (failure.name === 'Cancelled') {
      runStore.setState({ phase: 'cancelled', text: 'Stopped', fraction: null });
      return false;
    }
    runStore.setState({ phase: 'failed', text: 'Failed', fraction: null, failure });
    notifyFailure('run', failure, waysOn(failure.name));
    return false;
  }
}

/** Stops the run, also one that still waits for an older request to let go of the device. */
export function cancelRun(): void {
  if (asked === runs) return call?.cancel();
  runs++;
  runStore.setState({ phase: 'cancelled', text: 'Stopped', fraction: null });
}
