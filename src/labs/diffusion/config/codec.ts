// The address bar's language. Any text gives a valid experiment and the list of what was refused; defaults are omitted
// and the key order is fixed, so equal experiments give equal links.
import { encodeLink, readLink, readScalars, usualInstead, writtenScalars } from '../../../frame/config/link.ts';
import { modelCard, models, modelIds, wholeWithoutClass, type ModelId } from '../../../models/index.ts';
import { formatContender, parseContender } from '../../../samplers/contenders/text.ts';
import { defaultContenders } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';
import type { Refusal } from '../../../core/refusal.ts';
import type { GridText } from '../../../experiments/grid/types.ts';
import { defaultBudgets, experimentFields, MAX_BUDGETS, MAX_CONTENDERS, MAX_STEPS } from './fields.ts';
import { formatKernelChoices, parseKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { formatPoints, parsePoints } from './points.ts';
import { ROWED_VIEWS, type RowedText } from './rowedViews.ts';
import { formatView, parseView, type KeptView } from './view.ts';

export interface Parsed {
  readonly experiment: Experiment;
  readonly refusals: readonly Refusal[];
  readonly fingerprint: string | null;
  /** How it is to be looked at, where the link says so. */
  readonly view?: KeptView;
  /** The grid that the link crosses it with, unread: `gridLink.ts` reads it where one is wanted. */
  readonly grid?: GridText;
  /** The task that is to be done with given data, unread: `taskText.ts` reads it where it is shown. */
  readonly edit?: string;
  /** The noise search that is to be run, unread: `seekText.ts` reads it. */
  readonly seek?: string;
  /** What a view of rows is to show, unread: `rowed.ts` reads it. */
  readonly rowed?: RowedText;
}

/** URL keys of the scalar fields, in link order. */
const KEYS = [
  ['learned', 'learned'],
  ['seed', 'seed'],
  ['n', 'samples'],
  ['w', 'guidance'],
  ['class', 'label'],
  ['seeds', 'seeds'],
] as const;
const GRAMMAR = {
  keys: [
    'lab',
    'model',
    'points',
    'budgets',
    'kernels',
    'view',
    'fp',
    'skip',
    'edit',
    'seek',
    ...ROWED_VIEWS,
    ...KEYS.map(([key]) => key),
  ],
  lists: ['c', 'axis'],
  longest: 100_000,
  otherwise: 'the default experiment',
} as const;
const DEFAULT_MODEL: ModelId = 'ring8';

function parseBudgets(text: string): number[] | undefined {
  const list = text.split('.').map((t) => (/^\d{1,4}$/.test(t) ? Number(t) : NaN));
  const rising = list.every((v, i) => v >= 1 && v <= MAX_STEPS && (i === 0 || v > list[i - 1]!));
  return rising && list.length <= MAX_BUDGETS ? list : undefined;
}

/** Reads a location hash (with or without its #). Total: never throws. */
export function parseExperiment(hash: string): Parsed {
  const link = readLink(hash, GRAMMAR);
  const { given, lists, refusals, refuse } = link;

  // A link without `lab` is this lab's, and so is one that names a lab that is not there.
  const lab = given.get('lab') ?? 'diffusion';
  if (lab !== 'diffusion') refuse('lab', lab, 'there is no such lab', 'Diffusion');

  const modelText = given.get('model') ?? DEFAULT_MODEL;
  const model = modelIds.find((id) => id === modelText) ?? DEFAULT_MODEL;
  if (model !== modelText) refuse('model', modelText, 'there is no such model', models[model].title);

  const fields = experimentFields(model);
  const scalars = readScalars(link, KEYS, fields) as Pick<Experiment, (typeof KEYS)[number][1]>;
  if (scalars.learned && !models[model].learned)
    refuse(fields.learned.label, '1', `${models[model].title} has no trained twin`, 'the exact denoiser');

  // A trained twin of a mixture knows the whole of it and no classes.
  const unclassed = scalars.learned && wholeWithoutClass(modelCard(model)) && scalars.label >= 0;
  if (unclassed)
    refuse(
      fields.label.label,
      String(scalars.label),
      `the trained network of ${models[model].title} knows no classes`,
      'the whole target',
    );

  const pointText = given.get('points');
  const points = pointText === undefined ? [] : parsePoints(pointText);
  if (typeof points === 'string') refuse('drawn points', pointText!.slice(0, 40), points, 'no points');

  const budgetText = given.get('budgets');
  const budgets = budgetText === undefined ? undefined : parseBudgets(budgetText);
  if (budgetText !== undefined && !budgets)
    refuse(
      'budgets',
      budgetText,
      `they must be at most ${MAX_BUDGETS} rising whole numbers from 1 to ${MAX_STEPS}, joined by dots`,
      'the default budgets',
    );

  const viewText = given.get('view');
  const skip = given.get('skip') ?? '';
  const rowed = ROWED_VIEWS.find((view) => given.has(view));
  const contenders: Contender[] = [];
  for (const [i, text] of lists.c.entries()) {
    if (i >= MAX_CONTENDERS) {
      refuse(`contender ${i + 1}`, text, `at most ${MAX_CONTENDERS} are compared`, 'left out');
      continue;
    }
    const c = parseContender(text, `contender ${i + 1}`, refusals);
    if (c) contenders.push(c);
  }
  if (lists.c.length > 0 && contenders.length === 0) usualInstead(lists.c, refusals);
  return {
    experiment: {
      model,
      ...scalars,
      learned: scalars.learned && models[model].learned,
      label: unclassed ? -1 : scalars.label,
      points: typeof points === 'string' ? [] : points,
      contenders: contenders.length > 0 ? contenders : defaultContenders(model),
      budgets: budgets ?? defaultBudgets(model),
      kernels: parseKernelChoices(given.get('kernels') ?? '', refusals),
    },
    refusals,
    fingerprint: given.get('fp') || null,
    ...(viewText !== undefined && { view: parseView(viewText, refusals) }),
    ...(given.has('edit') && { edit: given.get('edit')! }),
    ...(given.has('seek') && { seek: given.get('seek')! }),
    ...(rowed !== undefined && { rowed: { view: rowed, text: given.get(rowed)! } }),
    ...((lists.axis.length > 0 || skip !== '') && { grid: { axes: lists.axis, skip } }),
  };
}

/** The hash of an experiment, without its #; with a grid's texts, of that grid; with a task's, a search's or rows', of that. */
export function formatExperiment(
  e: Experiment,
  fingerprint?: string | null,
  view?: KeptView,
  grid?: GridText | null,
  edit?: string | null,
  seek?: string | null,
  rowed?: RowedText | null,
): string {
  const out: string[] = [];
  const put = (key: string, value: string) => out.push(`${key}=${encodeLink(value, '=,:')}`);
  const fields = experimentFields(e.model);
  if (e.model !== DEFAULT_MODEL) put('model', e.model);
  for (const [key, value] of writtenScalars(KEYS, fields, e)) put(key, value);
  if (e.points.length > 0) put('points', formatPoints(e.points));
  if (e.budgets.join() !== defaultBudgets(e.model).join()) put('budgets', e.budgets.join('.'));
  const kernels = formatKernelChoices(e.kernels);
  if (kernels !== '') put('kernels', kernels);
  const texts = e.contenders.map(formatContender);
  if (texts.join('&') !== defaultContenders(e.model).map(formatContender).join('&'))
    for (const text of texts) put('c', text);
  for (const axis of grid?.axes ?? []) put('axis', axis);
  if (grid && grid.skip !== '') put('skip', grid.skip);
  if (edit) out.push(`edit=${encodeLink(edit, '=,:;')}`);
  if (seek) out.push(`seek=${encodeLink(seek, '=,:;')}`);
  if (rowed && rowed.text !== '') out.push(`${rowed.view}=${encodeLink(rowed.text, '=,:;')}`);
  if (view) out.push(...[formatView(view)].filter((text) => text !== ''));
  if (fingerprint) put('fp', fingerprint);
  return out.join('&');
}
