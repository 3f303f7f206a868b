// The life of the language lab: read the address, start the worker, load, run, and run again after every edit.
import { formatSource } from '../../../hub/source.ts';
import { createLabLife } from '../../../frame/state/life.ts';
import { languageAffects, type LanguageExperiment } from '../config/experiment.ts';
import { changesResult } from '../../../frame/config/affects.ts';
import { address, followView } from './address.ts';
import { connection, languageDevice } from './connection.ts';
import { languageStore, undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { followRuns, inspect } from './inspector.ts';
import { followLosses } from './loss.ts';
import { forgetLoaded, modelStore, readStored } from './model.ts';
import { cancelRun, run } from './runner.ts';
import { languageRun } from './runStore.ts';
import { stoppers } from './stoppers.ts';
import { cancelCheck, cancelSweep, languageSweep } from './sweep.ts';
import { languageView, setLanguageView, type LabView } from './viewStore.ts';

/** Long enough to gather one gesture; a sentence being typed pauses longer between its words. */
const DEBOUNCE_MS = 200;
const TYPING_MS = 600;
let connected = false;

async function again(asked = false): Promise<void> {
  if (connected && languageView.getState().view === 'compare') await run(asked);
}
/** The other view: the comparison runs again where it is not of what it shows. */
export function lookAt(view: LabView): void {
  setLanguageView({ view, place: null });
  const { phase, experiment } = languageRun.getState();
  if (view === 'compare' && (phase !== 'done' || experiment !== languageStore.getState().experiment)) void again();
}
export const runAgain = (): void => void again(true);

/** Starts the worker on the GPU, or on the processor when asked to, and runs the present experiment there. */
export async function restart(forceCpu: boolean): Promise<void> {
  cancelRun();
  forgetLoaded();
  connected = (await connection.start({ forceCpu }, { wantsCpu: forceCpu })) !== null;
  if (!connected) return;
  void readStored();
  await again();
}

const typed = (now: LanguageExperiment, before: LanguageExperiment) =>
  now.prompt !== before.prompt || now.system !== before.system;
export function boot(): void {
  createLabLife({
    lab: 'language',
    title: ({ prompt, model }) => `“${prompt.trim().slice(0, 40)}” by ${formatSource(model)}`,
    experiment: undoable,
    address,
    notices,
    debounceMs: (now, before) => (typed(now, before) ? TYPING_MS : DEBOUNCE_MS),
    changesResult: (now, before) => changesResult(now, before, languageAffects),
    edited() {
      const { stale, points } = languageSweep.getState();
      if (!stale && points.length > 0) languageSweep.setState({ stale: true });
    },
    run: () => void again(),
    busy: () => ['running', 'waiting'].includes(languageRun.getState().phase),
    // The other lab gets the machine to itself; the texts stay as they are, and what was cut short goes on when the
    // reader returns.
    stop() {
      cancelRun();
      cancelSweep();
      cancelCheck();
      for (const end of stoppers) end();
    },
    resume() {
      if (modelStore.getState().loaded || modelStore.getState().phase === 'idle') void again();
    },
    onKey(event, typing) {
      if (event.key === 'Escape' && !typing && document.querySelector('dialog[open]') === null) void inspect(null);
    },
  }).begin();
  languageDevice.subscribe((now, before) => {
    if (now.phase === 'recovered' && before.phase !== 'recovered' && languageRun.getState().phase !== 'running')
      void again();
  });
  // A run that found no model goes on once the reader has agreed to one.
  modelStore.subscribe((now, before) => {
    if (now.key !== before.key && now.key !== '' && languageRun.getState().lacksModel) void again();
  });
  followView();
  followRuns();
  followLosses();
  void restart(false);
}
