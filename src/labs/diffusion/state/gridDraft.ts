// A grid under edit: the texts of its axes and rules as they are typed, read part by part so that each fault is told at
// its place. Pure.
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { readRules } from '../../../experiments/grid/rules.ts';
import type { GridText } from '../config/codec.ts';
import { modelCard } from '../config/menus.ts';
import { cellRun, type CellRun } from '../config/gridAxes.ts';
import { readAxis, readGrid } from '../config/gridLink.ts';
import type { Experiment } from '../config/experiment.ts';
import { experimentFields } from '../config/fields.ts';

export const NO_GRID: GridText = { axes: [], skip: '' };

/** What cells set their values on: an experiment and its first contender. */
export const baseOf = (experiment: Experiment): CellRun => ({ experiment, contender: experiment.contenders[0]! });

/** An axis as it is typed. */
export interface AxisDraft {
  readonly field: string;
  readonly values: string;
}
export function axisDraft(text: string): AxisDraft {
  const cut = text.indexOf('~');
  return cut < 0 ? { field: text, values: '' } : { field: text.slice(0, cut), values: text.slice(cut + 1) };
}
export const axisText = ({ field, values }: AxisDraft): string => `${field}~${values}`;

export interface AxisReading extends AxisDraft {
  /** What the text came to; empty where it cannot be read. */
  readonly read: readonly string[];
  /** Why it cannot be read, as a sentence. */
  readonly refused: string | null;
  /** Values that can be read and do not fit the field: their cells fail, the others run. */
  readonly misfits: readonly string[];
}

export interface DraftReading {
  readonly axes: readonly AxisReading[];
  /** Why the rules cannot be read. */
  readonly rules: string | null;
  /** Why the grid as a whole cannot be run, where each part can be read. */
  readonly refused: string | null;
  readonly spec: GridSpec | null;
}

/** A parameter belongs to a sampler that another axis may set: whether it fits is known of whole cells alone. */
const ofOthers = (field: string): boolean => field.includes('.');
/** More than these are not listed. */
const MOST_MISFITS = 3;

export function readDraft(text: GridText, base: CellRun): DraftReading {
  const axes = text.axes.map((axis): AxisReading => {
    const { field, values } = axisDraft(axis);
    const got = readAxis(axis, base.contender);
    if ('refused' in got)
      return { field, values, read: [], refused: got.refused.replace(`Axis '${field}': `, ''), misfits: [] };
    const misfits: string[] = [];
    for (const value of ofOthers(field) ? [] : got.axis.values) {
      const made = cellRun(base, { [field]: value });
      if ('refused' in made && misfits.length < MOST_MISFITS) misfits.push(made.refused);
    }
    return { field, values, read: got.axis.values, refused: null, misfits };
  });
  const fields = [...new Set([...axes.map((a) => a.field), 'nfe'])];
  const rules = readRules(text.skip, fields);
  const part = 'refused' in rules ? rules.refused : null;
  if (part !== null || axes.some((a) => a.refused !== null)) return { axes, rules: part, refused: null, spec: null };
  const grid = readGrid(text, base);
  return 'refused' in grid
    ? { axes, rules: null, refused: grid.refused, spec: null }
    : { axes, rules: null, refused: null, spec: grid.spec };
}

/** A first grid on an experiment: its samplers at the same budgets of evaluations, over seeds for the bands. */
export function firstGrid({ contenders, model, seed }: Experiment): GridText {
  const plane = modelCard(model).shape.kind === 'point';
  const samplers = [...new Set([...contenders.map((c) => c.sampler), 'euler', 'heun', 'dpmpp_2m'])];
  const seeds = Array.from({ length: plane ? 4 : 2 }, (_, i) => (seed + i) >>> 0);
  const axes: readonly AxisDraft[] = [
    { field: 'sampler', values: samplers.slice(0, plane ? 4 : 3).join(', ') },
    { field: 'nfe', values: plane ? '4, 8, ..*, 32' : '4, 8, ..*, 16' },
    { field: 'seed', values: seeds.join(', ') },
  ];
  return { axes: axes.map(axisText), skip: '' };
}

/** A field for another axis, with values to begin with. */
export function newAxis(field: string, base: CellRun): AxisDraft {
  const { experiment, contender } = base;
  const first: Readonly<Record<string, string>> = {
    seed: `${experiment.seed}, ${experiment.seed + 1}, .., ${experiment.seed + 3}`,
    steps: '4, 8, ..*, 32',
    nfe: '4, 8, ..*, 32',
    guidance: '1, 2, .., 5',
    samples: `64, 128, ..*, ${Math.min(512, experimentFields(experiment.model).samples.max)}`,
    class: '0, 1, 2',
    learned: '0, 1',
    model: experiment.model,
    sampler: 'euler, heun, dpmpp_2m',
    schedule: 'karras, exponential',
    pair: 'euler:karras, dpmpp_2m:exponential',
    contender: `euler:karras:${contender.steps}, dpmpp_2m:karras:${contender.steps}`,
    sigma_max: '5, 10, ..*, 80',
    sigma_min: '0.002, 0.02, ..*, 0.2',
  };
  const group = field.startsWith('sampler.') ? contender.params : contender.scheduleParams;
  const now = group[field.slice(field.indexOf('.') + 1)];
  return { field, values: first[field] ?? (now === undefined ? '' : String(now)) };
}
