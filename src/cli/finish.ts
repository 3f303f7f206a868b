// What is made of all cells: the tables, and the sheet of pictures where there are any.
import { join } from 'node:path';
import type { CellRow, GridHead } from '../experiments/grid/records.ts';
import { formatContender } from '../samplers/contenders/text.ts';
import { modelLine, settingsLine } from '../labs/diffusion/config/exportLines.ts';
import { writeWhole } from './disk.ts';
import { pngOf } from './png.ts';
import { drawSheet } from './sheet.ts';
import { baseOf, hashOf } from './source.ts';
import { pictureIn, writeResults } from './store.ts';

/** The lines above a sheet. */
function titleOf(head: GridHead): string[] {
  const { experiment, contender } = baseOf(head);
  const contenders = head.axes.some((a) => a.field === 'contender') ? [] : [formatContender(contender)];
  return [
    modelLine(experiment),
    `Where no axis says otherwise: ${[settingsLine(experiment), ...contenders].join(' · ')}`,
    `Axes: ${head.axes.map((a) => a.field).join(', ')}. Computed on ${head.device}.`,
  ];
}

/** Writes results.json, results.csv and sheet.png. `folders` are where pictures of cells lie. */
export function finish(
  out: string,
  head: GridHead,
  rows: readonly CellRow[],
  version: string,
  folders: readonly string[],
): void {
  writeResults(out, head, rows);
  const shown = rows.find((row) => row.failed === null && pictureIn(folders, row.index) !== undefined);
  if (!shown) return;
  const sheet = drawSheet(head, rows, titleOf(head), (index) => pictureIn(folders, index));
  writeWhole(
    join(out, 'sheet.png'),
    pngOf(sheet, { format: 'stepscope-grid-sheet', formatVersion: 1, version, hash: hashOf(head), head }),
  );
}
