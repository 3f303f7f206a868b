// A task as a link writes it: `edit=edit;digits;src:3;tgt:8;m:infedit:12;m:sdedit:25:sigma=2`. Any text gives a setup and
// the list of what was refused; what is at its default is left out and the order is fixed, so equal setups read alike.
import { numberDemand, numberField, type NumberField, type ParamValue } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { modelCard, type ModelId } from '../../../models/index.ts';
import { methodsOf, taskMethods, type TaskMethodId } from '../../../tasks/index.ts';
import { parsePixels, type MaskKind } from '../../../tasks/mask.ts';
import { TASKS, type TaskId } from '../../../tasks/types.ts';
import { parsePoints } from './points.ts';
import {
  defaultSetup,
  givenClasses,
  isPlane,
  masksOf,
  MAX_ROWS,
  MAX_STEPS,
  methodFields,
  newRow,
  setupFields,
  sourcesOf,
  taskModels,
  type GivenFrom,
  type TaskRow,
  type TaskSetup,
} from './taskSetup.ts';

export interface ReadSetup {
  readonly setup: TaskSetup;
  readonly fingerprint: string | null;
  readonly refusals: readonly Refusal[];
}

/** Keys of the numbers, in the order of the text. */
const NUMBERS = [
  ['n', 'samples'],
  ['seed', 'seed'],
  ['w', 'guidance'],
  ['hidden', 'hidden'],
  ['noise', 'noise'],
] as const;
const CLASSES = [
  ['src', 'source'],
  ['tgt', 'target'],
] as const;

const stepsField = numberField({ label: 'Steps', help: '', default: 1, min: 1, max: MAX_STEPS, integer: true });

/** A method as the text has it. */
export function formatRow({ method, steps, params }: TaskRow): string {
  const changed = Object.entries(methodFields(method)).filter(
    ([key, field]) => params[key] !== undefined && params[key] !== field.default,
  );
  return [`m:${method}`, steps, ...changed.map(([key, f]) => `${key}=${f.format(params[key] as never)}`)].join(':');
}

export function formatSetup(s: TaskSetup, fingerprint: string | null = null): string {
  const base = defaultSetup(s.task, s.model);
  const fields = setupFields(s.model);
  const out: string[] = [s.task, s.model];
  const put = (key: string, value: string, usual: string) => value !== usual && out.push(`${key}:${value}`);
  put('from', s.from, base.from);
  for (const [key, name] of NUMBERS) put(key, fields[name].format(s[name]), fields[name].format(base[name]));
  for (const [key, name] of CLASSES) put(key, String(s[name]), String(base[name]));
  put('measure', s.measure, base.measure);
  put('mask', s.mask, base.mask);
  put('drawn', s.maskDrawn, '');
  put('ink', s.drawing, '');
  const rows = s.rows.map(formatRow);
  if (rows.join(';') !== base.rows.map(formatRow).join(';')) out.push(...rows);
  if (fingerprint) out.push(`fp:${fingerprint}`);
  return out.join(';');
}

/** Why a drawing's text holds none for this model; null where it holds one. */
function drawingFault(text: string, model: ModelId): string | null {
  const { shape } = modelCard(model);
  if (shape.kind === 'point') {
    const points = parsePoints(text);
    return typeof points === 'string' ? points : null;
  }
  return parsePixels(text, shape.height * shape.width) ? null : 'it does not hold the pixels of this model';
}

function readRow(text: string, task: TaskId, where: string, refusals: Refusal[]): TaskRow | null {
  const [id = '', stepText = '', ...rest] = text.split(':');
  const refuse = (value: string, because: string, used: string) =>
    void refusals.push({ where, value: value.slice(0, 80), because, used });
  if (!methodsOf(task).includes(id as TaskMethodId)) {
    refuse(id, `there is no such method for the task '${task}'`, 'left out');
    return null;
  }
  const method = id as TaskMethodId;
  const usual = newRow(method);
  const steps = stepText === '' ? usual.steps : stepsField.parse(stepText);
  if (steps === undefined) refuse(stepText, `steps must be ${numberDemand(stepsField)}`, String(usual.steps));
  const params: Record<string, ParamValue> = {};
  for (const pair of rest) {
    const cut = pair.indexOf('=');
    const key = cut < 0 ? pair : pair.slice(0, cut);
    const fields = methodFields(method);
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const value = field?.parse(pair.slice(cut + 1));
    if (!field) refuse(pair, `${taskMethods[method].title} has no parameter '${key.slice(0, 40)}'`, 'left out');
    else if (value === undefined) refuse(pair, `${field.label} cannot be that`, field.format(field.default as never));
    else params[key] = value;
  }
  return newRow(method, steps ?? usual.steps, params);
}

