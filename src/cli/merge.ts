// `stepscope merge`: the shards of a grid, joined to what one process writes.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { JournalError, mergeJournals, readJournal, type GridHead, type Journal } from '../experiments/grid/records.ts';
import type { Shard } from '../experiments/grid/cells.ts';
import { gridCells } from '../engine/grid.ts';
import type { MergeCommand } from './args.ts';
import { makeFolder, textOf, writeWhole } from './disk.ts';
import { finish } from './finish.ts';
import { Refused, Stopped } from './refused.ts';
import type { Place } from './lab.ts';
import { cellsInWords, disk, DONE, SOME_FAILED } from './run.ts';
import { headBase } from './source.ts';
import { assertResultsOurs, copyPicture, journalsIn, pictureFile, TIMES_HEAD, timesName, wholeLines } from './store.ts';

interface Named {
  readonly name: string;
  readonly folder: string;
  readonly journal: Journal;
}

function namedIn(folder: string): Named[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Refused(`'${folder}' is no directory that is there.`);
  const names = journalsIn(folder);
  if (names.length === 0) throw new Refused(`'${folder}' holds no shard: there is no shard-i-of-n.jsonl in it.`);
  return names.map((file) => {
    const name = join(folder, file);
    return { name, folder, journal: readJournal(wholeLines(readFileSync(name, 'utf8')), name) };
  });
}

/** Reads and joins; throws a Refused that names what is missing, twice or foreign. */
function joined(folders: readonly string[]): { readonly named: readonly Named[]; readonly whole: Journal } {
  try {
    const named = folders.flatMap(namedIn);
    const indexesOf = (head: GridHead, shard: Shard) => {
      const { lab, base } = headBase(head);
      return gridCells(lab.maker, { base, spec: head, shard }).map((c) => c.index);
    };
    return { named, whole: mergeJournals(named, indexesOf) };
  } catch (error) {
    throw error instanceof JournalError ? new Refused(error.message) : error;
  }
}

export function merge({ from, out }: MergeCommand, place: Pick<Place, 'version' | 'out'>): number {
  try {
    const { named, whole } = joined(from);
    const { head, rows } = whole;
    makeFolder(out);
    assertResultsOurs(out, head);
    for (const { index } of rows) {
      const file = pictureFile(from, index);
      if (file) copyPicture(file, out, index);
    }
    finish(out, head, rows, place.version, [out]);
    const times = named.map(({ folder, journal }) => textOf(join(folder, timesName(journal.shard))) ?? TIMES_HEAD);
    const lines = times.map((text) => wholeLines(text).slice(TIMES_HEAD.length));
    writeWhole(join(out, 'times.csv'), TIMES_HEAD + lines.join(''));
    const failed = rows.filter((row) => row.failed !== null).length;
    place.out.write(
      `${out}: ${cellsInWords(rows.length)} of ${named.length} ${named.length === 1 ? 'shard' : 'shards'}, ${failed} failed\n`,
    );
    return failed > 0 ? SOME_FAILED : DONE;
  } catch (error) {
    throw disk(
      error,
      (sentence) => new Stopped(`${sentence} The shards are as they were; the same command merges them.`),
    );
  }
}
