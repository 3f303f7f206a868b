// Runs the experiment: one run at a time, the newest wins, and what it produces goes to the stores and the frame bus.
import { formatExperiment } from '../config/codec.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { modelCard } from '../config/menus.ts';
import type { Requests, RunResult } from '../worker/protocol.ts';
import { kernelNotice } from '../../../frame/state/notices.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { REFERENCE, type Slot } from '../../../frame/state/slots.ts';
import { createTask, type TaskNews } from '../../../frame/state/task.ts';
import { connection, deviceStore } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { frames } from './frames.ts';
import { nobodyLeftOut, tellLeftOut } from './leftOut.ts';
import { mainFigure } from './mainFigure.ts';
import { dismiss, notices, notify, type DiffusionAction } from './notices.ts';
import { progressOf } from './progress.ts';
import { keepResults, runStore, withoutSlot } from './runStore.ts';
import { type RunProgress } from './types.ts';

let runs = 0;
const history = createRememberLater();
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
  // Contenders are measured by their pictures; what comes before and after them (weights, the reference) speaks for
  // itself.
  if (progress.kind === 'status')
    return runStore.setState({
      text: progress.text,
      ...(progress.part !== 'contender' && {
        fraction: progress.part === 'reference' ? null : progress.fraction,
        remainingMs: null,
      }),
    });
  if (progress.kind === 'model') {
    const notice = kernelNotice(experimentStore.getState().experiment.kernels, progress.remarks);
    if (notice) notify({ kind: 'kernels', ...notice });
    else dismiss('kernels');
    frames.setDensity(progress.density);
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
  if (progress.kind === 'dropped') {
    const { experiment } = runStore.getState();
    const contender = experiment?.contenders[progress.contender];
    if (contender) tellLeftOut('run', progress.contender, contender, progress);
    return runStore.setState(({ results }) => ({ results: withoutSlot(results, slot) }));
  }
  if (progress.kind === 'spread')
    return runStore.setState(({ results }) =>
      results[slot] ? { results: { ...results, [slot]: { ...results[slot], spread: progress.spread } } } : {},
    );
  const { cost, quality, stochastic, stepwise, difference, took } = progress;
  frames.setDifference(run, slot, difference);
  runStore.setState(({ results }) => ({
    results: { ...results, [slot]: { cost, quality, stochastic, stepwise, spread: null, run, ...(took && { took }) } },
  }));
}

const WAYS_ON: Readonly<Record<string, readonly DiffusionAction[]>> = {
  DeviceLostError: ['retryGpu', 'useCpu'],
  OutOfMemoryError: ['halveSamples'],
  WeightsError: ['runAgain', 'defaultModel'],
  FormatError: ['runAgain', 'defaultModel'],
};

function onNews({ phase, out, failure }: TaskNews<RunResult>): void {
  switch (phase) {
    case 'running':
      return;
    case 'done':
      return runStore.setState({ phase, text: 'Done', fraction: 1, remainingMs: null, ...out });
    case 'cancelled':
      return runStore.setState({ phase, text: 'Stopped', fraction: null });
    case 'failed':
      return runStore.setState({ phase, text: 'Failed', fraction: null, failure });
    default:
      phase satisfies never;
  }
}
const task = createTask<Requests, 'run', DiffusionAction>({
  connection,
  kind: 'run',
  notices,
  takesTurns: true,
  waysOn: ({ name }) => WAYS_ON[name] ?? ['runAgain'],
  onNews,
});

/** Runs the present experiment, abandoning the run before. Resolves to true when it came to its end. */
export async function run(): Promise<boolean> {
  if (!connection.client()) return false;
  history.forget();
  nobodyLeftOut('run');
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
  let measure = progressOf(experiment, performance.now());
  const asked = () => {
    measure = progressOf(experiment, performance.now());
    return { experiment, fingerprint };
  };
  const out = await task.run(asked, {
    onProgress: (progress) => onProgress(mine, slots, measure, progress),
  });
  if (!out) return false;
  history.soon(() => ({
    hash: formatExperiment(experiment),
    device: deviceStore.getState().report?.name ?? '',
    main: mainFigure(runStore.getState()),
    detail: experiment.contenders.map(contenderTitle).join(' — '),
    title: `${modelCard(experiment.model).title}${experiment.learned ? ', learned' : ''}, seed ${experiment.seed}`,
  }));
  return true;
}

/** Stops the run, also one that still waits for an older request to let go of the device. */
export const cancelRun = (): void => task.cancel();
