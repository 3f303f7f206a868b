// The life of the language lab: read the address, start the worker, load, run, and run again after every edit.
import { readHistory } from '../../../frame/state/history.ts';
import { inLab, keepHash, labStore } from '../../../frame/state/labStore.ts';
import { presentHash, readAddress, writeAddress } from './address.ts';
import { connect, connection, languageDevice } from './connection.ts';
import { languageStore, redo, undo } from './experimentStore.ts';
import { followRuns, inspect } from './inspector.ts';
import { forgetLoaded, readStored } from './model.ts';
import { modelStore } from './modelStore.ts';
import { asFailure, dismiss, notifyFailure } from './notices.ts';
import { cancelRun, NO_MODEL, run } from './runner.ts';
import { languageRun } from './runStore.ts';
import { cancelCheck, cancelSweep, languageSweep } from './sweep.ts';
import type { LanguageExperiment } from '../config/experiment.ts';

/** Long enough to gather one gesture; a sentence being typed pauses longer between its words. */
const DEBOUNCE_MS = 200;
const TYPING_MS = 600;
let timer = 0;
let connected = false;
/** A run that leaving the lab has cut short. */
let stopped = false;

async function again(asked = false): Promise<void> {
  if (connected) await run(asked);
}
export const runAgain = (): void => void again(true);

/** Starts the worker on the GPU, or on the processor when asked to, and runs the present experiment there. */
export async function restart(forceCpu: boolean): Promise<void> {
  cancelRun();
  forgetLoaded();
  connected = await connect(forceCpu);
  if (!connected) return;
  void readStored();
  await again();
}

const typed = (now: LanguageExperiment, before: LanguageExperiment) =>
  now.prompt !== before.prompt || now.system !== before.system;
/** What the worker need not compute again for: which text the others are compared with. */
const sameRun = (now: LanguageExperiment, before: LanguageExperiment) =>
  Object.entries(now).every(([key, value]) => key === 'baseline' || value === before[key as keyof LanguageExperiment]);

export function boot(): void {
  readAddress();
  languageStore.setState({ past: [], future: [] });
  languageStore.subscribe(({ experiment: now }, { experiment: before }) => {
    if (now === before) return;
    if (!languageSweep.getState().stale && languageSweep.getState().points.length > 0)
      languageSweep.setState({ stale: true });
    const rerun = timer !== 0 || !sameRun(now, before);
    clearTimeout(timer);
    timer = 0;
    if (!rerun) return writeAddress();
    timer = window.setTimeout(
      () => {
        timer = 0;
        writeAddress();
        void again();
      },
      typed(now, before) ? TYPING_MS : DEBOUNCE_MS,
    );
  });
  languageDevice.subscribe((now, before) => {
    if (now.phase === 'recovered' && before.phase !== 'recovered' && languageRun.getState().phase !== 'running')
      void again();
  });
  // A run that found no model goes on once the reader has agreed to one.
  modelStore.subscribe((now, before) => {
    if (now.key !== before.key && now.key !== '' && languageRun.getState().text === NO_MODEL) void again();
  });
  // Coming back from the other lab the address says what is here already.
  window.addEventListener('hashchange', () => inLab('language') && location.hash !== presentHash() && readAddress());
  window.addEventListener('keydown', onKey);
  labStore.subscribe(({ lab }, { lab: from }) => (lab === 'language' ? comeBack() : from === 'language' && leave()));
  followRuns();
  void readHistory();
  void restart(false);
}

/**
 * The other lab gets the machine to itself; the texts stay as they are, and what was cut short goes on when the reader
 * returns.
 */
function leave(): void {
  if (timer !== 0) keepHash('language', presentHash());
  stopped = timer !== 0 || ['running', 'waiting'].includes(languageRun.getState().phase);
  clearTimeout(timer);
  timer = 0;
  cancelRun();
  cancelSweep();
  cancelCheck();
}
function comeBack(): void {
  if (stopped && (modelStore.getState().loaded || modelStore.getState().phase === 'idle')) void again();
  stopped = false;
}

/** Undo and redo as everywhere; a text box keeps its own. */
function onKey(e: KeyboardEvent): void {
  if (!inLab('language')) return;
  const typing =
    e.target instanceof HTMLTextAreaElement ||
    (e.target instanceof HTMLInputElement && /text|search|password/.test(e.target.type));
  if (e.key === 'Escape' && !typing && document.querySelector('dialog[open]') === null) void inspect(null);
  if (typing || !(e.ctrlKey || e.metaKey) || e.altKey || e.key.toLowerCase() !== 'z') return;
  e.preventDefault();
  if (e.shiftKey) redo();
  else undo();
}

/** Destroys the device on purpose; the worker tells what happens next. */
export async function loseDevice(): Promise<void> {
  dismiss('device');
  await connection()
    ?.ask('lose', {})
    .done.catch((thrown: unknown) => notifyFailure('device', asFailure(thrown)));
}