/** Reads a task's text. Total: never throws. */
export function parseSetup(text: string): ReadSetup {
  const refusals: Refusal[] = [];
  const refuse = (where: string, value: string, because: string, used: string) =>
    void refusals.push({ where, value: value.slice(0, 80), because, used });
  const [taskText = '', modelText = '', ...parts] = text.split(';');
  const task = TASKS.find((t) => t === taskText) ?? 'edit';
  if (task !== taskText) refuse('task', taskText, `a task is one of ${TASKS.join(', ')}`, task);
  const model = taskModels.find((id) => id === modelText) ?? 'digits';
  if (model !== modelText) refuse('model', modelText, 'there is no such model for tasks', modelCard(model).title);
  const base = defaultSetup(task, model);
  const fields: Readonly<Record<string, NumberField>> = setupFields(model);
  const found: Record<string, unknown> = {};
  const rows: TaskRow[] = [];
  let fingerprint: string | null = null;
  let asked = 0;
  const oneOf = (key: string, name: keyof TaskSetup, value: string, options: readonly string[]) => {
    if (options.includes(value)) found[name] = value;
    else refuse(key, value, `it is one of ${options.join(', ')} here`, String(base[name]));
  };
  for (const part of parts.filter((p) => p !== '')) {
    const cut = part.indexOf(':');
    const [key, value] = cut < 0 ? [part, ''] : [part.slice(0, cut), part.slice(cut + 1)];
    const number = NUMBERS.find(([k]) => k === key)?.[1];
    const class_ = CLASSES.find(([k]) => k === key)?.[1];
    if (number) {
      const parsed = fields[number]!.parse(value);
      if (parsed === undefined)
        refuse(fields[number]!.label, value, `it must be ${numberDemand(fields[number]!)}`, String(base[number]));
      else found[number] = parsed;
    } else if (class_) {
      const names = class_ === 'source' ? givenClasses(model) : modelCard(model).classes;
      const label = /^-?\d{1,3}$/.test(value) ? Number(value) : NaN;
      if (label >= -1 && label < names.length) found[class_] = label;
      else refuse(`${class_} class`, value, `there are ${names.length} classes, counted from 0`, String(base[class_]));
    } else if (key === 'from') oneOf('given samples', 'from', value, sourcesOf(model));
    else if (key === 'measure') oneOf('measurement', 'measure', value, isPlane(model) ? ['mask'] : ['mask', 'pool']);
    else if (key === 'mask') oneOf('mask', 'mask', value, masksOf(model));
    else if (key === 'drawn' || key === 'ink') {
      const fault = key === 'drawn' && isPlane(model) ? 'a point has no pixels' : drawingFault(value, model);
      if (fault) refuse(key === 'drawn' ? 'drawn mask' : 'drawing', value, fault, 'nothing');
      else found[key === 'drawn' ? 'maskDrawn' : 'drawing'] = value;
    } else if (key === 'm') {
      asked++;
      if (rows.length >= MAX_ROWS) refuse('methods', value, `at most ${MAX_ROWS} are compared`, 'left out');
      else {
        const row = readRow(value, task, `method ${asked}`, refusals);
        if (row) rows.push(row);
      }
    } else if (key === 'fp') fingerprint = value;
    else refuse('task', part, `'${key.slice(0, 40)}' means nothing here`, 'left out');
  }
  return {
    setup: { ...base, ...found, rows: rows.length > 0 ? rows : base.rows } as TaskSetup,
    fingerprint,
    refusals,
  };
}

/** The setup on another model or for another task: what can be kept is kept. */
export function onOther(s: TaskSetup, task: TaskId, model: ModelId): TaskSetup {
  const base = defaultSetup(task, model);
  const sameKind = isPlane(model) === isPlane(s.model);
  const sameClasses = modelCard(model).classes.join() === modelCard(s.model).classes.join() && task === s.task;
  const sameShape = JSON.stringify(modelCard(model).shape) === JSON.stringify(modelCard(s.model).shape);
  const kept = <T>(options: readonly T[], value: T, usual: T): T => (options.includes(value) ? value : usual);
  return {
    ...base,
    seed: s.seed,
    from: kept<GivenFrom>(sourcesOf(model), s.from, base.from),
    ...(sameKind && { samples: s.samples, noise: s.noise, hidden: s.hidden, measure: s.measure }),
    ...(sameClasses && { source: s.source, target: s.target, guidance: s.guidance }),
    mask: kept<MaskKind>(masksOf(model), s.mask, base.mask),
    ...(sameShape && { maskDrawn: s.maskDrawn, drawing: s.drawing }),
    ...(task === s.task && model === s.model && { rows: s.rows }),
  };
}
