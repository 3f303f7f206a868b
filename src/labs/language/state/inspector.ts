// Why this token: asks the worker for the token under the reader's eye, and goes on with another one from there.
import { createStore } from 'zustand/vanilla';
import { formatContender } from '../config/contenderText.ts';
import type { LanguageExperiment } from '../config/experiment.ts';
import { formatSource } from '../../../hub/source.ts';
import { createTask } from '../../../frame/state/task.ts';
import { ownerOf } from './branches.ts';
import { connection } from './connection.ts';
import { addBranch, languageStore } from './experimentStore.ts';
import { notify } from './notices.ts';
import { languageRun, type LanguageRun } from './runStore.ts';
import { branchOf, branchPath, wholeText } from './texts.ts';
import type { Failure, Inspection, LanguageRequests, ShownToken } from './types.ts';
import { languageView, setLanguageView, type Place } from './viewStore.ts';

export interface InspectorState {
  readonly place: Place | null;
  readonly phase: 'none' | 'asking' | 'shown' | 'failed';
  readonly inspection: Inspection | null;
  readonly failure: Failure | null;
  /** A token that the reader looks for, as text. */
  readonly typed: string;
}
export const inspectorStore = createStore<InspectorState>(() => ({
  place: null,
  phase: 'none',
  inspection: null,
  failure: null,
  typed: '',
}));

let last = '';

/** The place that is asked about. */
let asking: Place | null = null;
const task = createTask<LanguageRequests, 'inspect'>({
  connection,
  kind: 'inspect',
  onNews({ phase, out, failure }) {
    switch (phase) {
      case 'running':
        return inspectorStore.setState({ place: asking, phase: 'asking' });
      case 'done':
        return inspectorStore.setState({ phase: 'shown', inspection: out, failure: null });
      case 'cancelled':
        // A run that began in between has taken the machine; the question is put again when it is done.
        last = '';
        return;
      case 'failed':
        return inspectorStore.setState({ phase: 'failed', inspection: null, failure });
      default:
        phase satisfies never;
    }
  },
});

/** The text in which a place lies, and its contender and branch in the experiment that ran. */
export function textAt(
  { experiment, slots, texts }: LanguageRun,
  place: Place,
): { readonly tokens: readonly ShownToken[]; readonly contender: number; readonly branch: number } {
  const contender = slots.indexOf(place.slot);
  const branches = experiment?.branches ?? [];
  const branch = branchOf(branches, contender, place.sample, place.path);
  return {
    tokens: place.path !== '' && branch < 0 ? [] : wholeText(texts, branches, place.slot, place.sample, branch),
    contender,
    branch,
  };
}

/** Shows a token; null closes the inspector. */
export async function inspect(place: Place | null): Promise<void> {
  setLanguageView({ place });
  await ask();
}
/** Looks a token up by its text at the inspected place, and at those that come after. */
export function lookFor(typed: string): void {
  inspectorStore.setState({ typed });
  void ask();
}
export const step = (by: number): void => {
  const { place } = languageView.getState();
  const run = languageRun.getState();
  const at = place && Math.min(textAt(run, place).tokens.length - 1, Math.max(0, place.at + by));
  if (place && at !== null && at !== place.at) void inspect({ ...place, at });
};

/** What the explanation of a token depends on, besides the tokens before it. */
const asked = (
  { model, format, prompt, chat, system, names, overflow, keep, seed, contenders }: LanguageExperiment,
  contender: number,
) => [
  formatSource(model),
  format,
  prompt,
  chat,
  system,
  names,
  overflow,
  keep,
  seed,
  contenders[contender] && formatContender(contenders[contender]),
];

async function ask(): Promise<void> {
  const { place } = languageView.getState();
  const state = languageRun.getState();
  const client = connection.client();
  if (!place || !client || !state.experiment) {
    task.cancel();
    last = '';
    return inspectorStore.setState({ place, phase: 'none', inspection: null, failure: null });
  }
  const { tokens, contender, branch } = textAt(state, place);
  const token = tokens[place.at];
  if (!token || contender < 0)
    return inspectorStore.setState({
      place,
      phase: 'failed',
      inspection: null,
      failure: { name: 'Gone', message: 'This token is not there any more.', hint: 'Choose another one.' },
    });
  const { typed } = inspectorStore.getState();
  const before = tokens.slice(0, place.at).map((t) => t.id);
  const key = JSON.stringify([asked(state.experiment, contender), place.sample, before, token.id, typed]);
  if (key === last && inspectorStore.getState().phase !== 'failed') return inspectorStore.setState({ place });
  last = key;
  const { experiment } = state;
  asking = place;
  await task.run(() => ({
    experiment,
    place: { contender, sample: place.sample, branch, at: place.at },
    before,
    token: token.id,
    typed,
  }));
}

/** Goes on from the inspected place with another token: a branch of the text that owns the place. */
export function goOnWith(token: number): void {
  const { place } = languageView.getState();
  const { slots } = languageStore.getState();
  if (!place) return;
  const contender = slots.indexOf(place.slot);
  const { branches } = languageStore.getState().experiment;
  const parent = ownerOf(branches, branchOf(branches, contender, place.sample, place.path), place.at);
  const index = addBranch({ contender, sample: place.sample, parent, at: place.at, token });
  if (index < 0)
    return notify({
      kind: 'branch',
      tone: 'warning',
      title: 'There are as many branches as a link can carry.',
      hint: 'Delete one under its text to make room.',
    });
  const path = branchPath(languageStore.getState().experiment.branches, index);
  setLanguageView({ branch: { ...languageView.getState().branch, [place.slot]: path } });
}

/**
 * The text under the inspector may have changed with a run: asks again when it has come to its end. A text that an edit
 * took away takes its inspector along.
 */
export function followRuns(): void {
  languageStore.subscribe(({ experiment: { branches, samples }, slots }) => {
    const { place } = languageView.getState();
    const contender = place ? slots.indexOf(place.slot) : -1;
    if (
      place &&
      (contender < 0 ||
        place.sample >= samples ||
        (place.path !== '' && branchOf(branches, contender, place.sample, place.path) < 0))
    )
      void inspect(null);
  });
  languageRun.subscribe((now, before) => {
    if (now.phase === 'done' && before.phase !== 'done' && languageView.getState().place) void ask();
  });
}
