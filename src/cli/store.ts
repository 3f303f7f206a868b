// A directory of results: a journal for each shard, the pictures of cells, and what is made of them in the end.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csv } from '../core/csv.ts';
import type { Shard } from '../experiments/grid/cells.ts';
import {
  differs,
  gridCsv,
  gridJson,
  journalHead,
  JournalError,
  journalRow,
  readJournal,
  type CellRow,
  type GridHead,
  type Journal,
} from '../experiments/grid/records.ts';
import { makeFolder, openLines, textOf, writeWhole } from './disk.ts';
import { pixelsOf } from './png.ts';
import type { Raster } from './raster.ts';
import { Refused } from './refused.ts';

const JOURNAL = /^shard-(\d+)-of-(\d+)\.jsonl$/;
const CELLS = 'cells';
export const journalName = ({ part, of }: Shard): string => `shard-${part}-of-${of}.jsonl`;
export const timesName = ({ part, of }: Shard): string => (of === 1 ? 'times.csv' : `times-${part}-of-${of}.csv`);
export const TIMES_HEAD = csv([['cell', 'gpu_ms', 'wall_ms']]);

/** The name of a cell's picture; as long for every cell. */
export const cellName = (index: number): string => `${String(index).padStart(5, '0')}.png`;

/** Journals of a directory, by name in the order of their shards. */
export function journalsIn(folder: string): string[] {
  const partOf = (name: string) => Number(JOURNAL.exec(name)![1]);
  return readdirSync(folder)
    .filter((name) => JOURNAL.test(name))
    .sort((a, b) => partOf(a) - partOf(b));
}

/** A journal's text without a last line that was cut short. */
export const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);

function journalOf(text: string, path: string): Journal {
  try {
    return readJournal(text, path);
  } catch (error) {
    throw error instanceof JournalError ? new Refused(`${error.message} Take another directory.`) : error;
  }
}

/** Refuses a directory that holds anything of another experiment, of another device or in other shards. */
export function assertOurs(folder: string, head: GridHead, shard: Shard): void {
  const refuse = (what: string) =>
    new Refused(`'${folder}' holds the results of ${what}. Take another directory for these.`);
  for (const name of journalsIn(folder)) {
    const path = join(folder, name);
    const text = wholeLines(readFileSync(path, 'utf8'));
    if (text === '') continue; // killed before its first line was whole
    const other = journalOf(text.slice(0, text.indexOf('\n') + 1), path);
    const what = differs(head, other.head);
    if (what !== undefined) throw refuse(what);
    if (other.shard.of !== shard.of)
      throw refuse(`shard ${other.shard.part}/${other.shard.of}, and this is ${shard.part}/${shard.of}`);
  }
  assertResultsOurs(folder, head);
}

/** Refuses a directory whose finished results are of another experiment or device. */
export function assertResultsOurs(folder: string, head: GridHead): void {
  const results = textOf(join(folder, 'results.json'));
  if (results !== undefined && !results.startsWith(`{"head":${JSON.stringify(head)},\n`))
    throw new Refused(
      `'${folder}' holds the results of another experiment, or of this one on another device or with other metrics. Take another directory.`,
    );
}

/** What a run writes into. */
export interface Store {
  /** Cells that are there already. */
  readonly rows: readonly CellRow[];
  add(row: CellRow): void;
  time(index: number, gpuMs: number | null, wallMs: number): void;
  picture(index: number, file: Uint8Array): void;
}

/** Opens a directory for a shard; `indexes` are its cells. */
export function openStore(folder: string, head: GridHead, shard: Shard, indexes: ReadonlySet<number>): Store {
  makeFolder(folder);
  assertOurs(folder, head, shard);
  const name = journalName(shard);
  const journal = openLines(folder, name, journalHead(head, shard));
  const { rows } = journalOf(journal.text, join(folder, name));
  const stray = rows.find((row) => !indexes.has(row.index));
  if (stray) throw new Refused(`'${join(folder, name)}' has cell ${stray.index}, which is not of this shard.`);
  const times = openLines(folder, timesName(shard), TIMES_HEAD);
  return {
    rows,
    add: (row) => journal.add(journalRow(row)),
    time: (index, gpuMs, wallMs) => times.add(csv([[index, gpuMs, wallMs]])),
    picture(index, file) {
      makeFolder(join(folder, CELLS));
      writeFileSync(join(folder, CELLS, cellName(index)), file);
    },
  };
}

/** A cell's picture as a file, from the first of the directories that has it. */
export function pictureFile(folders: readonly string[], index: number): Uint8Array | undefined {
  for (const folder of folders) {
    try {
      return readFileSync(join(folder, CELLS, cellName(index)));
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

export const pictureIn = (folders: readonly string[], index: number): Raster | undefined => {
  const file = pictureFile(folders, index);
  return file && pixelsOf(file);
};

export function copyPicture(file: Uint8Array, folder: string, index: number): void {
  writeWhole(join(folder, CELLS, cellName(index)), file);
}

export function writeResults(folder: string, head: GridHead, rows: readonly CellRow[]): void {
  writeWhole(join(folder, 'results.json'), gridJson(head, rows));
  writeWhole(join(folder, 'results.csv'), gridCsv(head, rows));
}
