// What the page and its files call things of a task.
import { taskMethods, type TaskMethodId } from '../../../tasks/index.ts';
import type { AnyField } from '../../../core/field.ts';
import { modelCard, type ModelId } from '../../../models/index.ts';
import type { TaskMetricId } from './taskMetricIds.ts';
import { givenClasses, methodFields, type TaskId, type TaskRow, type TaskSetup } from './taskSetup.ts';

export const taskTitles: Readonly<Record<TaskId, string>> = { edit: 'Edit', invert: 'Invert', restore: 'Restore' };

/** What a metric says; `better` is where a best can be told. */
export const taskMetrics: Readonly<
  Record<TaskMetricId, { readonly title: string; readonly help: string; readonly better: 'lower' | 'higher' | null }>
> = {
  onTarget: {
    title: 'on target',
    help: 'Share of samples of the wanted class: exactly for mixtures, by the feature net for pictures. Without an edit it is the class that was given.',
    better: 'higher',
  },
  kept: {
    title: 'moved',
    help: 'Mean distance to what was given: of points along the line, of pictures the root mean square of a pixel (from −1 to 1). Little is kept structure, and none at all is no edit.',
    better: null,
  },
  error: {
    title: 'error',
    help: 'Mean distance to the truth where it was hidden, or everywhere for a smaller picture. Several answers may be right: the mean of all of them has the least error and is none of them.',
    better: 'lower',
  },
  seen: {
    title: 'at what was seen',
    help: 'Mean distance to the truth where it was seen, with the noise of its measurement.',
    better: 'lower',
  },
  roundTrip: {
    title: 'round trip',
    help: 'Mean distance between what was given and what comes back from its own noise.',
    better: 'lower',
  },
  sw1: {
    title: 'SW₁ to the law',
    help: 'Sliced Wasserstein distance to fresh samples of the class that is wanted: it sees what a small error hides, answers that are all alike.',
    better: 'lower',
  },
};

const short = (field: AnyField, value: unknown): string => {
  if (field.kind === 'choice') return field.options.find((o) => o.value === value)?.label ?? String(value);
  return `${field.label} ${field.format(value as never)}`;
};
/** The parameters that a row's others leave a meaning to: nothing is swept where no fixed point is sought. */
export const fieldsShown = ({ method, params }: TaskRow): readonly (readonly [string, AnyField])[] =>
  Object.entries(methodFields(method)).filter(
    ([key]) => key !== 'sweeps' || params['inverse'] === undefined || params['inverse'] === 'exact',
  );
/** "SDEdit, 25 steps, noise up to σ 1, SDE (DDPM)" */
export function rowTitle({ method, steps, params }: TaskRow): string {
  const own = fieldsShown({ method, steps, params }).map(([key, field]) => short(field, params[key] ?? field.default));
  return [taskMethods[method].title, `${steps} steps`, ...own].join(', ');
}

const className = (classes: readonly string[], label: number, none: string): string => classes[label] ?? none;
const fromWords = { data: 'real samples', model: 'the model’s own samples', pad: 'a drawing' } as const;
/** What is given and what is wanted, in a line. */
export function setupLine(s: TaskSetup): string {
  const given = `${s.samples} ${fromWords[s.from]}, ${className(givenClasses(s.model), s.source, 'any class')}`;
  const seed = `seed ${s.seed}`;
  switch (s.task) {
    case 'edit':
      return `${given} → ${className(modelCard(s.model).classes, s.target, 'no class')}, guidance ${s.guidance}, ${seed}`;
    case 'invert':
      return `${given}, up to noise and back, ${seed}`;
    case 'restore': {
      const mask = s.mask === 'random' ? `random mask of ${100 * s.hidden} %` : `mask: ${s.mask}`;
      return `${given}, ${s.measure === 'pool' ? 'half as large' : mask}, noise ${s.noise}, ${seed}`;
    }
    default:
      return s.task satisfies never;
  }
}
export const modelTitle = (model: ModelId): string => modelCard(model).title;
export const methodTitle = (method: TaskMethodId): string => taskMethods[method].title;
export const methodSummary = (method: TaskMethodId): string => taskMethods[method].summary;
export const methodPaper = (method: TaskMethodId) => taskMethods[method].paper;
export { methodsOf } from '../../../tasks/index.ts';
export { formatPixels, hiddenPixels, parsePixels } from '../../../tasks/mask.ts';
