// A contender fitted to the model at hand: what is asked, how it goes, what came of it. Nothing of it is lost when it is ended.
import { createStore } from 'zustand/vanilla';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { OptimiserId } from '../config/optimisers.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { MAX_CONTENDERS } from '../config/fields.ts';
import { paramsOf, type FitParams } from '../config/fitPlan.ts';
import type { Requests } from '../worker/protocol.ts';
import { compareAgain } from './compareAgain.ts';
import { connection } from './connection.ts';
import { addContender, experimentStore } from './experimentStore.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { cancelRun } from './runner.ts';
import { searchKind } from './seekText.ts';
import { stoppers } from './stoppers.ts';
import { cancelSweep } from './sweep.ts';
import type { FitDone, FitProgress } from './types.ts';
import { setView } from './viewStore.ts';

/** What is asked for; a slot that is gone is the first. */
export interface FitSetup {
  readonly slot: Slot | null;
  readonly optimiser: OptimiserId;
  /** As the reader set them, by method. */
  readonly params: Readonly<Partial<Record<OptimiserId, FitParams>>>;
}
/** Mean distances when so many evaluations were spent. */
export interface CurvePoint {
  readonly spent: number;
  readonly train: number;
  readonly valid: number;
}
export interface FitState {
  readonly setup: FitSetup;
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Whether the reader ended it, and its best is being judged. */
  readonly ending: boolean;
  /** What it is of: nothing that is edited meanwhile changes it. */
  readonly of: {
    readonly experiment: Experiment;
    readonly contender: Contender;
    readonly optimiser: OptimiserId;
    readonly params: FitParams;
  } | null;
  readonly progress: FitProgress | null;
  readonly curve: readonly CurvePoint[];
  readonly done: FitDone | null;
}
export const fitStore = createStore<FitState>(() => ({
  setup: { slot: null, optimiser: 'ld3', params: {} },
  phase: 'idle',
  ending: false,
  of: null,
  progress: null,
  curve: [],
  done: null,
}));
export const setFit = (patch: Partial<FitSetup>): void =>
  fitStore.setState(({ setup }) => ({ setup: { ...setup, ...patch } }));

const task = createTask<Requests, 'fit', DiffusionAction>({
  connection,
  kind: 'fit',
  notices,
  takesTurns: true,
  onNews({ phase, out }) {
    news.flush();
    fitStore.setState({ phase, ending: false, ...(out && { done: out }) });
  },
});

const LONGEST_END_MS = 15_000;
/** Numbers fits, so that one is ended that has not begun yet. */
let ticket = 0;

/** Points that a curve keeps: when it has more, every second of the older ones goes. */
const MOST_POINTS = 240;
export function addPoint(curve: readonly CurvePoint[], point: CurvePoint): readonly CurvePoint[] {
  const kept = curve.length < MOST_POINTS ? curve : curve.filter((_, i) => i % 2 === 0);
  return [...kept, point];
}

/** What came since it was last drawn. */
function hear(several: readonly FitProgress[]): void {
  fitStore.setState(({ curve }) => ({
    progress: several.at(-1)!,
    curve: several.reduce((all, { spent, now }) => (now ? addPoint(all, { spent, ...now }) : all), curve),
  }));
}
/**
 * A page that drew every better one as it comes would fall seconds behind the worker, and would let a press of Stop wait until
 * the fit is over.
 */
const DRAWN_MS = 250;
const news = createBatch(hear, (work) => void setTimeout(work, DRAWN_MS));

/** Which contender is meant. */
export function fittedIndex(): number {
  const { slots } = experimentStore.getState();
  return Math.max(0, slots.indexOf(fitStore.getState().setup.slot ?? slots[0]!));
}

/** Resolves when there is an answer, or when there is none to come. */
export async function startFit(): Promise<void> {
  const { experiment } = experimentStore.getState();
  const { optimiser, params } = fitStore.getState().setup;
  const index = fittedIndex();
  const given = params[optimiser] ?? {};
  const of = { experiment, contender: experiment.contenders[index]!, optimiser, params: given };
  news.drop();
  fitStore.setState({ of, progress: null, curve: [], done: null, ending: false });
  const mine = ++ticket;
  await task.run(() => ({ experiment, contender: index, optimiser, params: given, ticket: mine }), {
    onProgress: news.push,
  });
}

/** Has what was found so far, judged. */
export function endFit(): void {
  if (!task.running()) return;
  fitStore.setState({ ending: true });
  // A worker that does not get to hear of it is not waited for: the best that was told stays.
  const mine = ticket;
  setTimeout(() => mine === ticket && fitStore.getState().ending && task.cancel(), LONGEST_END_MS);
  void connection
    .client()
    ?.ask('endFit', { ticket }, () => {})
    .done.catch(() => {});
}
/** Ends it now; the best that was told stays. */
export const cancelFit = (): void => task.cancel();
stoppers.add(cancelFit);

/** What a fit came to, also of one that was ended from outside. */
export const foundSoFar = ({ done, progress, phase }: FitState): Contender | null =>
  done ? done.contender : (phase !== 'idle' && progress?.best?.contender) || null;

/** Puts the found contender beside the one that it began from, and shows both; false where the comparison is full. */
export function addFound(): boolean {
  const found = foundSoFar(fitStore.getState());
  const { slots } = experimentStore.getState();
  if (!found || slots.length >= MAX_CONTENDERS) return false;
  addContender(found, fittedIndex());
  setView({ labView: 'compare' });
  return true;
}

/** Opens the search for one contender; for one that was fitted, with the method and the parameters of its recipe. */
export function fitContender(slot: Slot): void {
  const { experiment, slots } = experimentStore.getState();
  const fit = experiment.contenders[slots.indexOf(slot)]?.fit;
  const { params } = fitStore.getState().setup;
  setFit({ slot, ...(fit && { optimiser: fit.by, params: { ...params, [fit.by]: paramsOf(fit) } }) });
  searchKind.setState({ kind: 'fit' });
  setView({ labView: 'search' });
}

/** While the search is looked at it has the device to itself. Returns what ends that. */
export function beginSearch(): () => void {
  cancelRun();
  cancelSweep();
  return () => {
    // A change of labs stops it by itself.
    if (!inLab('diffusion')) return;
    cancelFit();
    compareAgain();
  };
}
