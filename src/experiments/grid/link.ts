// A grid's part of a link, read and written: `axis=steps~4, 8, ..*, 64&axis=sampler~euler, heun&skip=nfe > 100`. Apart
// from the codecs, which keep these texts as they stand, so that a first view need not load what reads them.
import { refuseGrid } from './cells.ts';
import { readRules, writeRules } from './rules.ts';
import type { Axis, GridSpec, GridText } from './types.ts';
import { readValues, writeValues } from './values.ts';

/** Stands between an axis' field and its values. */
const MARK = '~';

/** What a lab's axes are called. */
export interface AxisNames {
  isField(id: string): boolean;
  /** Those to choose from, for whoever wrote another one. */
  known(): readonly string[];
  /** Pairs of axes of which the second would undo what the first set, so that cells would be one run under two names; and what both set. */
  readonly contrary: readonly (readonly [string, string, string])[];
}

export type GridRead = { readonly spec: GridSpec } | { readonly refused: string };
type AxisRead = { readonly axis: Axis } | { readonly refused: string };

/** Reads `FIELD~VALUES`. */
export function readAxis(text: string, names: Pick<AxisNames, 'isField' | 'known'>): AxisRead {
  const cut = text.indexOf(MARK);
  const field = (cut < 0 ? text : text.slice(0, cut)).trim();
  if (!names.isField(field))
    return { refused: `There is no axis '${field.slice(0, 40)}'; there are ${names.known().join(', ')}.` };
  if (cut < 0) return { refused: `The axis '${field}' has no values; write them behind a ${MARK}: ${field}${MARK}…` };
  const read = readValues(text.slice(cut + 1));
  return 'refused' in read ? { refused: `Axis '${field}': ${read.refused}` } : { axis: { field, values: read.values } };
}

/** The grid that a link's texts ask for, or why there is none, as a sentence. */
export function readGrid({ axes: texts, skip }: GridText, names: AxisNames): GridRead {
  const axes: Axis[] = [];
  for (const text of texts) {
    const read = readAxis(text, names);
    if ('refused' in read) return read;
    axes.push(read.axis);
  }
  const fields = axes.map((a) => a.field);
  const contrary = names.contrary.find(([a, b]) => fields.includes(a) && fields.includes(b));
  if (contrary) {
    const [a, b, what] = contrary;
    return { refused: `The axes '${a}' and '${b}' both set ${what}; a cell can have one of them.` };
  }
  const rules = readRules(skip, [...new Set([...fields, 'nfe'])]);
  if ('refused' in rules) return { refused: `Cells left out: ${rules.refused}` };
  const spec: GridSpec = { axes, skip: rules.rules };
  const refused = refuseGrid(spec);
  return refused === undefined ? { spec } : { refused };
}

/** An axis as a link writes it. */
export const writeAxis = ({ field, values }: Axis): string => `${field}${MARK}${writeValues(values)}`;

/** Texts that read as this grid, its values written out. */
export const writeGrid = ({ axes, skip }: GridSpec): GridText => ({
  axes: axes.map(writeAxis),
  skip: writeRules(skip),
});

/** An experiment as a grid of its own: a cell for each contender, as links write them. */
export const contenderGrid = (contenders: readonly string[]): GridSpec => ({
  axes: [{ field: 'contender', values: [...new Set(contenders)] }],
  skip: [],
});
