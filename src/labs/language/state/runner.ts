// Runs the experiment: one run at a time, the newest wins, and what it writes goes to the store once a frame.
import { formatLanguage } from '../config/codec.ts';
import { contenderTitle } from '../config/contenderText.ts';
import { formatSource } from '../../../hub/source.ts';
import type { Call } from '../../../engine/worker/client.ts';
import { remember } from '../../../frame/state/history.ts';
import { milestone } from '../../../frame/state/milestones.ts';
import { connection } from './connection.ts';
import { languageStore } from './experimentStore.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { onLoadProgress, ready } from './model.ts';
import { modelStore } from './modelStore.ts';
import { asFailure, dismiss, kernelNotice, notify, notifyFailure, type LanguageAction } from './notices.ts';
import { afterEvents, finished, languageRun } from './runStore.ts';
import { keepTexts } from './texts.ts';
import type { LanguageEvent, LanguageRequests, LoadProgress } from './types.ts';

/** An experiment enters the history when it has stood this long. */
const SETTLED_MS = 2500;
let call: Call<'run', LanguageRequests> | null = null;
let runs = 0;
let settling: ReturnType<typeof setTimeout> | undefined;

const batch = createBatch<LanguageEvent>((events) => {
  languageRun.setState((state) => afterEvents(state, events));
  if (events.some((e) => e.kind === 'tokens')) milestone('first token');
});

const waysOn = (name: string): readonly LanguageAction[] => {
  if (name === 'DeviceLostError') return ['retryGpu', 'useCpu'];
  return name === 'OutOfMemoryError' ? ['halveSamples', 'runAgain'] : ['runAgain'];
};

/** What a run that cannot begin says. */
export const NO_MODEL = 'No model yet';

/**
 * Runs the present experiment, abandoning the run before. Resolves to true when it came to its end. `byReader`: asked
 * for by the reader, who, where nothing changed, wants it measured again.
 */
export async function run(byReader = false): Promise<boolean> {
  const client = connection();
  if (!client) return false;
  stop();
  const mine = ++runs;
  languageRun.setState({ phase: 'waiting', text: 'Waiting for the model', fraction: null });
  if (!(await ready()) || mine !== runs) {
    // A load that failed put the experiment back to the model before, which is another run.
    if (mine === runs)
      languageRun.setState({ phase: modelStore.getState().loaded ? 'cancelled' : 'waiting', text: NO_MODEL });
    return false;
  }
  const { experiment, slots, fingerprint } = languageStore.getState();
  const old = languageRun.getState();
  const fresh = byReader && old.experiment === experiment;
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
  const asked = (call = client.ask('run', { experiment, fingerprint, fresh }, (event: LanguageEvent | LoadProgress) => {
    if (mine !== runs) return;
    if (event.kind === 'load') onLoadProgress(event);
    else batch.push(event);
  }));
  try {
    const { fingerprint: made, reproduction } = await asked.done;
    if (mine !== runs) return false;
    batch.flush();
    languageRun.setState(({ texts, costs, metrics }) => ({
      phase: 'done',
      text: 'Done',
      fraction: 1,
      fingerprint: made,
      reproduction,
      ...finished({ texts, costs, metrics }, mine),
    }));
    dismiss('run');
    settling = setTimeout(
      () =>
        void remember({
          hash: formatLanguage(experiment),
          at: Date.now(),
          detail: experiment.contenders.map(contenderTitle).join(' — '),
          title: `${modelStore.getState().loaded?.title ?? formatSource(experiment.model)}: ${experiment.prompt.slice(0, 60)}`,
        }),
      SETTLED_MS,
    );
    return true;
  } catch (thrown) {
    if (mine !== runs) return false;
    batch.flush();
    const failure = asFailure(thrown);
    const cancelled = failure.name === 'Cancelled';
    languageRun.setState({
      phase: cancelled ? 'cancelled' : 'failed',
      text: cancelled ? 'Stopped' : 'Failed',
      fraction: null,
      failure: cancelled ? null : failure,
    });
    if (!cancelled) notifyFailure('run', failure, waysOn(failure.name));
    return false;
  }
}

function stop(): void {
  call?.cancel();
  call = null;
  clearTimeout(settling);
  batch.drop();
}
/** Stops the run where it is; what it has written stays. */
export function cancelRun(): void {
  batch.flush();
  runs++;
  stop();
  const { phase } = languageRun.getState();
  if (phase === 'running' || phase === 'waiting')
    languageRun.setState({ phase: 'cancelled', text: 'Stopped', fraction: null });
}
