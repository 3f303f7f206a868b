// The life of the page: read the address, start the worker, run, and run again after every edit.
import { modelCard, samplerMenu } from '../config/menus.ts';
import type { Experiment } from '../config/experiment.ts';
import { isRowed } from '../config/rowedViews.ts';
import { canRead, loadWrappers } from '../config/wrapping.ts';
import { createLabLife } from '../../../frame/state/life.ts';
import { address, followView } from './address.ts';
import { againMeans, runAgain } from './again.ts';
import { connection, deviceStore } from './connection.ts';
import { edits } from './edits.ts';
import { editText } from './editText.ts';
import { experimentStore, undoable } from './experimentStore.ts';
import { dismiss, notices } from './notices.ts';
import { play } from './playback.ts';
import { cancelRun, run } from './runner.ts';
import { rowedTexts } from './rowedText.ts';
import { runStore } from './runStore.ts';
import { cancelSweep, outdateSweep, sweepIfCheap } from './sweep.ts';
import { sweepStore } from './sweepStore.ts';
import { seeking, seekText } from './seekText.ts';
import { stoppers } from './stoppers.ts';
import { forgetHidden, viewStore } from './viewStore.ts';

let connected = false;
let shown = false;

async function runAndSweep(): Promise<void> {
  outdateSweep();
  // The other views run what is theirs, by what is loaded with them.
  if (!connected || viewStore.getState().labView !== 'compare' || !(await run())) return;
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
  connected = (await connection.start({ forceCpu }, { wantsCpu: forceCpu })) !== null;
  if (connected) await runAndSweep();
}

const busy = () => [runStore, sweepStore].some((s) => s.getState().phase === 'running');

/** "Euler, Heun + 2 on Ring of 8 Gaussians" */
function experimentTitle({ contenders, model }: Experiment): string {
  const names = [...new Set(contenders.map((c) => samplerMenu.find((m) => m.id === c.sampler)?.title ?? c.sampler))];
  const more = names.length > 2 ? ` + ${names.length - 2}` : '';
  return `${names.slice(0, 2).join(', ')}${more} on ${modelCard(model).title}`;
}

/** What an undo takes back: the task, the noise search, or what rows show, while it is looked at. */
function undoableNow() {
  const { labView } = viewStore.getState();
  if (isRowed(labView)) return rowedTexts[labView];
  if (labView === 'edit') return editText;
  return seeking() ? seekText : edits;
}

export function boot(): void {
  if (canRead(location.hash)) begin();
  else void loadWrappers().then(begin, begin);
}

function begin(): void {
  createLabLife({
    lab: 'diffusion',
    title: experimentTitle,
    experiment: { ...undoable, undo: () => undoableNow().undo(), redo: () => undoableNow().redo() },
    address,
    notices,
    debounceMs: () => 150,
    edited() {
      if (deviceStore.getState().phase !== 'recovered') return;
      deviceStore.setState({ phase: 'ready' });
      dismiss('device');
    },
    run: runAgain,
    busy,
    // Another lab gets the processor to itself; what was stopped for that goes on when the reader returns.
    stop() {
      cancelRun();
      cancelSweep();
      for (const stop of stoppers) stop();
    },
    resume: runAgain,
    drops: {
      take: () => false,
      otherwise: async (file, bytes) => (await import('./grid.ts')).grid.openResults(file.name, bytes),
    },
  }).begin();
  followView();
  // A request in flight is repeated by the worker itself; a page at rest shows that the new device works by running
  // again.
  deviceStore.subscribe((now, before) => {
    if (now.phase === 'recovered' && before.phase !== 'recovered' && !busy()) runAgain();
  });
  experimentStore.subscribe((now, before) => now.slots !== before.slots && forgetHidden(now.slots));
  void restart(false);
}

againMeans(() => void runAndSweep());
