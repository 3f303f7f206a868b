// What a grid can vary: each field is set by the text that a link would hold, and a text that does not fit is refused.
import '../../../wrappers/index.ts';
import { numberDemand, type AnyField } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { models, modelIds } from '../../../models/index.ts';
import { parseContender } from '../../../samplers/contenders/text.ts';
import { checkSigmas } from '../../../schedules/explicit.ts';
import * as shared from '../../../samplers/contenders/contender.ts';
import { contenderFields, contenderNfe, stepsForBudget } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';
import { experimentFields, stepsField } from './fields.ts';

/** One run of a grid: an experiment with one contender. */
export interface CellRun {
  readonly experiment: Experiment;
  readonly contender: Contender;
}
interface Made extends CellRun {
  /** The range that the schedule covers, where an axis moves an end of it. */
  readonly range?: { readonly min?: number; readonly max?: number };
}
/** A made cell, or why there is none, as a sentence. */
export type CellMade = CellRun | { readonly refused: string };
type Set = (made: Made, text: string) => Made | { readonly refused: string };

export interface GridField {
  readonly id: string;
  readonly title: string;
  /** What may be written, for the first-time reader. */
  readonly help: string;
  readonly set: Set;
}

const refuse = (what: string, text: string, because: string) => ({
  refused: `${what} '${text.slice(0, 60)}': ${because}.`,
});

/** Reads a text by a field's own rules. */
function read(field: AnyField, what: string, text: string): { value: number | string | boolean } | { refused: string } {
  const value = field.parse(text);
  if (value !== undefined) return { value };
  if (field.kind === 'number') return refuse(what, text, `it must be ${numberDemand(field)}`);
  const choices = field.kind === 'choice' ? field.options.map((o) => o.value).join(', ') : '0 or 1';
  return refuse(what, text, `it must be one of ${choices}`);
}

const scalar =
  (key: 'seed' | 'samples' | 'guidance' | 'label' | 'learned', what: string): Set =>
  (made, text) => {
    const got = read(experimentFields(made.experiment.model)[key], what, text);
    return 'refused' in got ? got : { ...made, experiment: { ...made.experiment, [key]: got.value } };
  };

/** Part of a contender as text, with what it does not say taken from the cell. */
function fromText(text: string, what: string): Contender | { readonly refused: string } {
  const refusals: Refusal[] = [];
  const contender = parseContender(text, what, refusals);
  const first = refusals[0];
  if (first) return refuse(what, text, first.because);
  return contender ?? refuse(what, text, 'no sampler can be made out');
}

const setParam =
  (group: 'params' | 'scheduleParams', key: string): Set =>
  (made, text) => {
    const field = contenderFields(made.contender)[group][key];
    const of = group === 'params' ? made.contender.sampler : made.contender.schedule;
    if (!field) return refuse(key, text, `${of} has no such parameter`);
    const got = read(field, field.label, text);
    return 'refused' in got
      ? got
      : { ...made, contender: { ...made.contender, [group]: { ...made.contender[group], [key]: got.value } } };
  };

const end =
  (side: 'min' | 'max'): Set =>
  (made, text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0) || value >= 1e6)
      return refuse(`σ ${side}`, text, 'it must be a number above 0');
    return { ...made, range: { ...made.range, [side]: value } };
  };

