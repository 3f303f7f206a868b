// The experiment being looked at, and every edit of it. Edits are plain values; running them is session.ts's work.
import { contenderSigmas, newContender } from '../config/contender.ts';
import { contenderFields } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { tidyLevels } from '../../../samplers/contenders/levels.ts';
import { defaultBudgets, experimentFields, MAX_CONTENDERS } from '../config/fields.ts';
import { modelCard, type ModelId, type SamplerId, type ScheduleId } from '../config/menus.ts';
import { freeSlot } from '../../../frame/state/slots.ts';
import type { ParamValue } from '../../../core/field.ts';
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
  change(`shared ${Object.keys(patch).join()}`, { ...getState().experiment, ...patch });
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

function editContender(index: number, what: string, edit: (c: Contender) => Contender): void {
  const { experiment } = getState();
  change(`contender ${index} ${what}`, {
    ...experiment,
    contenders: experiment.contenders.map((c, i) => (i === index ? edit(c) : c)),
  });
}

export const setSteps = (index: number, steps: number): void =>
  editContender(index, 'steps', (c) =>
    c.schedule === 'explicit'
      ? { ...c, steps, sigmas: tidyLevels(contenderSigmas(c, getState().experiment.model, steps)) }
      : { ...c, steps },
  );
/** Another sampler, keeping the values of parameters that it shares; `given` are set besides. */
export const setSampler = (index: number, sampler: SamplerId, given: Readonly<Record<string, ParamValue>> = {}): void =>
  editContender(index, 'sampler', (c) => {
    const { params } = newContender(sampler, c.steps);
    const { params: table } = contenderFields({ sampler, schedule: c.schedule });
    const kept = Object.entries(c.params).filter(
      ([key, value]) =>
        Object.hasOwn(table, key) &&
        table[key]!.parse(String(typeof value === 'boolean' ? Number(value) : value)) === value,
    );
    return { ...c, sampler, params: { ...params, ...Object.fromEntries(kept), ...given } };
  });
export const setSchedule = (
  index: number,
  schedule: ScheduleId | 'explicit',
  given: Readonly<Record<string, ParamValue>> = {},
): void =>
  editContender(index, 'schedule', (c) =>
    schedule === 'explicit'
      ? { ...c, schedule, scheduleParams: {}, sigmas: tidyLevels(contenderSigmas(c, getState().experiment.model)) }
      : {
          ...c,
          schedule,
          sigmas: [],
          scheduleParams: newContender(c.sampler, c.steps, schedule, {}, given).scheduleParams,
        },
  );
export const setParam = (index: number, key: string, value: ParamValue): void =>
  editContender(index, key, (c) => ({ ...c, params: { ...c.params, [key]: value } }));
export const setScheduleParam = (index: number, key: string, value: ParamValue): void =>
  editContender(index, `schedule ${key}`, (c) => ({ ...c, scheduleParams: { ...c.scheduleParams, [key]: value } }));
/** The reader's own noise levels, as `levels.ts` makes and reads them; the schedule becomes explicit. */
export const setSigmas = (index: number, sigmas: readonly number[]): void =>
  editContender(index, 'sigmas', (c) => ({
    ...c,
    schedule: 'explicit',
    scheduleParams: {},
    sigmas,
    steps: sigmas.length - 1,
  }));

export function addContender(contender: Contender, after?: number): void {
  const { experiment, slots } = getState();
  if (slots.length >= MAX_CONTENDERS) return;
  const at = after === undefined ? slots.length : after + 1;
  change(
    '',
    { ...experiment, contenders: experiment.contenders.toSpliced(at, 0, contender) },
    slots.toSpliced(at, 0, freeSlot(slots)),
  );
}
export const duplicateContender = (index: number): void =>
  addContender(getState().experiment.contenders[index]!, index);
export function removeContender(index: number): void {
  const { experiment, slots } = getState();
  if (slots.length <= 1) return;
  change('', { ...experiment, contenders: experiment.contenders.toSpliced(index, 1) }, slots.toSpliced(index, 1));
}
/** Takes a contender from one place of the list to another. */
export function reorderContender(from: number, to: number): void {
  const { experiment, slots } = getState();
  if (from === to || from < 0 || to < 0 || from >= slots.length || to >= slots.length) return;
  const moved = <T>(list: readonly T[]): T[] => list.toSpliced(from, 1).toSpliced(to, 0, list[from]!);
  change('', { ...experiment, contenders: moved(experiment.contenders) }, moved(slots));
}
export function moveContender(index: number, by: -1 | 1): void {
  const { experiment, slots } = getState();
  const to = index + by;
  if (to < 0 || to >= slots.length) return;
  const swap = <T>(list: readonly T[]): T[] => list.with(index, list[to]!).with(to, list[index]!);
  change('move', { ...experiment, contenders: swap(experiment.contenders) }, swap(slots));
}
