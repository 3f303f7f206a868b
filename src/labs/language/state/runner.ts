// Runs the experiment: one run at a time, the newest wins, and what it writes goes to the store once a frame.
import { formatLanguage } from '../config/codec.ts';
import { contenderTitle } from '../config/contenderText.ts';
import { formatSource } from '../../../hub/source.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { milestone } from '../../../frame/state/milestones.ts';
import { kernelNotice } from '../../../frame/state/notices.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { createTask, type TaskNews } from '../../../frame/state/task.ts';
import { connection, languageDevice } from './connection.ts';
import { languageStore } from './experimentStore.ts';
import { mainFigure } from './mainFigure.ts';
import { modelStore, onLoadProgress, ready } from './model.ts';
import { dismiss, notices, notify, type LanguageAction } from './notices.ts';
import { afterEvents, finished, languageRun } from './runStore.ts';
import { keepTexts } from './texts.ts';
import type { LanguageEvent, LanguageRequests } from './types.ts';

let runs = 0;
const history = createRememberLater();

const batch = createBatch<LanguageEvent>((events) => {
  languageRun.setState((state) => afterEvents(state, events));
  if (events.some((e) => e.kind === 'tokens')) milestone('first token');
});

const WAYS_ON: Readonly<Record<string, readonly LanguageAction[]>> = {
  DeviceLostError: ['retryGpu', 'useCpu'],
  OutOfMemoryError: ['halveSamples', 'runAgain'],
};

function onNews({ phase, out, failure }: TaskNews<LanguageRequests['run']['out']>): void {
  switch (phase) {
    case 'running':
      batch.drop();
      return languageRun.setState({
        phase: 'waiting',
        text: 'Waiting for the model',
        fraction: null,
        lacksModel: false,
      });
    case 'done':
      batch.flush();
      return languageRun.setState((state) => ({ phase, text: 'Done', fraction: 1, ...out, ...finished(state, runs) }));
    case 'cancelled':
      batch.flush();
      return languageRun.setState({ phase, text: 'Stopped', fraction: null, failure: null });
    case 'failed':
      batch.flush();
      return languageRun.setState({ phase, text: 'Failed', fraction: null, failure });
    default:
      phase satisfies never;
  }
}
const task = createTask<LanguageRequests, 'run', LanguageAction>({
  connection,
  kind: 'run',
  notices,
  waysOn: ({ name }) => WAYS_ON[name] ?? ['runAgain'],
  onNews,
});

/** A load that failed put the experiment back to the model before, which is another run. */
async function modelReady(current: () => boolean): Promise<boolean> {
  const there = await ready();
  if (!there && current())
    languageRun.setState({
      phase: modelStore.getState().loaded ? 'cancelled' : 'waiting',
      text: 'No model yet',
      lacksModel: true,
    });
  return there;
}

/** The page as it is when the worker begins: what of the run before still holds stays until it is overwritten. */
function begin(mine: number, byReader: boolean): LanguageRequests['run']['in'] {
  const { experiment, slots, fingerprint } = languageStore.getState();
  const old = languageRun.getState();
  const sameModel = old.experiment !== null && formatSource(old.experiment.model) === formatSource(experiment.model);
  languageRun.setState({
    phase: 'running',
    run: mine,
    text: 'Reading the prompt',
    fraction: null,
    experiment,
    slots,
    texts: sameModel ? keepTexts(old.texts, slots) : {},
    prompt: sameModel ? old.prompt : null,
    costs: sameModel ? old.costs : {},
    metrics: sameModel ? old.metrics : {},
    remarks: [],
    fingerprint: null,
    reproduction: null,
    failure: null,
  });
  const notice = kernelNotice(experiment.kernels, []);
  if (notice) notify({ kind: 'kernels', ...notice });
  else dismiss('kernels');
  return { experiment, fingerprint, fresh: byReader && old.experiment === experiment };
}

/**
 * Runs the present experiment, abandoning the run before. Resolves to true when it came to its end. `byReader`: asked
 * for by the reader, who, where nothing changed, wants it measured again.
 */
export async function run(byReader = false): Promise<boolean> {
  if (!connection.client()) return false;
  history.forget();
  const mine = ++runs;
  const out = await task.run(() => begin(mine, byReader), {
    ready: () => modelReady(() => mine === runs && task.running()),
    onProgress: (event) => (event.kind === 'load' ? onLoadProgress(event) : batch.push(event)),
  });
  if (!out) return false;
  const { experiment } = languageRun.getState();
  if (experiment)
    history.soon(() => ({
      hash: formatLanguage(experiment),
      device: languageDevice.getState().report?.name ?? '',
      main: mainFigure(languageRun.getState()),
      detail: experiment.contenders.map(contenderTitle).join(' — '),
      title: `${modelStore.getState().loaded?.title ?? formatSource(experiment.model)}: ${experiment.prompt.slice(0, 60)}`,
    }));
  return true;
}

/** Stops the run where it is; what it has written stays. */
export const cancelRun = (): void => task.cancel();