/** In the order in which they act, whatever the order of the axes: a model before its samples, a sampler before its parameters. */
const FIELDS: readonly GridField[] = [
  {
    id: 'model',
    title: 'Model',
    help: 'Ids of models, as in links.',
    set(made, text) {
      const model = modelIds.find((id) => id === text);
      if (!model) return refuse('Model', text, 'there is no such model');
      const fields = experimentFields(model);
      const { samples, guidance, label, learned } = made.experiment;
      const fits = (field: { readonly min: number; readonly max: number; readonly default: number }, v: number) =>
        v >= field.min && v <= field.max ? v : field.default;
      return {
        ...made,
        experiment: {
          ...made.experiment,
          model,
          samples: Math.min(samples, fields.samples.max),
          guidance: fits(fields.guidance, guidance),
          label: fits(fields.label, label),
          learned: learned && models[model].learned,
        },
      };
    },
  },
  {
    id: 'learned',
    title: 'Learned',
    help: '0 the exact denoiser, 1 the trained network.',
    set: scalar('learned', 'Learned'),
  },
  { id: 'samples', title: 'Samples', help: 'Samples of each cell.', set: scalar('samples', 'Samples') },
  { id: 'seed', title: 'Seed', help: 'Seeds of the noise; what repeats for the bands.', set: scalar('seed', 'Seed') },
  { id: 'guidance', title: 'Guidance', help: 'Guidance weights.', set: scalar('guidance', 'Guidance') },
  { id: 'class', title: 'Class', help: 'Class indexes; −1 is every class in turn.', set: scalar('label', 'Class') },
  {
    id: 'contender',
    title: 'Contender',
    help: 'Whole contenders as links write them: dpmpp_2m:karras:10.',
    set(made, text) {
      const c = fromText(text, 'Contender');
      return 'refused' in c ? c : { ...made, contender: c };
    },
  },
  {
    id: 'pair',
    title: 'Sampler + schedule',
    help: 'Pairs that belong together: dpmpp_2m:karras, euler:exponential.',
    set(made, text) {
      if (text.split(':').length !== 2)
        return refuse('Pair', text, 'it must be a sampler and a schedule, as in euler:karras');
      const c = fromText(`${text}:${made.contender.steps}`, 'Pair');
      return 'refused' in c ? c : { ...made, contender: c };
    },
  },
  {
    id: 'sampler',
    title: 'Sampler',
    help: 'Samplers, with parameters in brackets where they are not the usual ones: euler, dpmpp_sde(eta=0.5).',
    set(made, text) {
      if (text.includes(':')) return refuse('Sampler', text, 'a sampler with its schedule is set by a pair');
      const c = fromText(text, 'Sampler');
      return 'refused' in c ? c : { ...made, contender: { ...made.contender, sampler: c.sampler, params: c.params } };
    },
  },
  {
    id: 'schedule',
    title: 'Schedule',
    help: 'Schedules, with parameters in brackets: karras, exponential, beta_time(alpha=0.5,beta=0.7).',
    set(made, text) {
      const steps = text.startsWith('explicit') ? '' : `:${made.contender.steps}`; // a list has its own number
      const c = fromText(`euler:${text}${steps}`, 'Schedule');
      if ('refused' in c) return c;
      const { schedule, scheduleParams, sigmas } = c;
      return { ...made, contender: { ...made.contender, schedule, scheduleParams, sigmas, steps: c.steps } };
    },
  },
  {
    id: 'steps',
    title: 'Steps',
    help: 'Numbers of steps.',
    set(made, text) {
      const got = read(stepsField, 'Steps', text);
      return 'refused' in got ? got : { ...made, contender: withSteps(made, got.value as number) };
    },
  },
  {
    id: 'nfe',
    title: 'Evaluations',
    help: 'Budgets of evaluations: each sampler takes as many steps as it can pay for.',
    set(made, text) {
      const budget = read({ ...stepsField, label: 'Evaluations' }, 'Evaluations', text);
      if ('refused' in budget) return budget;
      const steps = stepsForBudget(made.contender, made.experiment.model, budget.value as number);
      return steps > 0
        ? { ...made, contender: withSteps(made, steps) }
        : refuse('Evaluations', text, `one step of ${made.contender.sampler} costs more`);
    },
  },
  {
    id: 'sigma_max',
    title: 'σ max',
    help: 'Where the schedule starts, instead of the model’s range.',
    set: end('max'),
  },
  {
    id: 'sigma_min',
    title: 'σ min',
    help: 'The schedule’s last level above 0, instead of the model’s range.',
    set: end('min'),
  },
];

