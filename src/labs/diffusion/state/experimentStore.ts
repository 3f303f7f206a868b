// The experiment being looked at, and every edit of it. Edits are plain values; running them is session.ts's work.
import { defaultExperiment } from '../config/defaults.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { defaultBudgets, experimentFields } from '../config/fields.ts';
import { modelCard, wholeWithoutClass, type ModelId } from '../config/menus.ts';
import { createContenderEdits } from '../../../frame/state/contenderEdits.ts';
import { createUndoable, type UndoState } from '../../../frame/state/undoable.ts';

export const undoable = createUndoable<Experiment>(defaultExperiment());
export type ExperimentState = UndoState<Experiment>;
export const experimentStore = undoable.store;
export const { load, undo, redo } = undoable;
const { change } = undoable;
const { getState } = experimentStore;

type Shared = Pick<
  Experiment,
  'seed' | 'samples' | 'guidance' | 'label' | 'learned' | 'seeds' | 'budgets' | 'points' | 'kernels'
>;
export function editShared(patch: Partial<Shared>): void {
  const e = { ...getState().experiment, ...patch };
  // A trained twin of a mixture knows no classes.
  const label = e.learned && wholeWithoutClass(modelCard(e.model)) ? -1 : e.label;
  change(`shared ${Object.keys(patch).join()}`, { ...e, label });
}

/**
 * What another model can keep of the shared settings: values that were defaults follow the new defaults, the rest is
 * clamped.
 */
export function onModel(e: Experiment, model: ModelId): Experiment {
  const before = experimentFields(e.model);
  const after = experimentFields(model);
  const card = modelCard(model);
  const follow = (name: 'samples' | 'guidance' | 'seeds') =>
    e[name] === before[name].default
      ? after[name].default
      : Math.min(Math.max(e[name], after[name].min), after[name].max);
  const sameClasses = card.classes.join() === modelCard(e.model).classes.join();
  return {
    ...e,
    model,
    samples: follow('samples'),
    guidance: follow('guidance'),
    seeds: follow('seeds'),
    label: sameClasses ? e.label : -1,
    learned: e.learned && card.learned,
    budgets: e.budgets.join() === defaultBudgets(e.model).join() ? defaultBudgets(model) : e.budgets,
  };
}
export const setModel = (model: ModelId): void => change('model', onModel(getState().experiment, model));

export const {
  editContender,
  setSteps,
  setSampler,
  setSchedule,
  setParam,
  setScheduleParam,
  setSigmas,
  setGuidance,
  setGuidanceParam,
  addContender,
  duplicateContender,
  removeContender,
  reorderContender,
  moveContender,
} = createContenderEdits<Contender, Experiment>(undoable, ({ model }) => modelCard(model).range);
