// The life of the pictures lab: read the address, start the worker, load, run, and run again after every edit.
import { changesResult } from '../../../frame/config/affects.ts';
import { createLabLife } from '../../../frame/state/life.ts';
import { picturesAffects, type PicturesExperiment } from '../config/experiment.ts';
import { formatSource } from '../config/model.ts';
import { address, followView } from './address.ts';
import { againMeans, runAgain } from './again.ts';
import { followChanges } from './change.ts';
import { connection, deviceStore } from './connection.ts';
import { drops } from './drops.ts';
import { edits } from './edits.ts';
import { experimentStore, undoable } from './experimentStore.ts';
import { loadedStore } from './loadedStore.ts';
import { choice, modelStore } from './model.ts';
import { notices } from './notices.ts';
import { followNotices } from './outdated.ts';
import { pause } from './playback.ts';
import { cancelRun, run } from './runner.ts';
import { runStore } from './runStore.ts';
import { startStore } from './start.ts';
import { cancelSweep, outdateSweep } from './sweep.ts';
import { sweepStore } from './sweepStore.ts';
import { stoppers } from './stoppers.ts';
import { forgetSlots, viewStore } from './viewStore.ts';

const DEBOUNCE_MS = 200;
const TYPING_MS = 700;
let connected = false;

async function again(): Promise<void> {
  // In the grid cells are run, by what is loaded with it.
  if (connected && viewStore.getState().labView === 'grid') (await import('./grid.ts')).grid.resume();
  else if (connected) await run();
  else if (deviceStore.getState().phase !== 'starting') await restart();
}
againMeans(() => void again());

/** Starts the worker and runs the present experiment there. */
export async function restart(): Promise<void> {
  cancelRun();
  choice.forgetLoaded();
  loadedStore.setState({ loaded: null });
  const report = await connection.start({ forceCpu: false }, { wantsCpu: false });
  connected = report !== null && deviceStore.getState().report?.backend === 'webgpu';
  if (!connected) return;
  void choice.readStored();
  await again();
}

const typed = (now: PicturesExperiment, before: PicturesExperiment) =>
  now.prompt !== before.prompt || now.negative !== before.negative;

export function boot(): void {
  createLabLife({
    lab: 'pictures',
    title: ({ prompt, model }) => (prompt.trim() === '' ? formatSource(model) : `“${prompt.trim().slice(0, 40)}”`),
    experiment: { ...undoable, undo: edits.undo, redo: edits.redo },
    address,
    notices,
    drops,
    debounceMs: (now, before) => (typed(now, before) ? TYPING_MS : DEBOUNCE_MS),
    changesResult: (now, before) => changesResult(now, before, picturesAffects),
    edited: outdateSweep,
    run: runAgain,
    busy: () => ['running', 'waiting'].includes(runStore.getState().phase) || sweepStore.getState().phase === 'running',
    // Another lab gets the machine to itself; what was cut short goes on when the reader returns.
    stop() {
      cancelRun();
      cancelSweep();
      pause();
      for (const stop of stoppers) stop();
    },
    resume: runAgain,
  }).begin();
  deviceStore.subscribe((now, before) => {
    if (now.phase === 'recovered' && before.phase !== 'recovered' && runStore.getState().phase !== 'running')
      runAgain();
  });
  // A run that found no model goes on once the reader has agreed to one.
  modelStore.subscribe((now, before) => {
    if (now.key !== before.key && now.key !== '' && runStore.getState().lacksModel) runAgain();
  });
  startStore.subscribe((now, before) => now.found !== before.found && runAgain());
  experimentStore.subscribe((now, before) => now.slots !== before.slots && forgetSlots(now.slots));
  followView();
  followChanges();
  followNotices();
  void restart();
}
