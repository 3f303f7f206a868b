// A task to be run: what is given, what is to be made of it, and by which methods. A small value; its text is in
// taskText.ts.
import { defaults, numberField, type AnyField, type ParamValue } from '../../../core/field.ts';
import { modelCard, modelIds, type ModelId } from '../../../models/index.ts';
import { methodsOf, taskMethods, type TaskMethodId } from '../../../tasks/index.ts';
import type { MaskKind } from '../../../tasks/mask.ts';
import type { TaskId } from '../../../tasks/types.ts';

export type { TaskId, TaskMethodId };
export const MAX_ROWS = 6;
export const MAX_STEPS = 200;

/** A method as it is to be run. */
export interface TaskRow {
  readonly method: TaskMethodId;
  readonly steps: number;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** Where the samples come from: real ones, the model's own, or the reader's drawing. */
export type GivenFrom = 'data' | 'model' | 'pad';
/** How a restoration sees them: through a mask, or made smaller. */
export type MeasureKind = 'mask' | 'pool';

export interface TaskSetup {
  readonly task: TaskId;
  readonly model: ModelId;
  readonly from: GivenFrom;
  readonly samples: number;
  readonly seed: number;
  /** Class of what is given, −1 for any; and the one that is wanted, −1 for none. */
  readonly source: number;
  readonly target: number;
  readonly guidance: number;
  readonly measure: MeasureKind;
  readonly mask: MaskKind;
  /** Share of pixels that a random mask hides. */
  readonly hidden: number;
  /** Standard deviation of what is added to a measurement. */
  readonly noise: number;
  /** Hidden pixels of a drawn mask, and inked pixels or points of a drawing, as text; '' for none. */
  readonly maskDrawn: string;
  readonly drawing: string;
  readonly rows: readonly TaskRow[];
}

/** Models that tasks run on: the drawn target is what samples come from, so it gives nothing that was not drawn. */
export const taskModels: readonly ModelId[] = modelIds.filter((id) => modelCard(id).kind !== 'drawn');
export const isPlane = (model: ModelId): boolean => modelCard(model).shape.kind === 'point';
/** Folder of bundled pictures of the same kind. */
export const picturesOf = (model: ModelId): string | null =>
  ['digits', 'digits_exact'].includes(model) ? 'digits-set' : null;

/** Kinds of given samples that there are for a model. */
export function sourcesOf(model: ModelId): readonly GivenFrom[] {
  if (isPlane(model)) return ['data', 'model', 'pad'];
  return picturesOf(model) ? ['data', 'model', 'pad'] : ['model'];
}
/** Classes of what can be given: of pictures also where the model itself knows none. */
export const givenClasses = (model: ModelId): readonly string[] =>
  picturesOf(model) ? modelCard('digits').classes : modelCard(model).classes;
export const masksOf = (model: ModelId): readonly MaskKind[] =>
  isPlane(model) ? ['half'] : ['half', 'centre', 'random', 'drawn'];

export const setupFields = (model: ModelId) => {
  const plane = isPlane(model);
  return {
    samples: numberField({
      label: 'Samples',
      help: 'How many are given.',
      default: plane ? 256 : 8,
      min: 1,
      max: plane ? 4096 : 64,
      integer: true,
    }),
    seed: numberField({
      label: 'Seed',
      help: 'Chooses what is given, and all noise.',
      default: 0,
      min: 0,
      max: 0xffffffff,
      integer: true,
    }),
    guidance: numberField({
      label: 'Guidance w',
      help: 'How hard the target class is pushed: D = D_null + w·(D_target − D_null). 1 is no push.',
      default: 1,
      min: 0,
      max: 10,
      step: 0.1,
    }),
    hidden: numberField({
      label: 'Hidden share',
      help: 'The share of pixels that a random mask hides.',
      default: 0.7,
      min: 0.05,
      max: 0.95,
      step: 0.05,
    }),
    noise: numberField({
      label: 'Measurement noise',
      help: 'Standard deviation of what is added to the measurement, in data units.',
      default: plane ? 0.3 : 0.1,
      min: 0.01,
      max: 2,
      log: true,
    }),
  } as const satisfies Record<string, AnyField>;
};

export const methodFields = (method: TaskMethodId): Readonly<Record<string, AnyField>> =>
  taskMethods[method].params as Readonly<Record<string, AnyField>>;
export const newRow = (method: TaskMethodId, steps?: number, params: TaskRow['params'] = {}): TaskRow => ({
  method,
  steps: steps ?? taskMethods[method].steps,
  params: { ...(defaults(taskMethods[method].params as never) as TaskRow['params']), ...params },
});

/** Rows to begin with: each method of the task as it stands, those that the model lacks the means for left out. */
export function defaultRows(task: TaskId, model: ModelId): readonly TaskRow[] {
  const card = modelCard(model);
  const learned = card.kind === 'network';
  const able = methodsOf(task).filter((id) => {
    const roles: readonly string[] = taskMethods[id].roles;
    if (roles.includes('posterior')) return !learned;
    return task !== 'edit' || !roles.includes('source') || card.classes.length > 0;
  });
  return able.slice(0, MAX_ROWS).map((id) => newRow(id));
}

/** A setup at the defaults of a task on a model. */
export function defaultSetup(task: TaskId = 'edit', model: ModelId = 'digits'): TaskSetup {
  const fields = setupFields(model);
  const classes = modelCard(model).classes.length;
  return {
    task,
    model,
    from: sourcesOf(model)[0]!,
    samples: fields.samples.default,
    seed: fields.seed.default,
    source: task === 'edit' && classes > 0 ? 0 : -1,
    target: task === 'edit' && classes > 0 ? 1 : -1,
    guidance: fields.guidance.default,
    measure: 'mask',
    mask: 'half',
    hidden: fields.hidden.default,
    noise: fields.noise.default,
    maskDrawn: '',
    drawing: '',
    rows: defaultRows(task, model),
  };
}
