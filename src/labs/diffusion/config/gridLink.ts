// A grid's part of a link, read and written: `axis=steps~4, 8, ..*, 64&axis=sampler~euler, heun&skip=nfe > 100`. Apart
// from the codec, which keeps these texts as they stand, so that the first view need not load what reads them.
import { refuseGrid } from '../../../experiments/grid/cells.ts';
import { readRules, writeRules } from '../../../experiments/grid/rules.ts';
import type { Axis, GridSpec } from '../../../experiments/grid/types.ts';
import { readValues, writeValues } from '../../../experiments/grid/values.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import type { GridText } from './codec.ts';
import type { Contender, Experiment } from './experiment.ts';
import { gridFields, isGridField, type CellRun } from './gridAxes.ts';

/** Stands between an axis' field and its values. */
const MARK = '~';

/** Axes of which the second would undo what the first set, so that cells would be the same run under different names. */
const CONTRARY: readonly (readonly [string, string, string])[] = [
  ['steps', 'nfe', 'the number of steps'],
  ['pair', 'sampler', 'the sampler'],
  ['pair', 'schedule', 'the schedule'],
  ['contender', 'pair', 'the sampler and its schedule'],
  ['contender', 'sampler', 'the sampler'],
  ['contender', 'schedule', 'the schedule'],
];

export type GridRead = { readonly spec: GridSpec } | { readonly refused: string };
type AxisRead = { readonly axis: Axis } | { readonly refused: string };

/** Reads `FIELD~VALUES`; `contender` is the one whose parameters are offered where the field is not known. */
export function readAxis(text: string, contender: Contender): AxisRead {
  const cut = text.indexOf(MARK);
  const field = (cut < 0 ? text : text.slice(0, cut)).trim();
  if (!isGridField(field)) {
    const known = gridFields(contender).map((f) => f.id);
    return { refused: `There is no axis '${field.slice(0, 40)}'; there are ${known.join(', ')}.` };
  }
  if (cut < 0) return { refused: `The axis '${field}' has no values; write them behind a ${MARK}: ${field}${MARK}…` };
  const read = readValues(text.slice(cut + 1));
  return 'refused' in read ? { refused: `Axis '${field}': ${read.refused}` } : { axis: { field, values: read.values } };
}

/** The grid that a link's texts ask for, or why there is none, as a sentence. */
export function readGrid({ axes: texts, skip }: GridText, { contender }: Pick<CellRun, 'contender'>): GridRead {
  const axes: Axis[] = [];
  for (const text of texts) {
    const read = readAxis(text, contender);
    if ('refused' in read) return read;
    axes.push(read.axis);
  }
  const fields = axes.map((a) => a.field);
  const contrary = CONTRARY.find(([a, b]) => fields.includes(a) && fields.includes(b));
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

/** An experiment as a grid of its own: a cell for each contender. */
export const contenderGrid = ({ contenders }: Experiment): GridSpec => ({
  axes: [{ field: 'contender', values: [...new Set(contenders.map(formatContender))] }],
  skip: [],
});
