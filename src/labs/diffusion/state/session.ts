// The life of the page: read the address, start the worker, run, and run again after every edit.
import { modelCard } from '../config/menus.ts';
import { presentHash, readAddress, writeAddress } from './address.ts';
import { connect, connection } from './connection.ts';
import { deviceStore } from '../../../frame/state/deviceStore.ts';
import { experimentStore, redo, undo } from './experimentStore.ts';
import { readHistory } from '../../../frame/state/history.ts';
import { inLab, keepHash, labStore } from '../../../frame/state/labStore.ts';
import { asFailure, dismiss, notifyFailure } from '../../../frame/state/notices.ts';
import { play } from './playback.ts';
import { cancelRun, run } from './runner.ts';
import { runStore } from './runStore.ts';
import { cancelSweep, outdateSweep, sweepIfCheap } from './sweep.ts';
import { sweepStore } from './sweepStore.ts';
import { viewStore } from './viewStore.ts';

/** Long enough to gather one gesture, short enough to feel immediate. */
const DEBOUNCE_MS = 150;
let timer = 0;
let connected = false;
let shown = false;

async function runAndSweep(): Promise<void> {
  outdateSweep();
  if (!connected || !(await run())) return;
  showOnce();
  sweepIfCheap();
}

/**
 * The first run in the plane is over before it can be watched, so it is played once; not for readers who want no
 * motion.
 */
function showOnce(): void {
  const untouched = viewStore.getState().position === null && experimentStore.getState().past.length === 0;
  if (
    !shown &&
    untouched &&
    modelCard(experimentStore.getState().experiment.model).shape.kind === 'point' &&
    !matchMedia('(prefers-reduced-motion: reduce)').matches
  )
    play();
  shown = true;
}

/** Starts the worker on the GPU, or on the processor when asked to, and runs the present experiment there. */
export async function restart(forceCpu: boolean): Promise<void> {
  connected = await connect(forceCpu);
  if (connected) await runAndSweep();
}

export function boot(): void {
  readAddress();
  experimentStore.setState({ past: [], future: [] });
  experimentStore.subscribe((now, before) => {
    if (now.experiment === before.experiment) return;
    clearTimeout(timer);
    if (deviceStore.getState().phase === 'recovered') {
      deviceStore.setState({ phase: 'ready' });
      dismiss('device');
    }
    timer = window.setTimeout(() => {
      timer = 0;
      writeAddress();
      void runAndSweep();
    }, DEBOUNCE_MS);
  });
  // A request in flight is repeated by the worker itself; a page at rest shows that the new device works by running
  // again.
  deviceStore.subscribe((now, before) => {
    if (
      now.phase === 'recovered' &&
      before.phase !== 'recovered' &&
      runStore.getState().phase !== 'running' &&
      sweepStore.getState().phase !== 'running'
    )
      void runAndSweep();
  });
  // Coming back from the other lab the address says what is here already.
  window.addEventListener('hashchange', () => inLab('diffusion') && location.hash !== presentHash() && readAddress());
  labStore.subscribe(({ lab }, { lab: from }) => (lab === 'diffusion' ? comeBack() : from === 'diffusion' && leave()));
  window.addEventListener('keydown', onKey);
  void readHistory();
  void restart(false);
}

/** Another lab gets the processor to itself; what was stopped for that goes on when the reader returns. */
let stopped = false;
function leave(): void {
  if (timer !== 0) keepHash('diffusion', presentHash());
  stopped = timer !== 0 || runStore.getState().phase === 'running' || sweepStore.getState().phase === 'running';
  clearTimeout(timer);
  timer = 0;
  if (runStore.getState().phase === 'running') cancelRun();
  if (sweepStore.getState().phase === 'running') cancelSweep();
}
function comeBack(): void {
  if (stopped) void runAndSweep();
  stopped = false;
}

/** Undo and redo as everywhere; a text box keeps its own. */
function onKey(e: KeyboardEvent): void {
  const typing =
    e.target instanceof HTMLTextAreaElement || (e.target instanceof HTMLInputElement && e.target.type === 'text');
  if (typing || !inLab('diffusion') || !(e.ctrlKey || e.metaKey) || e.altKey || e.key.toLowerCase() !== 'z') return;
  e.preventDefault();
  if (e.shiftKey) redo();
  else undo();
}

/** Runs again without a change, e.g. after a failure. */
export const runAgain = (): void => void runAndSweep();

/** Destroys the device on purpose; the worker tells what happens next. */
export async function loseDevice(): Promise<void> {
  dismiss('device');
  await connection()
    ?.ask('lose', {})
    .done.catch((thrown: unknown) => notifyFailure('device', asFailure(thrown)));
}
