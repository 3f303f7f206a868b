// What is made of all cells: the tables, and the sheet of pictures where there are any.
import { join } from 'node:path';
import type { CellRow, GridHead } from '../experiments/grid/records.ts';
import { seen } from './cellPicture.ts';
import { writeWhole } from './disk.ts';
import { pngOf } from './png.ts';
import { drawSheet } from './sheet.ts';
import { hashOf, headBase } from './source.ts';
import { pictureIn, writeResults } from './store.ts';

/** The lines above a sheet. */
function titleOf(head: GridHead): string[] {
  const { lab, base } = headBase(head);
  const { heading, settings } = lab.kind.words(base);
  const contenders = head.axes.some((a) => a.field === 'contender') ? [] : [lab.contenderText(base)];
  return [
    heading,
    `Where no axis says otherwise: ${[settings, ...contenders].join(' · ')}`,
    `Axes: ${head.axes.map((a) => a.field).join(', ')}. Computed on ${head.device}.`,
    ...(lab.kind.remarks?.(base, head) ?? []),
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
  const sheet = drawSheet(head, rows, titleOf(head), (index) => {
    const picture = pictureIn(folders, index);
    return picture && seen(picture);
  });
  writeWhole(
    join(out, 'sheet.png'),
    pngOf(sheet, { format: 'stepscope-grid-sheet', formatVersion: 1, version, hash: hashOf(head), head }),
  );
}