function withSteps({ contender, experiment }: Made, steps: number): Contender {
  if (contender.schedule !== 'explicit') return { ...contender, steps };
  const sigmas = shared.contenderSigmas(contender, models[experiment.model].range, steps);
  return { ...contender, sigmas, steps: sigmas.length - 1 };
}

/** The fields that an axis can set on this contender: the fixed ones, then each parameter of its sampler and schedule. */
export function gridFields(c: Contender): readonly GridField[] {
  const { params, scheduleParams } = contenderFields(c);
  const of = (group: 'params' | 'scheduleParams', prefix: string, table: Readonly<Record<string, AnyField>>) =>
    Object.entries(table).map(([key, field]) => ({
      id: `${prefix}.${key}`,
      title: `${prefix === 'sampler' ? c.sampler : c.schedule}: ${field.label}`,
      help: field.help,
      set: setParam(group, key),
    }));
  return [...FIELDS, ...of('params', 'sampler', params), ...of('scheduleParams', 'schedule', scheduleParams)];
}

/** `sampler.eta` of any sampler: which one is known when the cell is made. */
function fieldOf(id: string): GridField | undefined {
  const known = FIELDS.find((f) => f.id === id);
  if (known) return known;
  const match = /^(sampler|schedule)\.(\w+)$/.exec(id);
  if (!match) return undefined;
  const group = match[1] === 'sampler' ? 'params' : 'scheduleParams';
  return { id, title: id, help: '', set: setParam(group, match[2]!) };
}

/** Names that an axis may have; a parameter's begins with `sampler.` or `schedule.`. */
export const isGridField = (id: string): boolean => fieldOf(id) !== undefined;

const rank = (id: string): number => {
  const at = FIELDS.findIndex((f) => f.id === id);
  // Parameters come after the sampler and schedule that have them, before the steps, which evaluations depend on.
  return at < 0 ? FIELDS.findIndex((f) => f.id === 'schedule') + 0.5 : at;
};

/** The run of a cell: its values set on the experiment and its first contender. Never throws. */
export function cellRun(base: CellRun, values: Readonly<Record<string, string>>): CellMade {
  let made: Made = { ...base, experiment: { ...base.experiment, contenders: [] } };
  for (const id of Object.keys(values).sort((a, b) => rank(a) - rank(b))) {
    const field = fieldOf(id);
    if (!field) return { refused: `There is no axis '${id.slice(0, 40)}'.` };
    const next = field.set(made, values[id]!);
    if ('refused' in next) return next;
    made = next;
  }
  const contender = made.range ? withinRange(made, made.range) : made.contender;
  if ('refused' in contender) return contender;
  return { experiment: { ...made.experiment, contenders: [contender] }, contender };
}

/** A schedule laid over another range is a list of levels of its own. */
function withinRange(
  { contender, experiment }: Made,
  moved: NonNullable<Made['range']>,
): Contender | { refused: string } {
  const { range } = models[experiment.model];
  const span = { min: moved.min ?? range.min, max: moved.max ?? range.max };
  if (contender.schedule === 'explicit')
    return { refused: 'A list of levels has its own ends; σ min and σ max move a schedule’s.' };
  if (!(span.min < span.max)) return { refused: `σ min ${span.min} is not below σ max ${span.max}.` };
  const sigmas = shared.contenderSigmas(contender, span);
  const fault = checkSigmas(sigmas);
  return fault === undefined
    ? { ...contender, schedule: 'explicit', scheduleParams: {}, sigmas, steps: sigmas.length - 1 }
    : { refused: fault };
}

/** Evaluations of a cell, for rules; undefined where it cannot be made. */
export function cellNfe(base: CellRun, values: Readonly<Record<string, string>>): number | undefined {
  const made = cellRun(base, values);
  return 'refused' in made ? undefined : contenderNfe(made.contender, made.experiment.model, made.contender.steps);
}
