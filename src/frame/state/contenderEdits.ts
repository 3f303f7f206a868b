// Every edit of a list of contenders, whatever else the experiment holds. Edits are plain values.
import type { ParamValue } from '../../core/field.ts';
import { contenderFields, contenderSigmas, newContender, newGuidance } from '../../samplers/contenders/contender.ts';
import { stretched, unfitted } from '../../samplers/contenders/fitted.ts';
import { MAX_CONTENDERS } from '../../samplers/contenders/fields.ts';
import { tidyLevels } from '../../samplers/contenders/levels.ts';
import type { Contender } from '../../samplers/contenders/types.ts';
import type { GuidanceId } from '../../samplers/guidance/index.ts';
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import type { ScheduleId } from '../../schedules/index.ts';
import type { SigmaRange } from '../../schedules/types.ts';
import { freeSlot } from './slots.ts';
import type { Undoable, UndoState } from './undoable.ts';

type Params = Readonly<Record<string, ParamValue>>;

/** Another sampler, keeping the values of parameters that it shares; `given` are set besides. */
export function withSampler<C extends Contender>(c: C, sampler: SamplerId, given: Params = {}): C {
  const { params } = newContender(sampler, c.steps);
  const { params: table } = contenderFields({ sampler, schedule: c.schedule });
  const kept = Object.entries(c.params).filter(
    ([key, value]) =>
      Object.hasOwn(table, key) &&
      table[key]!.parse(String(typeof value === 'boolean' ? Number(value) : value)) === value,
  );
  return { ...c, sampler, params: { ...params, ...Object.fromEntries(kept), ...given } };
}

/** Where a list of contenders is kept, and how it is changed. */
export interface Edited<E> extends Pick<Undoable<E>, 'change'> {
  readonly store: { getState(): Pick<UndoState<E>, 'experiment' | 'slots'> };
}

/** `range`: the levels that the experiment's model was made for. */
export function createContenderEdits<C extends Contender, E extends { readonly contenders: readonly C[] }>(
  { store: { getState }, change }: Edited<E>,
  range: (experiment: E) => SigmaRange,
) {
  const put = (what: string, contenders: readonly C[], slots?: readonly number[]): void =>
    change(what, { ...getState().experiment, contenders }, slots);
  const edit = (index: number, what: string, work: (c: C) => C): void =>
    put(
      `contender ${index} ${what}`,
      getState().experiment.contenders.map((c, i) => (i === index ? work(c) : c)),
    );
  const levels = (c: C, steps?: number) => tidyLevels(contenderSigmas(c, range(getState().experiment), steps));

  function addContender(contender: C, after?: number): void {
    const { experiment, slots } = getState();
    if (slots.length >= MAX_CONTENDERS) return;
    const at = after === undefined ? slots.length : after + 1;
    put('', experiment.contenders.toSpliced(at, 0, contender), slots.toSpliced(at, 0, freeSlot(slots)));
  }
  return {
    editContender: edit,
    setSteps: (index: number, steps: number): void =>
      edit(index, 'steps', (c) => (c.schedule === 'explicit' ? stretched(c, levels(c, steps)) : { ...c, steps })),
    setSampler: (index: number, sampler: SamplerId, given?: Params): void =>
      edit(index, 'sampler', (c) => withSampler(c, sampler, given)),
    setSchedule: (index: number, schedule: ScheduleId | 'explicit', given: Params = {}): void =>
      edit(index, 'schedule', (from) => {
        const c = unfitted(from);
        return schedule === 'explicit'
          ? { ...c, schedule, scheduleParams: {}, sigmas: levels(c) }
          : {
              ...c,
              schedule,
              sigmas: [],
              scheduleParams: newContender(c.sampler, c.steps, schedule, {}, given).scheduleParams,
            };
      }),
    setParam: (index: number, key: string, value: ParamValue): void =>
      edit(index, key, (c) => ({ ...c, params: { ...c.params, [key]: value } })),
    setScheduleParam: (index: number, key: string, value: ParamValue): void =>
      edit(index, `schedule ${key}`, (c) => ({ ...c, scheduleParams: { ...c.scheduleParams, [key]: value } })),
    /** Another method of guidance, keeping the weight and what all methods share; null: as the experiment says. */
    setGuidance: (index: number, method: GuidanceId | null): void =>
      edit(index, 'guidance', (c) => {
        if (method !== null) return { ...c, guide: newGuidance(method, c.guide && { w: c.guide.params.w! }) };
        const rest = { ...c };
        delete (rest as { guide?: unknown }).guide;
        return rest;
      }),
    setGuidanceParam: (index: number, key: string, value: ParamValue): void =>
      edit(index, `guidance ${key}`, (c) =>
        c.guide ? { ...c, guide: { ...c.guide, params: { ...c.guide.params, [key]: value } } } : c,
      ),
    /** The reader's own noise levels, as `levels.ts` makes and reads them; the schedule becomes explicit. */
    setSigmas: (index: number, sigmas: readonly number[]): void =>
      edit(index, 'sigmas', (c) => ({
        ...unfitted(c),
        schedule: 'explicit',
        scheduleParams: {},
        sigmas,
        steps: sigmas.length - 1,
      })),
    addContender,
    duplicateContender: (index: number): void => addContender(getState().experiment.contenders[index]!, index),
    removeContender(index: number): void {
      const { experiment, slots } = getState();
      if (slots.length <= 1) return;
      put('', experiment.contenders.toSpliced(index, 1), slots.toSpliced(index, 1));
    },
    /** Takes a contender from one place of the list to another. */
    reorderContender(from: number, to: number): void {
      const { experiment, slots } = getState();
      if (from === to || from < 0 || to < 0 || from >= slots.length || to >= slots.length) return;
      const moved = <T>(list: readonly T[]): T[] => list.toSpliced(from, 1).toSpliced(to, 0, list[from]!);
      put('', moved(experiment.contenders), moved(slots));
    },
    moveContender(index: number, by: -1 | 1): void {
      const { experiment, slots } = getState();
      const to = index + by;
      if (to < 0 || to >= slots.length) return;
      const swap = <T>(list: readonly T[]): T[] => list.with(index, list[to]!).with(to, list[index]!);
      put('move', swap(experiment.contenders), swap(slots));
    },
  };
}
