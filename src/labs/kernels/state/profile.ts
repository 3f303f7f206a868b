// Where a step's time goes: steps come as fast as the GPU makes them, the page sees them a few times a second.
import { createStore } from 'zustand/vanilla';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { hasGpu } from './connection.ts';
import { present } from './experimentStore.ts';
import type { TimedStep } from './parts.ts';
import { kernelTask } from './task.ts';
import type { Phase, StepOutput, StepTime, Workload } from './types.ts';

export interface ProfileState {
  readonly phase: Phase;
  readonly workload: Workload | null;
  readonly text: string;
  readonly fraction: number | null;
  readonly steps: readonly TimedStep[];
  readonly count: number;
}
export const profileStore = createStore<ProfileState>(() => ({
  phase: 'idle',
  workload: null,
  text: '',
  fraction: null,
  steps: [],
  count: 0,
}));

/** Steps that the figures are of. */
export const KEPT = 60;
const SHOWN_EVERY_MS = 250;
const KEPT_TEXT = 400;
const task = kernelTask('profile', (phase) => profileStore.setState({ phase }));
const batch = createBatch<TimedStep>(
  (list) =>
    profileStore.setState(({ steps, count }) => ({
      steps: [...steps, ...list].slice(-KEPT),
      count: count + list.length,
      text: '',
      fraction: null,
    })),
  (work) => void setTimeout(work, SHOWN_EVERY_MS),
);

type Painter = (output: StepOutput) => void;
let painter: Painter | null = null;
let shown: StepOutput | null = null;
/**
 * Who draws a step's output; drawing is timed around it. Null when nobody looks. Who comes back finds what was shown
 * last.
 */
export function setPainter(p: Painter | null): void {
  painter = p;
  if (p && shown) p(shown);
}

let next: StepTime | null = null;
/** Draws at most one step a frame, as the labs do; the steps between are counted without drawing. */
function onStep(step: StepTime): void {
  if (!step.output || !painter || document.hidden) return put(step, null);
  if (next) put(next, null);
  else requestAnimationFrame(draw);
  next = step;
}
function draw(): void {
  const step = next;
  next = null;
  if (!step) return;
  if (!painter || !step.output) return put(step, null);
  const from = performance.now();
  painter(step.output);
  shown =
    step.output.kind === 'text' && shown?.kind === 'text'
      ? { kind: 'text', text: (shown.text + step.output.text).slice(-KEPT_TEXT) }
      : step.output;
  put(step, performance.now() - from);
}
/** Of what they made only that which was drawn last is kept. */
function put({ output, ...times }: StepTime, drawMs: number | null): void {
  void output;
  batch.push({ ...times, drawMs });
}

/** Takes steps apart until it is stopped, or until so many have come. */
export async function startProfile(most = Infinity): Promise<void> {
  if (!hasGpu()) return;
  const { workload } = present();
  batch.drop();
  next = shown = null;
  profileStore.setState({ workload, steps: [], count: 0, text: 'Loading the model', fraction: null });
  const unfollow = profileStore.subscribe(({ count }, before) => {
    if (count >= most && before.count < most) stopProfile();
  });
  await task.run(() => ({ workload }), {
    onProgress: (p) => {
      if (p.kind === 'status') profileStore.setState({ text: p.text, fraction: p.fraction });
      else onStep(p.step);
    },
  });
  unfollow();
  batch.flush();
}
export const stopProfile = (): void => task.cancel();
