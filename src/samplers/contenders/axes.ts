// What a grid can vary of a contender: each field is set by the text that a link would hold, and a text that does not fit
// is refused. Labs add fields of their own experiments.
import { numberDemand, type AnyField, type ParamValue } from '../../core/field.ts';
import type { Refusal } from '../../core/refusal.ts';
import { checkSigmas } from '../../schedules/explicit.ts';
import type { SigmaRange } from '../../schedules/types.ts';
import { choosesCost, contenderFields, contenderSigmas, stepsForBudget } from './contender.ts';
import { stepsField } from './fields.ts';
import { stretched, unfitted } from './fitted.ts';
import type { Contender } from './types.ts';

export interface Refused {
  readonly refused: string;
}
/** A cell on its way: what the axes so far have made of the experiment and its contender. */
export interface Made<C extends Contender> {
  readonly contender: C;
  /** The range that the schedule covers, where an axis moves an end of it. */
  readonly moved?: { readonly min?: number; readonly max?: number };
}
export interface GridField<M> {
  readonly id: string;
  readonly title: string;
  /** What may be written, for the first-time reader. */
  readonly help: string;
  readonly set: (made: M, text: string) => M | Refused;
}
/** What a lab's contenders are. */
export interface ContenderKind<C extends Contender, M extends Made<C>> {
  /** A contender as this lab's links write it; what `made` is so far says what it means where it says nothing. */
  parse(text: string, where: string, refusals: Refusal[], made: M): C | undefined;
  /** The levels that the model was made for. */
  rangeOf(made: M): SigmaRange;
}

export const refuse = (what: string, text: string, because: string): Refused => ({
  refused: `${what} '${text.slice(0, 60)}': ${because}.`,
});

/** Reads a text by a field's own rules. */
export function readField(field: AnyField, what: string, text: string): { readonly value: ParamValue } | Refused {
  const value = field.parse(text);
  if (value !== undefined) return { value };
  if (field.kind === 'number') return refuse(what, text, `it must be ${numberDemand(field)}`);
  const choices = field.kind === 'choice' ? field.options.map((o) => o.value).join(', ') : '0 or 1';
  return refuse(what, text, `it must be one of ${choices}`);
}

/** Axes of which the second would undo what the first set. */
export const CONTRARY: readonly (readonly [string, string, string])[] = [
  ['steps', 'nfe', 'the number of steps'],
  ['pair', 'sampler', 'the sampler'],
  ['pair', 'schedule', 'the schedule'],
  ['contender', 'pair', 'the sampler and its schedule'],
  ['contender', 'sampler', 'the sampler'],
  ['contender', 'schedule', 'the schedule'],
];

