// Settings in words, off the tables of fields that also draw their controls.
import type { GridText } from '../../../experiments/grid/types.ts';
import type { AnyField } from '../../../core/field.ts';
import { Sha256 } from '../../../hub/sha256.ts';
import type { Row } from './types.ts';

/** A value as its control says it. */
export function fieldWords(field: AnyField, value: unknown): string {
  if (field.kind === 'boolean') return value === true ? 'yes' : 'no';
  if (field.kind === 'choice') return field.options.find((o) => o.value === value)?.label ?? String(value);
  const text = field.format(value as never);
  return field.kind === 'number' && field.unit ? `${text} ${field.unit}` : text;
}

/** A row for each field of a table, in its order; `end` tells apart what two tables call alike. */
export const fieldRows = (
  fields: Readonly<Record<string, AnyField>>,
  values: Readonly<Record<string, unknown>>,
  end = '',
): readonly Row[] =>
  Object.entries(fields)
    .filter(([key]) => values[key] !== undefined)
    .map(([key, field]) => ({ field: `${field.label}${end}`, value: fieldWords(field, values[key]) }));

/** Whatever figures are measured against, as a short text that is equal where it is. */
export const groundText = (of: unknown): string =>
  new Sha256()
    .update(new TextEncoder().encode(JSON.stringify(of)))
    .digest()
    .slice(0, 24);

/** A grid's axes as settings; its cells are kept by itself, for as long as there is room. */
export const gridRows = (grid: GridText | null): readonly Row[] => [
  ...(grid?.axes ?? []).map((axis, i) => ({ field: `Axis ${i + 1} of the grid`, value: axis })),
  ...(grid && grid.skip !== '' ? [{ field: 'Skipped in the grid', value: grid.skip }] : []),
];

/** What is not kept of what is looked at, as a sentence. */
export function without(finished: boolean, ofGrid: boolean): string {
  if (ofGrid) return 'The grid’s link is kept; its cells are exported from the grid.';
  return finished ? '' : 'The run has not ended: only its settings are kept.';
}
