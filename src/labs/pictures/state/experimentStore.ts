// The experiment being looked at, and every edit of it. Edits are plain values; running them is session.ts's work.
import { createContenderEdits } from '../../../frame/state/contenderEdits.ts';
import { createUndoable, type UndoState } from '../../../frame/state/undoable.ts';
import type { GuidanceId } from '../../../samplers/guidance/index.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import { defaultContenders, defaultPictures } from '../config/defaults.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import { methodOf } from '../config/guidance.ts';
import { openingOf, type ModelSource } from '../config/model.ts';
import { formatContender } from '../config/contender.ts';
import { loadedStore } from './loadedStore.ts';

export const undoable = createUndoable<PicturesExperiment>(defaultPictures());
export type PicturesState = UndoState<PicturesExperiment>;
export const experimentStore = undoable.store;
export const { load, undo, redo } = undoable;
const { change } = undoable;
const { getState } = experimentStore;

/** Of Stable Diffusion: what is shown of a schedule before the model's own table is known. */
const USUAL: SigmaRange = { min: 0.0292, max: 14.615 };
/** The levels of the model in use; a start picture's level ends them. */
export function rangeOf({ start }: Pick<PicturesExperiment, 'start'>): SigmaRange {
  const range = loadedStore.getState().loaded?.range ?? USUAL;
  return start ? { ...range, max: start.sigma } : range;
}

export const {
  editContender,
  setSteps,
  setSampler,
  setSchedule,
  setParam,
  setScheduleParam,
  setSigmas,
  setGuidanceParam,
  addContender,
  duplicateContender,
  removeContender,
  reorderContender,
  moveContender,
} = createContenderEdits<PictureContender, PicturesExperiment>(undoable, rangeOf);

export type Shared = Omit<PicturesExperiment, 'model' | 'contenders'>;
export function editShared(patch: Partial<Shared>): void {
  change(`shared ${Object.keys(patch).join()}`, { ...getState().experiment, ...patch });
}
type Guidance = Pick<PictureContender, 'guidance' | 'rescale' | 'guideAbove' | 'guideUpTo'>;
export const setGuidance = (index: number, patch: Partial<Guidance>): void =>
  editContender(index, Object.keys(patch).join(), (c) => ({ ...c, ...patch }));

/** Another method of guidance, under the same weight, φ and interval; null: CFG. */
export const setMethod = (index: number, method: GuidanceId | null): void =>
  editContender(index, 'method', (c) => {
    if (method !== null) return { ...c, guide: methodOf(method) };
    const { guide, ...plain } = c;
    return guide ? plain : c;
  });

/** What was left at a default follows the other model's defaults; what the reader chose stays. */
export function onModel(e: PicturesExperiment, model: ModelSource): PicturesExperiment {
  const [before, after] = [openingOf(e.model), openingOf(model)];
  const text = (contenders: readonly PictureContender[], usual: number) =>
    contenders.map((c) => formatContender(c, usual)).join('&');
  const untouched = text(e.contenders, 0) === text(defaultContenders(e.model), 0);
  return {
    ...e,
    model,
    prompt: e.prompt === before.prompt ? after.prompt : e.prompt,
    count: e.count === before.count ? after.count : e.count,
    reference: e.reference === before.reference ? after.reference : e.reference,
    budgets: e.budgets.join() === before.budgets.join() ? after.budgets : e.budgets,
    // Sizes are the old model's.
    width: 0,
    height: 0,
    label: -1,
    start: null,
    contenders: untouched ? defaultContenders(model) : e.contenders,
  };
}
export function setModel(model: ModelSource): void {
  const next = onModel(getState().experiment, model);
  change(
    'model',
    next,
    next.contenders.map((_, i) => i),
  );
}
