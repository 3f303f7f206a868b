// Runs the experiment: one run at a time, the newest wins, and what it produces goes to the stores and the frame bus.
import { kernelNotice } from '../../../frame/state/notices.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import { createTask, type TaskNews } from '../../../frame/state/task.ts';
import { timeLeft } from '../../../frame/state/timeLeft.ts';
import { formatPictures } from '../config/codec.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { formatSource } from '../config/model.ts';
import { contenderTitle } from '../config/naming.ts';
import { connection, deviceStore } from './connection.ts';
import { forgetDecoded } from './decoded.ts';
import { experimentStore } from './experimentStore.ts';
import { frames } from './frames.ts';
import { nobodyLeftOut, tellLeftOut, tellUnmeasured } from './leftOut.ts';
import { loadedStore } from './loadedStore.ts';
import { mainFigure } from './mainFigure.ts';
import { choice, modelStore } from './model.ts';
import { dismiss, notices, notify, type PicturesAction } from './notices.ts';
import { keepResults, runStore } from './runStore.ts';
import { startPixels } from './start.ts';
import type { PicturesEvent, PicturesRequests, Pixels } from './types.ts';

let runs = 0;
const history = createRememberLater();
/** The progress line is redrawn at most this often, however fast pictures come. */
const TELL_MS = 100;
let told = 0;

/** The size of an experiment's pictures on the model in use. */
export function sizeOf({ width, height }: PicturesExperiment): { readonly width: number; readonly height: number } {
  const native = loadedStore.getState().loaded?.size ?? { width: 0, height: 0 };
  return { width: width || native.width, height: height || native.height };
}

/** What an experiment starts from, at the size of its pictures; null for noise, or where it is not here. */
export function startOf(e: PicturesExperiment): Pixels | null {
  const { width, height } = sizeOf(e);
  return e.start && width > 0 ? startPixels(e.start, width, height) : null;
}

function onEvent(
  run: number,
  e: PicturesExperiment,
  slots: readonly Slot[],
  began: number,
  event: PicturesEvent,
): void {
  const slotOf = (contender: number): Slot => slots[contender]!;
  switch (event.kind) {
    case 'load':
      return choice.onLoadProgress(event);
    case 'status': {
      const { text, fraction, contender } = event;
      return runStore.setState({
        text,
        active: contender === undefined ? null : slotOf(contender),
        ...(event.part !== 'contender' && { fraction, remainingMs: null }),
      });
    }
    case 'texts': {
      const { prompt, negative, previewFit, remarks } = event;
      const notice = kernelNotice(e.kernels, remarks);
      if (notice) notify({ kind: 'kernels', ...notice });
      else dismiss('kernels');
      return runStore.setState({ texts: { prompt, negative }, previewFit });
    }
    case 'frame': {
      const { contender, step, steps, sigma, ms, tiles, latents } = event;
      frames.push(run, slotOf(contender), steps, { step, sigma, ms, tiles, latents });
      const now = performance.now();
      if (now - told < TELL_MS) return;
      told = now;
      const fraction = (contender + step / Math.max(1, steps)) / e.contenders.length;
      return runStore.setState({ fraction, remainingMs: timeLeft(now - began, fraction) });
    }
    case 'picture':
      return frames.picture(run, slotOf(event.contender), event.sample, event.pixels);
    case 'result': {
      const { cost, stochastic } = event;
      const slot = slotOf(event.contender);
      return runStore.setState(({ results }) => ({
        results: { ...results, [slot]: { cost, stochastic, errors: null, referenceSteps: 0, unmeasured: null, run } },
      }));
    }
    case 'errors': {
      const { errors, referenceSteps } = event;
      const slot = slotOf(event.contender);
      return runStore.setState(({ results }) =>
        results[slot] ? { results: { ...results, [slot]: { ...results[slot], errors, referenceSteps } } } : {},
      );
    }
    case 'unmeasured': {
      tellUnmeasured(event.contender, e.contenders[event.contender]!, event);
      const slot = slotOf(event.contender);
      return runStore.setState(({ results }) =>
        results[slot] ? { results: { ...results, [slot]: { ...results[slot], unmeasured: event.because } } } : {},
      );
    }
    case 'dropped': {
      tellLeftOut('run', event.contender, e.contenders[event.contender]!, event);
      const slot = slotOf(event.contender);
      return runStore.setState(({ results }) => ({
        results: Object.fromEntries(Object.entries(results).filter(([s]) => Number(s) !== slot)),
      }));
    }
    default:
      event satisfies never;
  }
}

