// The language experiment being looked at, and every edit of it. Edits are plain values; running them is session.ts's
// work.
import { formatContender, newContender, newLink, algorithmFields } from '../config/contenderText.ts';
import { defaultContenders, defaultLanguage, defaultPrompt } from '../config/defaults.ts';
import type { Branch, LanguageContender, LanguageExperiment, Params } from '../config/experiment.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { languageFields, MAX_CONTENDERS, MAX_STAGES } from '../config/fields.ts';
import { takesStageOf, type AlgorithmId, type StageId } from '../config/menus.ts';
import { formatSource } from '../../../hub/source.ts';
import { freeSlot } from '../../../frame/state/slots.ts';
import type { ParamValue } from '../../../core/field.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import { createUndoable, type UndoState } from '../../../frame/state/undoable.ts';
import { keepBranches, moveBranches, withBranch, withoutBranch } from './branches.ts';

export const undoable = createUndoable<LanguageExperiment>(defaultLanguage());
export type LanguageState = UndoState<LanguageExperiment>;
export const languageStore = undoable.store;
export const { load, undo, redo } = undoable;
const { change } = undoable;
const { getState } = languageStore;

type Shared = Pick<
  LanguageExperiment,
  | 'cacheKeys'
  | 'cacheValues'
  | 'prompt'
  | 'chat'
  | 'system'
  | 'seed'
  | 'samples'
  | 'maxTokens'
  | 'stop'
  | 'overflow'
  | 'keep'
  | 'names'
  | 'variables'
  | 'format'
  | 'draft'
  | 'baseline'
  | 'kernels'
>;
/** What changes every text from its first token on, so that tokens picked by hand have lost their place. */
const ROOTS: readonly (keyof Shared)[] = ['prompt', 'chat', 'system', 'names', 'variables', 'seed', 'stop'];
export function editLanguage(patch: Partial<Shared>): void {
  const { experiment } = getState();
  const next = { ...experiment, ...patch };
  const uprooted = ROOTS.some((k) => next[k] !== experiment[k]);
  change(`shared ${Object.keys(patch).join()}`, {
    ...next,
    branches: uprooted
      ? []
      : keepBranches(next.branches, (b) => (b.sample < next.samples && b.at < next.maxTokens ? b : null)),
  });
}

/** Another model: what was the old model's default becomes the new one's, what the reader chose stays. */
export function onModel(e: LanguageExperiment, model: LanguageSource): LanguageExperiment {
  const before = languageFields(e.model);
  const after = languageFields(model);
  const text = (list: readonly LanguageContender[]) => list.map(formatContender).join('&');
  const follow = (name: 'samples' | 'maxTokens') => (e[name] === before[name].default ? after[name].default : e[name]);
  const contenders = text(e.contenders) === text(defaultContenders(e.model)) ? defaultContenders(model) : e.contenders;
  return {
    ...e,
    model,
    contenders,
    branches: [],
    samples: follow('samples'),
    maxTokens: follow('maxTokens'),
    prompt: e.prompt === defaultPrompt(e.model) ? defaultPrompt(model) : e.prompt,
    baseline: Math.min(e.baseline, contenders.length - 1),
    format: model.from === e.model.from ? e.format : 'auto',
  };
}
export function setModel(model: LanguageSource): void {
  const { experiment, slots } = getState();
  if (formatSource(model) === formatSource(experiment.model)) return;
  const next = onModel(experiment, model);
  change('model', next, next.contenders === experiment.contenders ? slots : next.contenders.map((_, i) => i));
}

