// Values of an axis that are whole sentences, as they are typed: one a line. Pure.
import { readValues, writeValues } from '../../../experiments/grid/values.ts';

/** Lines as a link writes them; blank ones are none. */
export function joinLines(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? '' : writeValues(lines);
}

/** The values of a link as lines; a text that cannot be read as values stays as it is. */
export function linesOf(values: string): string {
  const read = readValues(values);
  return 'values' in read ? read.values.join('\n') : values.replaceAll(/\s*\|\|\s*/g, '\n');
}