const WAYS_ON: Readonly<Record<string, readonly PicturesAction[]>> = {
  DeviceLostError: ['retryGpu'],
  NoAdapterError: ['retryGpu'],
  OutOfMemoryError: ['fewerPictures', 'runAgain'],
  NonfiniteError: ['wideWeights', 'runAgain'],
};

function onNews({ phase, out, failure }: TaskNews<PicturesRequests['run']['out']>): void {
  const rest = { active: null, remainingMs: null };
  switch (phase) {
    case 'running':
      return runStore.setState({ phase: 'waiting', text: 'Waiting for the model', fraction: null, lacksModel: false });
    case 'done':
      return runStore.setState({ phase, text: 'Done', fraction: 1, ...rest, ...out });
    case 'cancelled':
      return runStore.setState({ phase, text: 'Stopped', fraction: null, ...rest });
    case 'failed':
      return runStore.setState({ phase, text: 'Failed', fraction: null, ...rest, failure });
    default:
      phase satisfies never;
  }
}
const task = createTask<PicturesRequests, 'run', PicturesAction>({
  connection,
  kind: 'run',
  notices,
  takesTurns: true,
  waysOn: ({ name }) => WAYS_ON[name] ?? ['runAgain'],
  onNews,
});

/** A start picture that a link names and that is not here: nothing can be run until it is. */
function startIsHere(e: PicturesExperiment): boolean {
  if (!e.start || startOf(e)) {
    dismiss('start');
    return true;
  }
  notify({
    kind: 'start',
    tone: 'warning',
    title: `This experiment starts from the picture “${e.start.name}”, which a link cannot carry.`,
    hint: 'Drop that picture on the page, or start from noise.',
    actions: ['fromNoise'],
  });
  return false;
}

async function ready(current: () => boolean): Promise<boolean> {
  const there = await choice.ready();
  if (!current()) return false;
  if (!there) {
    runStore.setState({
      phase: modelStore.getState().loaded ? 'cancelled' : 'waiting',
      text: 'No model yet',
      lacksModel: true,
    });
    return false;
  }
  if (startIsHere(experimentStore.getState().experiment)) return true;
  runStore.setState({ phase: 'waiting', text: 'Waiting for the start picture', lacksModel: true });
  return false;
}

/** The page as it is when the worker begins. */
function begin(mine: number): PicturesRequests['run']['in'] {
  const { experiment, slots, fingerprint } = experimentStore.getState();
  const old = runStore.getState();
  const shape = (e: PicturesExperiment) => [formatSource(e.model), e.width, e.height, e.count].join();
  const same = old.experiment !== null && shape(old.experiment) === shape(experiment);
  forgetDecoded();
  if (same) frames.keep(slots);
  else frames.clear();
  runStore.setState({
    phase: 'running',
    run: mine,
    text: 'Running',
    fraction: null,
    remainingMs: null,
    experiment,
    slots,
    results: same ? keepResults(old.results, slots) : {},
    fingerprint: null,
    reproduction: null,
    failure: null,
  });
  return { experiment, fingerprint, picture: startOf(experiment) };
}

/** Runs the present experiment, abandoning the run before. Resolves to true when it came to its end. */
export async function run(): Promise<boolean> {
  if (!connection.client()) return false;
  history.forget();
  nobodyLeftOut('run');
  const mine = ++runs;
  let began = performance.now();
  const out = await task.run(
    () => {
      began = performance.now();
      return begin(mine);
    },
    {
      ready: () => ready(() => mine === runs && task.running()),
      onProgress: (event) => {
        const { experiment, slots } = runStore.getState();
        if (experiment) onEvent(mine, experiment, slots, began, event);
      },
    },
  );
  if (!out) return false;
  const { experiment } = runStore.getState();
  if (experiment)
    history.soon(() => ({
      hash: formatPictures(experiment),
      device: deviceStore.getState().report?.name ?? '',
      main: mainFigure(runStore.getState()),
      detail: experiment.contenders.map(contenderTitle).join(' — '),
      title: `${modelStore.getState().loaded?.title ?? formatSource(experiment.model)}: ${experiment.prompt.slice(0, 60)}`,
    }));
  return true;
}

/** Stops the run where it is; what it has drawn stays. */
export const cancelRun = (): void => task.cancel();