/** The fields of any contender, in the order in which they act: a sampler before its steps. */
function fieldsOf<C extends Contender, M extends Made<C>>({ parse, rangeOf }: ContenderKind<C, M>) {
  const withContender = (made: M, patch: Partial<Contender>): M => ({
    ...made,
    contender: { ...made.contender, ...patch },
  });
  /** Part of a contender as text, with what it does not say at its default. */
  function fromText(made: M, text: string, what: string): C | Refused {
    const refusals: Refusal[] = [];
    const contender = parse(text, what, refusals, made);
    const first = refusals[0];
    if (first) return refuse(what, text, first.because);
    return contender ?? refuse(what, text, 'no sampler can be made out');
  }
  function withSteps(made: M, steps: number): M {
    const { contender } = made;
    if (contender.schedule !== 'explicit') return withContender(made, { steps });
    const sigmas = contenderSigmas(contender, rangeOf(made), steps);
    return { ...made, contender: stretched(contender, sigmas) };
  }
  const end =
    (side: 'min' | 'max') =>
    (made: M, text: string): M | Refused => {
      const value = Number(text);
      if (text.trim() === '' || !(value > 0) || value >= 1e6)
        return refuse(`σ ${side}`, text, 'it must be a number above 0');
      return { ...made, moved: { ...made.moved, [side]: value } };
    };

  const levels: readonly GridField<M>[] = [
    {
      id: 'contender',
      title: 'Contender',
      help: 'Whole contenders as links write them: dpmpp_2m:karras:10.',
      set(made, text) {
        const c = fromText(made, text, 'Contender');
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
        const c = fromText(made, `${text}:${made.contender.steps}`, 'Pair');
        if ('refused' in c) return c;
        const { sampler, params, schedule, scheduleParams, sigmas, steps } = c;
        const kept = { ...made, contender: unfitted(made.contender) };
        return withContender(kept, { sampler, params, schedule, scheduleParams, sigmas, steps });
      },
    },
    {
      id: 'sampler',
      title: 'Sampler',
      help: 'Samplers, with parameters in brackets where they are not the usual ones: euler, dpmpp_sde(eta=0.5).',
      set(made, text) {
        if (text.includes(':')) return refuse('Sampler', text, 'a sampler with its schedule is set by a pair');
        const c = fromText(made, text, 'Sampler');
        return 'refused' in c ? c : withContender(made, { sampler: c.sampler, params: c.params });
      },
    },
    {
      id: 'schedule',
      title: 'Schedule',
      help: 'Schedules, with parameters in brackets: karras, exponential, beta_time(alpha=0.5,beta=0.7).',
      set(made, text) {
        const steps = text.startsWith('explicit') ? '' : `:${made.contender.steps}`; // a list has its own number
        const c = fromText(made, `euler:${text}${steps}`, 'Schedule');
        if ('refused' in c) return c;
        const { schedule, scheduleParams, sigmas } = c;
        const kept = { ...made, contender: unfitted(made.contender) };
        return withContender(kept, { schedule, scheduleParams, sigmas, steps: c.steps });
      },
    },
  ];
  const counts: readonly GridField<M>[] = [
    {
      id: 'steps',
      title: 'Steps',
      help: 'Numbers of steps.',
      set(made, text) {
        const got = readField(stepsField, 'Steps', text);
        return 'refused' in got ? got : withSteps(made, got.value as number);
      },
    },
    {
      id: 'nfe',
      title: 'Evaluations',
      help: 'Budgets of evaluations: each sampler takes as many steps as it can pay for.',
      set(made, text) {
        const budget = readField({ ...stepsField, label: 'Evaluations' }, 'Evaluations', text);
        if ('refused' in budget) return budget;
        if (choosesCost(made.contender))
          return refuse(
            'Evaluations',
            text,
            `${made.contender.sampler} chooses its own; cross its tolerance instead, as in dpm_adaptive(rtol=0.01)`,
          );
        const steps = stepsForBudget(made.contender, rangeOf(made), budget.value as number);
        return steps > 0
          ? withSteps(made, steps)
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
  return { levels, counts };
}

const setParam =
  <C extends Contender, M extends Made<C>>(group: 'params' | 'scheduleParams', key: string) =>
  (made: M, text: string): M | Refused => {
    const { contender } = made;
    const field = contenderFields(contender)[group][key];
    const of = group === 'params' ? contender.sampler : contender.schedule;
    if (!field) return refuse(key, text, `${of} has no such parameter`);
    const got = readField(field, field.label, text);
    return 'refused' in got
      ? got
      : { ...made, contender: { ...contender, [group]: { ...contender[group], [key]: got.value } } };
  };

/** All axes of a lab. */
export interface Axes<C extends Contender, M extends Made<C>> {
  /** The fields that an axis can set on this contender: the fixed ones, then each parameter of its sampler and schedule. */
  fields(c: C): readonly GridField<M>[];
  /** Names that an axis may have; a parameter's begins with `sampler.` or `schedule.`. */
  isField(id: string): boolean;
  /** What the values make of the base, whatever the order of the axes. Never throws. */
  made(base: M, values: Readonly<Record<string, string>>): M | Refused;
}

/**
 * `first`: fields of the lab's experiments, which act before those of contenders; `own`: what its contenders have beside
 * their sampler, which acts after it.
 */
export function contenderAxes<C extends Contender, M extends Made<C>>(
  kind: ContenderKind<C, M>,
  first: readonly GridField<M>[],
  own: readonly GridField<M>[] = [],
): Axes<C, M> {
  const { levels, counts } = fieldsOf(kind);
  const fixed = [...first, ...levels, ...own, ...counts];
  /** `sampler.eta` of any sampler: which one is known when the cell is made. */
  function fieldOf(id: string): GridField<M> | undefined {
    const known = fixed.find((f) => f.id === id);
    if (known) return known;
    const match = /^(sampler|schedule)\.(\w+)$/.exec(id);
    const group = match?.[1] === 'sampler' ? 'params' : 'scheduleParams';
    return match ? { id, title: id, help: '', set: setParam<C, M>(group, match[2]!) } : undefined;
  }
  const rank = (id: string): number => {
    const at = fixed.findIndex((f) => f.id === id);
    // Parameters come after the sampler and schedule that have them, before the steps, which evaluations depend on.
    return at < 0 ? fixed.findIndex((f) => f.id === 'schedule') + 0.5 : at;
  };
  return {
    fields(c) {
      const { params, scheduleParams } = contenderFields(c);
      const of = (group: 'params' | 'scheduleParams', prefix: string, table: Readonly<Record<string, AnyField>>) =>
        Object.entries(table).map(([key, field]) => ({
          id: `${prefix}.${key}`,
          title: `${prefix === 'sampler' ? c.sampler : c.schedule}: ${field.label}`,
          help: field.help,
          set: setParam<C, M>(group, key),
        }));
      return [...fixed, ...of('params', 'sampler', params), ...of('scheduleParams', 'schedule', scheduleParams)];
    },
    isField: (id) => fieldOf(id) !== undefined,
    made(base, values) {
      let made = base;
      for (const id of Object.keys(values).sort((a, b) => rank(a) - rank(b))) {
        const field = fieldOf(id);
        if (!field) return { refused: `There is no axis '${id.slice(0, 40)}'.` };
        const next = field.set(made, values[id]!);
        if ('refused' in next) return next;
        made = next;
      }
      return made.moved ? withinRange(made, made.moved, kind.rangeOf(made)) : made;
    },
  };
}

/** A schedule laid over another range is a list of levels of its own. */
function withinRange<C extends Contender, M extends Made<C>>(
  made: M,
  moved: NonNullable<Made<C>['moved']>,
  range: SigmaRange,
): M | Refused {
  const { contender } = made;
  const span = { min: moved.min ?? range.min, max: moved.max ?? range.max };
  if (contender.schedule === 'explicit')
    return { refused: 'A list of levels has its own ends; σ min and σ max move a schedule’s.' };
  if (!(span.min < span.max)) return { refused: `σ min ${span.min} is not below σ max ${span.max}.` };
  const sigmas = contenderSigmas(contender, span);
  const fault = checkSigmas(sigmas);
  if (fault !== undefined) return { refused: fault };
  const own = { schedule: 'explicit' as const, scheduleParams: {}, sigmas, steps: sigmas.length - 1 };
  return { ...made, contender: { ...contender, ...own } };
}
