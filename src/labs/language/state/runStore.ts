// What the newest run has written so far, by contender slot.
import { createStore } from 'zustand/vanilla';
import { samplesOf } from '../config/contenderText.ts';
import type { LanguageExperiment } from '../config/experiment.ts';
import type { LanguageReproduction } from '../config/fingerprint.ts';
import { applyEvents, finishTexts, type Texts } from './texts.ts';
import type { ContenderCost, Failure, LanguageEvent, Slot } from './types.ts';

export interface LanguageRun {
  /** `waiting`: for the worker, or for a model that has to be loaded first. */
  readonly phase: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Counts runs; a text of an older run is stale. */
  readonly run: number;
  readonly text: string;
  /** Waits until the reader has agreed to a model. */
  readonly lacksModel: boolean;
  readonly fraction: number | null;
  readonly experiment: LanguageExperiment | null;
  readonly slots: readonly Slot[];
  readonly texts: Texts;
  readonly prompt: readonly { readonly id: number; readonly text: string }[] | null;
  readonly costs: Readonly<Record<Slot, ContenderCost>>;
  readonly metrics: Readonly<Record<Slot, Readonly<Record<string, number>>>>;
  /** What happened to a contender, e.g. that its text outgrew the context; −1: to all. */
  readonly remarks: readonly { readonly slot: Slot; readonly text: string }[];
  readonly fingerprint: string | null;
  readonly reproduction: LanguageReproduction | null;
  readonly failure: Failure | null;
}
export const languageRun = createStore<LanguageRun>(() => ({
  phase: 'waiting',
  run: 0,
  text: 'Starting',
  lacksModel: false,
  fraction: null,
  experiment: null,
  slots: [],
  texts: {},
  prompt: null,
  costs: {},
  metrics: {},
  remarks: [],
  fingerprint: null,
  reproduction: null,
  failure: null,
}));

/** Share of all tokens that this run may write which it has written; a text that has ended counts as whole. */
export function shareWritten({ experiment: e, run, texts }: Pick<LanguageRun, 'experiment' | 'run' | 'texts'>): number {
  if (!e) return 0;
  const whole =
    e.contenders.reduce((n, c) => n + samplesOf(c, e.samples, e.maxTokens) * e.maxTokens, 0) +
    e.branches.reduce((n, b) => n + Math.max(0, e.maxTokens - b.at), 0);
  const written = Object.values(texts).reduce(
    (n, t) => (t.run !== run ? n : n + (t.end ? Math.max(t.fresh, e.maxTokens - t.start) : t.fresh)),
    0,
  );
  return whole === 0 ? 0 : Math.min(1, written / whole);
}

/** The state after a frame's worth of events. Pure. */
export function afterEvents(state: LanguageRun, events: readonly LanguageEvent[]): LanguageRun {
  const { run, slots, experiment } = state;
  const out = {
    ...state,
    texts: applyEvents(state.texts, { run, slots, branches: experiment?.branches ?? [] }, events),
  };
  for (const e of events) {
    const slot = 'contender' in e && e.contender !== null ? slots[e.contender] : undefined;
    if (e.kind === 'status') out.text = e.text;
    else if (e.kind === 'tokens' || e.kind === 'replace') out.text = 'Writing';
    else if (e.kind === 'prompt') out.prompt = e.tokens;
    else if (e.kind === 'cost' && slot !== undefined) out.costs = { ...out.costs, [slot]: e.cost };
    else if (e.kind === 'metrics' && slot !== undefined)
      out.metrics = { ...out.metrics, [slot]: { ...out.metrics[slot], ...e.values } };
    else if (e.kind === 'notice' && !out.remarks.some((r) => r.slot === (slot ?? -1) && r.text === e.text))
      out.remarks = [...out.remarks, { slot: slot ?? -1, text: e.text }];
  }
  return { ...out, fraction: shareWritten(out) };
}

/**
 * After a run has come to its end: texts that it did not write, and figures of contenders that wrote none, are no part
 * of the experiment any more. Pure.
 */
export function finished(
  { texts, costs, metrics }: Pick<LanguageRun, 'texts' | 'costs' | 'metrics'>,
  run: number,
): Pick<LanguageRun, 'texts' | 'costs' | 'metrics'> {
  const left = finishTexts(texts, run);
  const wrote = new Set(Object.keys(left).map((key) => key.slice(0, key.indexOf('|'))));
  const ofWriters = <T>(figures: Readonly<Record<Slot, T>>): Readonly<Record<Slot, T>> =>
    Object.fromEntries(Object.entries(figures).filter(([slot]) => wrote.has(slot)));
  return { texts: left, costs: ofWriters(costs), metrics: ofWriters(metrics) };
}
