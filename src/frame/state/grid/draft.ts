// A grid under edit: the texts of its axes and rules as they are typed, read part by part so that each fault is told at
// its place. Pure.
import { readAxis, readGrid } from '../../../experiments/grid/link.ts';
import { readRules } from '../../../experiments/grid/rules.ts';
import { isRefused, type GridSpec, type GridText } from '../../../experiments/grid/types.ts';
import type { AxisDraft, GridKind } from '../../config/grid.ts';

export const NO_GRID: GridText = { axes: [], skip: '' };

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

export function readDraft<Run>(
  kind: Pick<GridKind<Run>, 'axisNames' | 'cellRun'>,
  text: GridText,
  base: Run,
): DraftReading {
  const names = kind.axisNames(base);
  const axes = text.axes.map((axis): AxisReading => {
    const { field, values } = axisDraft(axis);
    const got = readAxis(axis, names);
    if ('refused' in got)
      return { field, values, read: [], refused: got.refused.replace(`Axis '${field}': `, ''), misfits: [] };
    const misfits: string[] = [];
    for (const value of ofOthers(field) ? [] : got.axis.values) {
      const made = kind.cellRun(base, { [field]: value });
      if (isRefused(made) && misfits.length < MOST_MISFITS) misfits.push(made.refused);
    }
    return { field, values, read: got.axis.values, refused: null, misfits };
  });
  const fields = [...new Set([...axes.map((a) => a.field), 'nfe'])];
  const rules = readRules(text.skip, fields);
  const part = 'refused' in rules ? rules.refused : null;
  if (part !== null || axes.some((a) => a.refused !== null)) return { axes, rules: part, refused: null, spec: null };
  const grid = readGrid(text, names);
  return 'refused' in grid
    ? { axes, rules: null, refused: grid.refused, spec: null }
    : { axes, rules: null, refused: null, spec: grid.spec };
}