function editContender(index: number, what: string, edit: (c: LanguageContender) => LanguageContender): void {
  const { experiment } = getState();
  change(`contender ${index} ${what}`, {
    ...experiment,
    contenders: experiment.contenders.map((c, i) => (i === index ? edit(c) : c)),
    branches: keepBranches(experiment.branches, (b) => (b.contender === index ? null : b)),
  });
}
/** Another algorithm, keeping the values of parameters that it shares; stages that it could not use are put away. */
export const setAlgorithm = (index: number, algorithm: AlgorithmId): void =>
  editContender(index, 'algorithm', (c) => {
    const fields = algorithmFields(algorithm);
    const kept = Object.entries(c.params).filter(
      ([key, value]) => Object.hasOwn(fields, key) && fields[key]!.parse(fields[key]!.format(value as never)) === value,
    );
    const chain = c.chain.filter((l) => takesStageOf(algorithm, l.stage));
    return newContender(algorithm, chain, Object.fromEntries(kept));
  });
export const setParam = (index: number, key: string, value: ParamValue): void =>
  editContender(index, key, (c) => ({ ...c, params: { ...c.params, [key]: value } }));
export const setStageParam = (index: number, at: number, key: string, value: ParamValue): void =>
  editContender(index, `stage ${at} ${key}`, (c) => ({
    ...c,
    chain: c.chain.map((l, i) => (i === at ? { ...l, params: { ...l.params, [key]: value } as Params } : l)),
  }));
export const addStage = (index: number, stage: StageId): void =>
  editContender(index, '', (c) => (c.chain.length >= MAX_STAGES ? c : { ...c, chain: [...c.chain, newLink(stage)] }));
export const removeStage = (index: number, at: number): void =>
  editContender(index, '', (c) => ({ ...c, chain: c.chain.toSpliced(at, 1) }));
/** Takes a stage out and puts it back so that it ends up at place `to`. */
export const moved = <T>(list: readonly T[], from: number, to: number): readonly T[] =>
  list.toSpliced(from, 1).toSpliced(Math.max(0, to), 0, list[from]!);
export const moveStage = (index: number, from: number, to: number): void => {
  if (from !== to && to >= 0 && to < (getState().experiment.contenders[index]?.chain.length ?? 0))
    editContender(index, '', (c) => ({ ...c, chain: moved(c.chain, from, to) }));
};

function rearrange(
  contenders: readonly LanguageContender[],
  slots: readonly Slot[],
  to: (old: number) => number | undefined,
): void {
  const { experiment: e } = getState();
  change('', { ...e, contenders, baseline: to(e.baseline) ?? 0, branches: moveBranches(e.branches, to) }, slots);
}
export function addContender(contender: LanguageContender, after?: number): void {
  const { experiment: e, slots } = getState();
  if (slots.length >= MAX_CONTENDERS) return;
  const at = after === undefined ? slots.length : after + 1;
  rearrange(e.contenders.toSpliced(at, 0, contender), slots.toSpliced(at, 0, freeSlot(slots)), (i) =>
    i >= at ? i + 1 : i,
  );
}
export const duplicateContender = (index: number): void =>
  addContender(getState().experiment.contenders[index]!, index);
export function removeContender(index: number): void {
  const { experiment: e, slots } = getState();
  if (slots.length > 1)
    rearrange(e.contenders.toSpliced(index, 1), slots.toSpliced(index, 1), (i) => {
      if (i === index) return undefined;
      return i > index ? i - 1 : i;
    });
}
export function moveContender(index: number, by: -1 | 1): void {
  const { experiment: e, slots } = getState();
  const to = index + by;
  if (to >= 0 && to < slots.length)
    rearrange(moved(e.contenders, index, to), moved(slots, index, to), (i) => {
      if (i === index) return to;
      return i === to ? index : i;
    });
}

/** Goes on with another token; its index, or −1 when there are too many branches. */
export function addBranch(branch: Branch): number {
  const { experiment } = getState();
  const { branches, index } = withBranch(experiment.branches, branch);
  if (branches !== experiment.branches) change('', { ...experiment, branches });
  return index;
}
export const removeBranch = (index: number): void =>
  change('', { ...getState().experiment, branches: withoutBranch(getState().experiment.branches, index) });
